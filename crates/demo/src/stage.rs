//! The stage of the demo: a data folder, the sandbox as a child with a life of its own, destinations that point at it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::{Context as _, anyhow};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};

use yigao::exit::Mistake;

use crate::{cli::Demo, wordpress, workers::SHARED};

/// Where `--keep` leaves the data.
pub(crate) const FOLDER: &str = ".demo";

/// What the demo plays on.
pub(crate) struct Stage {
    pub(crate) folder: PathBuf,
    pub(crate) base: String,
    sandbox: Child,
    program: PathBuf,
    keep: bool,
}

impl Stage {
    /// Makes the folder and starts the sandbox.
    pub(crate) async fn set(keep: bool) -> anyhow::Result<Self> {
        let folder = if keep {
            PathBuf::from(FOLDER)
        } else {
            std::env::temp_dir().join(format!(
                "yigao-demo-{}",
                ulid::Ulid::generate().to_string().to_lowercase()
            ))
        };
        let folder = std::path::absolute(folder)?;
        if folder.exists() {
            let at = folder.display();
            return Err(Mistake::error(
                format!("{at} 不是演示留下的，不会覆盖；请移走它"),
                format!("{at} was not left by the demo and is not overwritten; move it away"),
            ));
        }
        for inner in ["destinations", "secrets", "site", "drop"] {
            fs::create_dir_all(folder.join(inner)).with_context(|| folder.display().to_string())?;
        }
        let program = std::env::current_exe()?.with_file_name("yigao-sandbox");
        let mut sandbox = Command::new(&program)
            .arg("serve")
            .arg("--drop")
            .arg(folder.join("drop"))
            .arg("--site")
            .arg(folder.join("site"))
            .stdout(Stdio::piped())
            .stdin(Stdio::null())
            // A process group of its own: Ctrl-C in the terminal is for the hub; the witness is ended by id.
            .process_group(0)
            .spawn()
            .with_context(|| {
                format!(
                    "{}: build it with cargo build -p yigao-sandbox",
                    program.display()
                )
            })?;
        let stdout = sandbox
            .stdout
            .take()
            .ok_or_else(|| anyhow!("the sandbox has no output"))?;
        let line = BufReader::new(stdout)
            .lines()
            .next_line()
            .await?
            .unwrap_or_default();
        let ready: Value =
            serde_json::from_str(&line).with_context(|| format!("the sandbox said {line:?}"))?;
        let base = ready
            .get("base")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        Ok(Self {
            folder,
            base,
            sandbox,
            program,
            keep,
        })
    }

    /// Port of the sandbox.
    pub(crate) fn sandbox_host(&self) -> &str {
        self.base.trim_start_matches("http://")
    }

    /// The sandbox's program, which also plays people.
    pub(crate) fn sandbox_program(&self) -> &Path {
        &self.program
    }

    /// One request to the sandbox's control API.
    pub(crate) async fn ctl(
        &self,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> anyhow::Result<Value> {
        let mut command = Command::new(&self.program);
        command.args(["ctl", "--base", &self.base, method, path]);
        if let Some(body) = body {
            command.arg(body.to_string());
        }
        let done = command.output().await?;
        if !done.status.success() {
            return Err(anyhow!(
                "sandbox: {}",
                String::from_utf8_lossy(&done.stderr).trim()
            ));
        }
        Ok(serde_json::from_slice(&done.stdout).unwrap_or(Value::Null))
    }

    /// The remotes misbehave on purpose.
    pub(crate) async fn misbehave(&self) -> anyhow::Result<()> {
        // The account on the phone bears the name that the destinations' page shows.
        let name = json!({"name": "文旅青川"});
        self.ctl("POST", "/control/wechat/account", Some(name))
            .await?;
        let faults = [
            json!({"platform": "wechat", "op": "draft/add", "times": 1, "fault": {"kind": "status", "status": 503, "retry_after": 1}}),
            json!({"platform": "wechat", "op": "freepublish/submit", "after": 1, "times": 1, "fault": {"kind": "drop_after"}}),
            json!({"platform": "county", "op": "items.post", "times": 1, "fault": {"kind": "drop_after"}}),
        ];
        for fault in faults {
            self.ctl("POST", "/control/faults", Some(fault)).await?;
        }
        Ok(())
    }

    /// A stand-in editor, a process of its own, opens the signed page and confirms.
    pub(crate) async fn edit(&self, link: &str) -> anyhow::Result<()> {
        let done = Command::new(&self.program)
            .args([
                "editor",
                "--url",
                link,
                "--who",
                "王编辑（青山县融媒体中心）",
            ])
            .output()
            .await?;
        if done.status.success() {
            Ok(())
        } else {
            Err(anyhow!(
                "editor: {}",
                String::from_utf8_lossy(&done.stderr).trim()
            ))
        }
    }

    /// Writes the five destinations and the configuration; answers its path.
    pub(crate) fn write_config(&self, listen: &str, args: &Demo) -> anyhow::Result<PathBuf> {
        let write = |name: &str, text: String| {
            fs::write(self.folder.join(name), text).with_context(|| name.to_owned())
        };
        for (name, secret) in [
            ("wechat", "sandbox-secret-0123456789abcdef"),
            ("county", "county-secret-0123456789"),
            ("hand", &format!("hand-{}", ulid::Ulid::generate())),
        ] {
            write(&format!("secrets/{name}"), secret.to_owned())?;
        }
        for (name, text) in destinations(&self.folder, &self.base) {
            write(&format!("destinations/{name}.toml"), text)?;
        }
        let shared = if args.distributed { SHARED } else { "" };
        let mut hosts = format!("\"{}\"", self.sandbox_host());
        // When a word that somebody changes is to be seen while one lookups on.
        let mut lookups = "1, 30, 300";
        if args.wordpress {
            wordpress::write_destination(&self.folder)?;
            hosts.push_str(&format!(", \"{}\"", wordpress::host()?));
            lookups = "1, 10, 20, 30, 40, 50, 300";
        }
        let config = format!(
            "[data]\nfolder = \".\"\n{shared}[server]\nlisten = \"{listen}\"\npublic_url = \"http://{listen}\"\n[retry]\nfirst_seconds = 1\n[observe]\nafter_seconds = [{lookups}]\n[network]\nprivate_hosts = [{hosts}]\n[log]\nlevel = \"error\"\n"
        );
        write("yigao.toml", config)?;
        Ok(self.folder.join("yigao.toml"))
    }

    /// Ends the sandbox by its process id and removes the folder, unless `--keep` was given.
    pub(crate) async fn strike(mut self) -> anyhow::Result<()> {
        self.sandbox.kill().await?;
        if !self.keep {
            fs::remove_dir_all(&self.folder).with_context(|| self.folder.display().to_string())?;
        }
        Ok(())
    }
}

fn destinations(folder: &Path, base: &str) -> [(&'static str, String); 5] {
    let quote = |path: PathBuf| format!("{:?}", path.display().to_string());
    let secret = |name: &str| format!("{{ file = {} }}", quote(folder.join("secrets").join(name)));
    [
        (
            "site",
            format!(
                "kind = \"website\"\nname = \"局网站\"\nhome = true\n[channel]\ndriver = \"static\"\nfolder = {}\nbase_url = \"{base}/site\"\nsite_name = \"青川市文化和旅游局\"\nsite_domain = \"wl.qingchuan.example\"\nsite_id_code = \"5101000017\"\norganiser = \"青川市文化和旅游局\"\ncontact = \"0000-1234567\"\n",
                quote(folder.join("site"))
            ),
        ),
        (
            "account",
            format!(
                "kind = \"wechat\"\nname = \"公众号·文旅青川\"\n[channel]\nbase_url = \"{base}/wechat\"\napp_id = \"wx00000000000000aa\"\nsecret = {}\nsubmit_lookup_seconds = [1, 3, 10]\npoll_seconds = [1, 3, 5, 10, 30, 120, 600, 3600]\n",
                secret("wechat")
            ),
        ),
        (
            "push",
            format!(
                "kind = \"county\"\nname = \"云溪县融媒体中心（推送）\"\n[channel]\ntransport = \"push\"\ncentre_name = \"云溪县融媒体中心\"\n[channel.push]\nbase_url = \"{base}/county/yunxi\"\napp_key = \"yigao\"\nsecret = {}\n",
                secret("county")
            ),
        ),
        (
            "drop",
            format!(
                "kind = \"county\"\nname = \"石桥县融媒体中心（文件夹）\"\n[channel]\ntransport = \"drop\"\ncentre_name = \"石桥县融媒体中心\"\n[channel.drop]\nfolder = {}\n",
                quote(folder.join("drop"))
            ),
        ),
        (
            "paste",
            format!(
                "kind = \"county\"\nname = \"青山县融媒体中心（人工）\"\n[channel]\ntransport = \"paste\"\ncentre_name = \"青山县融媒体中心\"\n[channel.paste]\nsecret = {}\n",
                secret("hand")
            ),
        ),
    ]
}
