//! Who a server runs as: not root, which PostgreSQL refuses.

use std::{fs, io, os::unix::fs::MetadataExt as _, path::Path, process::Command};

/// User and group by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) user: u32,
    pub(crate) group: u32,
}

impl Account {
    /// Another account than ours, if ours is root; `None` when the server may run as we do.
    pub(crate) fn other_than_root() -> io::Result<Option<Self>> {
        if !we_are_root()? {
            return Ok(None);
        }
        let users = fs::read_to_string("/etc/passwd")?;
        let found = ["postgres", "nobody"].iter().find_map(|n| named(&users, n));
        let none = "PostgreSQL refuses root, and there is neither a user postgres nor nobody";
        found.map(Some).ok_or_else(|| io::Error::other(none))
    }

    pub(crate) fn owns(self, path: &Path) -> io::Result<()> {
        std::os::unix::fs::chown(path, Some(self.user), Some(self.group))
    }

    pub(crate) fn runs(self, command: &mut Command) {
        use std::os::unix::process::CommandExt as _;
        command.uid(self.user).gid(self.group);
    }
}

/// A file that we make is ours: the standard library does not tell us who we are.
fn we_are_root() -> io::Result<bool> {
    let probe = crate::process::own_folder("who")?;
    let user = fs::metadata(&probe)?.uid();
    fs::remove_dir(&probe)?;
    Ok(user == 0)
}

fn named(users: &str, name: &str) -> Option<Account> {
    let line = users.lines().find(|l| l.split(':').next() == Some(name))?;
    let mut numbers = line.split(':').skip(2).map(str::parse);
    let (user, group) = (numbers.next()?.ok()?, numbers.next()?.ok()?);
    Some(Account { user, group })
}

#[cfg(test)]
mod tests {
    use super::{Account, named};

    #[test]
    fn an_account_is_found_by_its_whole_name() {
        let users = "root:x:0:0:root:/root:/bin/sh\npostgres2:x:9:9::/:/bin/sh\npostgres:x:101:104:,,,:/var/lib/postgresql:/bin/bash\n";
        let found = Account {
            user: 101,
            group: 104,
        };
        assert_eq!(named(users, "postgres"), Some(found));
        assert_eq!(named(users, "nobody"), None);
    }
}
