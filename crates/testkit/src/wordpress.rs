//! A WordPress as Debian packages it, with MariaDB, PHP-FPM and nginx of its own.

mod servers;

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io,
    path::PathBuf,
    process::Child,
    sync::{Mutex, PoisonError},
};

use crate::{
    account::Account,
    keeper::end,
    process::{free_port, own_folder},
};

const TREE: &str = "/usr/share/wordpress";

/// Where the servers' programs are.
#[derive(Clone, Debug)]
pub struct WordPressPrograms {
    mariadbd: PathBuf,
    fpm: PathBuf,
    nginx: PathBuf,
}

/// What the site allows. Read when its servers start.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long the gateway waits for PHP: `60s`.
    pub patience: &'static str,
    /// Largest body that the gateway takes: `10m`.
    pub body: &'static str,
    /// PHP's memory: `256M`.
    pub memory: &'static str,
    /// Calls a second; above it the gateway answers 429.
    pub rate: &'static str,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            patience: "60s",
            body: "10m",
            memory: "256M",
            rate: "1000r/s",
        }
    }
}

/// The servers of one site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Database,
    Php,
    Gateway,
}

/// A site, stopped and its folder removed when it is dropped.
#[derive(Debug)]
pub struct WordPress {
    programs: WordPressPrograms,
    folder: PathBuf,
    port: u16,
    account: Option<Account>,
    passwords: BTreeMap<String, String>,
    runner: Option<u32>,
    keepers: Mutex<Vec<(Part, Child)>>,
}

impl WordPress {
    /// The programs, where all of them are installed; else the name of the first that lacks.
    ///
    /// # Errors
    /// The Debian package to install.
    pub fn find() -> Result<WordPressPrograms, &'static str> {
        let fpm = fs::read_dir("/usr/sbin").ok().into_iter().flatten();
        let mut fpm: Vec<PathBuf> = fpm
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| {
                path.file_name()
                    .is_some_and(|n| n.to_string_lossy().starts_with("php-fpm"))
            })
            .collect();
        fpm.sort_unstable();
        let at = |path: &str, package| {
            let path = PathBuf::from(path);
            if path.exists() {
                Ok(path)
            } else {
                Err(package)
            }
        };
        at(TREE, "wordpress")?;
        at("/usr/bin/php", "php-cli")?;
        at("/usr/bin/mariadb-install-db", "mariadb-server-core")?;
        Ok(WordPressPrograms {
            mariadbd: at("/usr/sbin/mariadbd", "mariadb-server-core")?,
            nginx: at("/usr/sbin/nginx", "nginx-light")?,
            fpm: fpm.pop().ok_or("php-fpm")?,
        })
    }

    /// Installs a site and runs it.
    ///
    /// # Errors
    /// When a program fails; its words are in the error.
    pub fn start(programs: WordPressPrograms, limits: Limits) -> io::Result<Self> {
        let mut site = Self::new(programs, own_folder("wp")?, free_port()?, None)?;
        site.install(limits)?;
        Ok(site)
    }

    /// The site that all tests share: of this process, or of the whole run under nextest, which gives each test a process of
    /// its own. Tests that need it for themselves stand in one group of the runner's settings.
    ///
    /// # Errors
    /// When a program fails; its words are in the error.
    pub fn shared(programs: WordPressPrograms) -> io::Result<Self> {
        let Some(run) = std::env::var_os("NEXTEST_RUN_ID") else {
            return Self::start(programs, Limits::default());
        };
        let folder = std::env::temp_dir().join(format!("yigao-wp-{}", run.to_string_lossy()));
        fs::create_dir_all(&folder)?;
        let lock = File::create(folder.join("lock"))?;
        lock.lock()?;
        let runner = Some(std::os::unix::process::parent_id());
        let known = folder.join("site");
        if let Ok(text) = fs::read_to_string(&known) {
            let (port, passwords) = text.split_once('\n').unwrap_or((&text, ""));
            let port = port.parse().map_err(io::Error::other)?;
            let mut site = Self::new(programs, folder, port, runner)?;
            site.passwords = read_passwords(passwords);
            return Ok(site);
        }
        let mut site = Self::new(programs, folder, free_port()?, runner)?;
        site.install(Limits::default())?;
        let mut text = format!("{}\n", site.port);
        for (login, password) in &site.passwords {
            text.push_str(&format!("{login} {password}\n"));
        }
        fs::write(known, text)?;
        Ok(site)
    }

    fn new(
        programs: WordPressPrograms,
        folder: PathBuf,
        port: u16,
        runner: Option<u32>,
    ) -> io::Result<Self> {
        let account = Account::other_than_root()?;
        if let Some(account) = account {
            account.owns(&folder)?;
        }
        Ok(Self {
            programs,
            folder,
            port,
            account,
            passwords: BTreeMap::new(),
            runner,
            keepers: Mutex::default(),
        })
    }

    /// Where readers and the interface are: `http://127.0.0.1:PORT/`.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// The application password of a user: `admin`, `publisher` (editor), `writer` (author), `helper` (contributor), `reader`.
    pub fn password(&self, login: &str) -> &str {
        self.passwords.get(login).map_or("", String::as_str)
    }

    /// The site's own folder: `wp-content/uploads` has the files that were uploaded.
    pub fn root(&self) -> PathBuf {
        self.folder.join("www")
    }

    /// One line for each request that was answered.
    pub fn access_log(&self) -> PathBuf {
        self.folder.join("access.log")
    }

    /// Statements in the site's database. Answers what the client prints.
    ///
    /// # Errors
    /// When one fails.
    pub fn sql(&self, statements: &str) -> io::Result<String> {
        self.database_client("wp", statements)
    }

    /// Takes away all posts, pictures and terms, as if nobody had ever written here.
    ///
    /// # Errors
    /// When the database refuses, or a file stays.
    pub fn empty(&self) -> io::Result<()> {
        self.sql(
            "delete from wp_posts; delete from wp_postmeta; delete from wp_term_relationships; \
             delete from wp_term_taxonomy where term_id > 1 and taxonomy in ('category', 'post_tag'); \
             delete from wp_terms where term_id > 1 and term_id not in (select term_id from wp_term_taxonomy)",
        )?;
        let uploads = self.root().join("wp-content/uploads");
        for entry in fs::read_dir(&uploads)?.flatten() {
            if entry.path().is_dir() {
                fs::remove_dir_all(entry.path())?;
            }
        }
        Ok(())
    }
}

impl Drop for WordPress {
    fn drop(&mut self) {
        let keepers =
            std::mem::take(&mut *self.keepers.lock().unwrap_or_else(PoisonError::into_inner));
        if self.runner.is_none() {
            // The database last: the folder goes with it.
            let (database, others): (Vec<_>, Vec<_>) = keepers
                .into_iter()
                .partition(|(part, _)| *part == Part::Database);
            for (_, keeper) in others.into_iter().chain(database) {
                end(keeper, false);
            }
        }
    }
}

fn read_passwords(text: &str) -> BTreeMap<String, String> {
    let pairs = text.lines().filter_map(|line| line.split_once(' '));
    pairs
        .map(|(login, password)| (login.to_owned(), password.trim().to_owned()))
        .collect()
}
