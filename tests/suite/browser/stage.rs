//! What the browser looks at: the sandbox, a hub that serves and works, and items on their way.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::{Child, Stdio},
};

use serde_json::Value;
use yigao_formats::Bundle;
use yigao_sandbox::{Running, SandboxConfig, start};

use crate::{
    flows::eventually,
    program::{Home, repository, sample},
};

/// A hub with destinations that all point at stand-ins. Ends with its processes.
pub(super) struct Stage {
    pub(super) home: Home,
    pub(super) sandbox: Running,
    hub: Child,
    /// `http://127.0.0.1:PORT` of the hub.
    pub(super) base: String,
    /// The link that works once.
    pub(super) link: String,
}

impl Stage {
    /// `with_person`: also a centre whose editor confirms on the hand-over page.
    pub(super) async fn set(name: &str, with_person: bool) -> Self {
        let home = Home::new(name);
        let site = home.path.join("site");
        let sandbox = start(SandboxConfig {
            site: Some(site.clone()),
            ..SandboxConfig::fast()
        })
        .await
        .unwrap();
        let base = sandbox.base().to_owned();
        let home = home.with_sandbox(&base);
        home.write(
            "destinations/site.toml",
            format!("kind = \"website\"\nname = \"局网站\"\nhome = true\n[channel]\ndriver = \"static\"\nfolder = {site:?}\nbase_url = \"{base}/site\"\nsite_name = \"青川市文化和旅游局\"\nsite_domain = \"wl.qingchuan.example\"\norganiser = \"青川市文化和旅游局\"\n"),
        );
        if with_person {
            let secret = home.write("secrets/hand", "hand-secret-0123456789");
            home.write(
                "destinations/paste.toml",
                format!("kind = \"county\"\nname = \"青山县融媒体中心（人工）\"\n[channel]\ntransport = \"paste\"\ncentre_name = \"青山县融媒体中心\"\n[channel.paste]\nsecret = {{ file = {secret:?} }}\n"),
            );
            // The name under which people outside reach the hub; the test goes to where it listens.
            let config = fs::read_to_string(home.path.join("yigao.toml")).unwrap();
            home.write(
                "yigao.toml",
                format!("{config}[server]\npublic_url = \"http://hub.example\"\n"),
            );
        }
        let mut hub = home
            .command(&["serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(hub.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let at = line
            .find("http://")
            .unwrap_or_else(|| panic!("serve said {line:?}"));
        let link = line.split_at(at).1.trim().to_owned();
        let base = link.split("/sign-in").next().unwrap().to_owned();
        Self {
            home,
            sandbox,
            hub,
            base,
            link,
        }
    }

    /// Imports a sample and lets the hub's own worker publish it.
    pub(super) fn publish(&self, item: &str) {
        self.home.run(&["item", "import", &sample(item)]).ok();
        let publish = ["item", "publish", item, "--approve", "--no-wait"];
        self.home.run(&publish).ok();
    }

    pub(super) fn deliveries(&self) -> Vec<Value> {
        let list = self.home.json(&["delivery", "list", "--limit", "1000"]);
        list.as_array().unwrap().clone()
    }

    /// Until every delivery is done, or waits for a person.
    pub(super) fn rests(&self) {
        eventually("every delivery at rest", || {
            self.deliveries().iter().all(|d| {
                let person = d["ticket"]["note"]["link"].is_string();
                matches!(d["state"].as_str(), Some("delivered" | "superseded"))
                    || (d["state"] == "accepted" && person)
            })
        });
    }

    /// Addresses of the hand-over pages, where the hub listens.
    pub(super) fn hand_overs(&self) -> Vec<String> {
        self.deliveries()
            .iter()
            .filter(|d| d["state"] == "accepted")
            .filter_map(|d| d["ticket"]["note"]["link"].as_str())
            .map(|link| link.replace("http://hub.example", &self.base))
            .collect()
    }

    /// A sample as a person would hold it: one archive. `more` stands at the end of its text.
    pub(super) fn zip(&self, item: &str, more: &str) -> PathBuf {
        let mut bundle = Bundle {
            name: item.to_owned(),
            ..Bundle::default()
        };
        let folder = repository().join("examples/items").join(item);
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let name = entry.file_name().into_string().unwrap();
            let mut bytes = fs::read(entry.path()).unwrap();
            if name.ends_with(".md") {
                bytes.extend_from_slice(more.as_bytes());
            }
            bundle.files.insert(name, bytes);
        }
        let name = format!("{item}-{}.zip", more.len());
        self.home.write(&name, bundle.to_zip().unwrap())
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        drop(self.hub.kill());
        drop(self.hub.wait());
    }
}
