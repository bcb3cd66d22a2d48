//! The built program in a home of its own, and the sandbox beside it.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

use serde_json::Value;

/// A folder with configuration, destinations and data; gone when dropped.
pub(crate) struct Home {
    pub(crate) path: PathBuf,
}

/// What a run of the program said.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {} {}", self.out, self.err))
    }

    /// Asserts the exit code and that each of `message` is in what was printed.
    #[track_caller]
    pub(crate) fn fails(&self, code: i32, message: &[&str]) {
        let all = format!("{}{}", self.out, self.err);
        assert_eq!(self.code, code, "{all}");
        for text in message {
            assert!(all.contains(text), "{text:?} is not in {all}");
        }
    }

    fn of(output: Output) -> Self {
        let Output {
            status,
            stdout,
            stderr,
        } = output;
        Self {
            code: status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&stdout).into_owned(),
            err: String::from_utf8_lossy(&stderr).into_owned(),
        }
    }

    #[track_caller]
    pub(crate) fn ok(&self) -> &Self {
        assert_eq!(self.code, 0, "{}{}", self.out, self.err);
        self
    }
}

/// Where cargo puts the workspace's programs.
pub(crate) fn program(name: &str) -> PathBuf {
    let here = std::env::current_exe().unwrap();
    let found = here.parent().unwrap().parent().unwrap().join(name);
    assert!(
        found.is_file(),
        "{} is not built: cargo build --workspace --bins",
        found.display()
    );
    found
}

pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

impl Home {
    pub(crate) fn new(name: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let n = COUNT.fetch_add(1, Ordering::SeqCst);
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
            .join(format!("{name}-{}-{n}", std::process::id()));
        drop(fs::remove_dir_all(&path));
        fs::create_dir_all(path.join("destinations")).unwrap();
        fs::create_dir_all(path.join("secrets")).unwrap();
        let home = Self { path };
        home.write("yigao.toml", "[data]\nfolder = \"data\"\n[retry]\nfirst_seconds = 0.2\n[worker]\nlease_seconds = 3\n[observe]\nafter_seconds = [1, 3600]\n[log]\nlevel = \"error\"\n");
        home
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    /// The static website as a destination.
    pub(crate) fn with_site(self) -> Self {
        let folder = self.path.join("site");
        self.write(
            "destinations/site.toml",
            format!("kind = \"website\"\nname = \"局网站\"\nhome = true\n[channel]\ndriver = \"static\"\nfolder = {folder:?}\nbase_url = \"http://127.0.0.1:9/site\"\nsite_name = \"青川市文化和旅游局\"\nsite_domain = \"wl.qingchuan.example\"\norganiser = \"青川市文化和旅游局\"\n"),
        );
        self
    }

    /// The ledger or the queue on a server that processes share, by configuration alone.
    pub(crate) fn with_shared(self, what: &str, url: &str) -> Self {
        self.write(&format!("secrets/{what}"), url);
        let config = fs::read_to_string(self.path.join("yigao.toml")).unwrap();
        let place = format!("[data]\n{what} = {{ file = \"secrets/{what}\" }}\n");
        self.write("yigao.toml", config.replace("[data]\n", &place));
        self
    }

    /// The sandbox's account and centres as destinations.
    pub(crate) fn with_sandbox(self, base: &str) -> Self {
        let host = base.trim_start_matches("http://");
        let config = fs::read_to_string(self.path.join("yigao.toml")).unwrap();
        self.write(
            "yigao.toml",
            format!("{config}[network]\nprivate_hosts = [\"{host}\"]\n"),
        );
        let secret = |name: &str, text: &str| self.write(&format!("secrets/{name}"), text);
        let (wechat, county) = (
            secret("wechat", "sandbox-secret-0123456789abcdef"),
            secret("county", "county-secret-0123456789"),
        );
        self.write(
            "destinations/account.toml",
            format!("kind = \"wechat\"\nname = \"公众号\"\n[channel]\nbase_url = \"{base}/wechat\"\napp_id = \"wx00000000000000aa\"\nsecret = {{ file = {wechat:?} }}\nsubmit_lookup_seconds = [1, 2, 4]\npoll_seconds = [1, 2, 4, 8, 16]\n"),
        );
        self.write(
            "destinations/push.toml",
            format!("kind = \"county\"\nname = \"云溪县\"\n[channel]\ntransport = \"push\"\ncentre_name = \"云溪县融媒体中心\"\n[channel.push]\nbase_url = \"{base}/county/yunxi\"\napp_key = \"yigao\"\nsecret = {{ file = {county:?} }}\n"),
        );
        self
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(program("yigao"));
        command
            .current_dir(&self.path)
            .args(["--config", "yigao.toml", "--lang", "zh", "--as", "tester"])
            .args(args);
        for name in ["YIGAO_CONFIG", "YIGAO_DATA"] {
            command.env_remove(name);
        }
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        Ran::of(self.command(args).output().unwrap())
    }

    /// As a person at a keyboard who types these lines.
    pub(crate) fn run_typing(&self, args: &[&str], lines: &str) -> Ran {
        let mut command = self.command(args);
        command.stdin(Stdio::piped());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut keyboard = child.stdin.take().unwrap();
        keyboard.write_all(lines.as_bytes()).unwrap();
        drop(keyboard);
        Ran::of(child.wait_with_output().unwrap())
    }

    pub(crate) fn json(&self, args: &[&str]) -> Value {
        let all: Vec<&str> = std::iter::once("--json")
            .chain(args.iter().copied())
            .collect();
        self.run(&all).ok().json()
    }

    /// Names of the items in the ledger.
    /// Imports a sample anew with one word of its text changed.
    pub(crate) fn import_again(&self, item: &str, from: &str, to: &str) {
        let folder = self.path.join("again");
        fs::create_dir(&folder).unwrap();
        for entry in fs::read_dir(sample(item)).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), folder.join(entry.file_name())).unwrap();
        }
        let text = folder.join(format!("{item}.md"));
        let words = fs::read_to_string(&text).unwrap();
        assert!(words.contains(from), "{from}");
        fs::write(&text, words.replace(from, to)).unwrap();
        self.run(&["item", "import", "again"]).ok();
    }

    pub(crate) fn items(&self) -> Vec<String> {
        // A command that only reads creates no ledger, and reports that there is none.
        if !self.path.join("data/ledger.db").exists() {
            self.run(&["item", "list"]).fails(2, &["还没有台账"]);
            return Vec::new();
        }
        let list = self.json(&["item", "list"]);
        list.as_array()
            .unwrap()
            .iter()
            .map(|i| i["id"].as_str().unwrap().to_owned())
            .collect()
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            drop(fs::remove_dir_all(&self.path));
        }
    }
}

/// A sample item of the repository.
pub(crate) fn sample(name: &str) -> String {
    repository()
        .join("examples/items")
        .join(name)
        .display()
        .to_string()
}
