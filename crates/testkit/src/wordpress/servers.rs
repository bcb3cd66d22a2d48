//! Installing the site, running and ending its servers.

use std::{
    fs::{self, File},
    io::{self, Read as _, Write as _},
    net::{Ipv4Addr, TcpStream},
    path::Path,
    process::Command,
    sync::PoisonError,
    time::{Duration, Instant},
};

use super::{Limits, Part, TREE, WordPress, read_passwords};
use crate::{
    keeper::{Keep, end},
    process::{finished, pause},
};

const PATIENCE: Duration = Duration::from_secs(60);

impl WordPress {
    /// Runs a part again after [`WordPress::stop`].
    ///
    /// # Errors
    /// When it does not come up.
    pub fn run(&self, part: Part) -> io::Result<()> {
        let keep = Keep {
            account: self.account,
            folder: &self.folder,
            log: match part {
                Part::Database => "db.out",
                Part::Php => "fpm.out",
                Part::Gateway => "nginx.out",
            },
            runner: self.runner,
            signal: "TERM",
            last: part == Part::Database,
        };
        let at = |name: &str| self.folder.join(name).display().to_string();
        let keeper = match part {
            Part::Database => keep.run(
                &self.programs.mariadbd,
                [
                    "--no-defaults".to_owned(),
                    format!("--datadir={}", at("db")),
                    format!("--socket={}", at("db.sock")),
                    format!("--pid-file={}", at("db.pid")),
                    format!("--tmpdir={}", at("tmp")),
                    "--skip-networking".to_owned(),
                    "--innodb-buffer-pool-size=64M".to_owned(),
                    "--innodb-log-file-size=16M".to_owned(),
                    "--innodb-flush-log-at-trx-commit=2".to_owned(),
                    "--character-set-server=utf8mb4".to_owned(),
                    "--collation-server=utf8mb4_unicode_ci".to_owned(),
                    "--max-allowed-packet=64M".to_owned(),
                ],
            ),
            Part::Php => keep.run(&self.programs.fpm, ["-F", "-y", &at("fpm.conf")]),
            Part::Gateway => keep.run(
                &self.programs.nginx,
                ["-p", &at(""), "-c", &at("nginx.conf")],
            ),
        }?;
        self.keepers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push((part, keeper));
        let begun = Instant::now();
        loop {
            let ready = match part {
                Part::Database => self.database_client("mysql", "select 1").map(drop),
                Part::Php => {
                    std::os::unix::net::UnixStream::connect(self.folder.join("php.sock")).map(drop)
                }
                Part::Gateway => self.get("/wp-json/wp/v2/types"),
            };
            let Err(error) = ready else { return Ok(()) };
            if begun.elapsed() > PATIENCE {
                let says = fs::read_to_string(self.folder.join(keep.log)).unwrap_or_default();
                return Err(io::Error::other(format!("{part:?}: {error}; {says}")));
            }
            pause();
        }
    }

    /// Ends a part; the others go on without it.
    pub fn stop(&self, part: Part) {
        let mut keepers = self.keepers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = keepers.iter().position(|(of, _)| *of == part) {
            end(keepers.swap_remove(at).1, true);
        }
    }

    pub(super) fn install(&mut self, limits: Limits) -> io::Result<()> {
        let folder = self.folder.clone();
        let root = self.root();
        fs::create_dir(folder.join("tmp"))?;
        let mut copy = Command::new("cp");
        copy.arg("-aL").arg(format!("{TREE}/.")).arg(&root);
        finished(copy)?;
        for made in ["wp-content/uploads", "wp-content/mu-plugins"] {
            fs::create_dir_all(root.join(made))?;
        }
        drop(fs::remove_file(root.join("wp-config.php")));
        let mut random = [0_u8; 24];
        File::open("/dev/urandom")?.read_exact(&mut random)?;
        let salt: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
        let written = |name: &Path, text: &str| {
            let text = text
                .replace("{folder}", &folder.display().to_string())
                .replace("{url}", self.url().trim_end_matches('/'))
                .replace("{port}", &self.port.to_string())
                .replace("{salt}", &salt)
                .replace("{patience}", limits.patience)
                .replace("{body}", limits.body)
                .replace("{memory}", limits.memory)
                .replace("{rate}", limits.rate);
            fs::write(name, text)
        };
        written(
            &root.join("wp-config.php"),
            include_str!("../../wordpress/wp-config.php"),
        )?;
        written(
            &folder.join("fpm.conf"),
            include_str!("../../wordpress/fpm.conf"),
        )?;
        written(
            &folder.join("nginx.conf"),
            include_str!("../../wordpress/nginx.conf"),
        )?;
        fs::write(
            folder.join("setup.php"),
            include_str!("../../wordpress/setup.php"),
        )?;
        if let Some(account) = self.account {
            let mut give = Command::new("chown");
            give.args(["-R", &format!("{}:{}", account.user, account.group)]);
            finished({
                give.arg(&folder);
                give
            })?;
        }
        let mut make = self.of_account("mariadb-install-db");
        make.arg("--no-defaults")
            .arg(format!("--datadir={}", folder.join("db").display()))
            .args(["--auth-root-authentication-method=normal", "--skip-test-db"]);
        finished(make)?;
        self.run(Part::Database)?;
        self.database_client(
            "mysql",
            "create database wp; create user wp@localhost identified by 'wp'; grant all on wp.* to wp@localhost",
        )?;
        let mut setup = self.of_account("php");
        setup
            .args(["-d", "error_reporting=0"])
            .arg(folder.join("setup.php"))
            .arg(&folder)
            .arg(self.url());
        self.passwords = read_passwords(&finished(setup)?);
        self.run(Part::Php)?;
        self.run(Part::Gateway)
    }

    pub(super) fn database_client(&self, database: &str, statements: &str) -> io::Result<String> {
        let mut client = self.of_account("mariadb");
        client.args(["--no-defaults", "-uroot", "-N", "-B"]);
        client.arg("-S").arg(self.folder.join("db.sock"));
        client.args([database, "-e", statements]);
        finished(client)
    }

    fn get(&self, path: &str) -> io::Result<()> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        let port = self.port;
        write!(
            stream,
            "GET {path} HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\n\r\n"
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let head = answer.lines().next().unwrap_or_default();
        if head.contains(" 200 ") {
            return Ok(());
        }
        Err(io::Error::other(head.to_owned()))
    }

    fn of_account(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.folder);
        if let Some(account) = self.account {
            account.runs(&mut command);
        }
        command
    }
}
