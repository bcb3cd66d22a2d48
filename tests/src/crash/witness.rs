//! Asks the remotes what they hold. Shares no code with the adapters.

use std::path::Path;

use anyhow::Context as _;
use serde_json::Value;

use crate::{
    board::Boards,
    editor::Editor,
    scene::{Scene, token},
};

/// One thing that readers see.
#[derive(Clone, Debug)]
pub(crate) struct Copy {
    pub(crate) id: String,
    pub(crate) url: Option<String>,
    pub(crate) text: String,
}

/// What is held of one item at one destination.
#[derive(Clone, Debug, Default)]
pub(crate) struct Held {
    pub(crate) copies: Vec<Copy>,
    /// Put up at any time beyond the one of each version that there should have been.
    pub(crate) doubled: usize,
}

/// Everything the stand-ins hold, read once.
#[derive(Debug)]
pub(crate) struct Witness {
    account: Value,
    centres: Vec<(&'static str, Value)>,
    pages: Vec<(String, String)>,
    boards: Boards,
    editor: Editor,
}

/// A field, or nothing.
pub(crate) fn at<'v>(entry: &'v Value, key: &str) -> &'v Value {
    entry.get(key).unwrap_or(&Value::Null)
}

fn text(entry: &Value, key: &str) -> String {
    at(entry, key).as_str().unwrap_or_default().to_owned()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

async fn answer_of(client: &reqwest::Client, scene: &Scene, path: &str) -> anyhow::Result<Value> {
    let url = format!("{}/control/{path}", scene.sandbox);
    let answer = client.get(url).send().await?.text().await?;
    serde_json::from_str(&answer).with_context(|| path.to_owned())
}

fn pages(folder: &Path, into: &mut Vec<(String, String)>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            pages(&path, into)?;
        } else if path.extension().is_some_and(|e| e == "html") {
            into.push((path.display().to_string(), std::fs::read_to_string(&path)?));
        }
    }
    Ok(())
}

impl Witness {
    pub(crate) async fn ask(
        scene: &Scene,
        client: &reqwest::Client,
        boards: &Boards,
        editor: &Editor,
    ) -> anyhow::Result<Self> {
        let mut centres = Vec::new();
        for (place, centre) in [("push", "yunxi"), ("keyless", "qingshan"), ("drop", "drop")] {
            let state = answer_of(client, scene, &format!("county/{centre}/state")).await?;
            centres.push((place, state));
        }
        let mut found = Vec::new();
        let site = scene.folder.join("site");
        if site.is_dir() {
            pages(&site, &mut found)?;
        }
        Ok(Self {
            account: answer_of(client, scene, "wechat/state").await?,
            centres,
            pages: found,
            boards: boards.clone(),
            editor: editor.clone(),
        })
    }

    pub(crate) fn held(&self, number: usize, place: &str) -> Held {
        match place {
            "site" => self.site(number),
            "account" => self.account(number),
            "paste" => Held {
                copies: self.editor.copy(number),
                doubled: 0,
            },
            "push" | "keyless" | "drop" => self.centre(number, place),
            board => {
                let name = board.trim_start_matches("board-");
                let (copies, ever) = self.boards.copies(name, &format!("item-{number}@{board}"));
                Held {
                    copies,
                    doubled: ever.saturating_sub(1),
                }
            }
        }
    }

    fn site(&self, number: usize) -> Held {
        let marker = format!("content=\"item-{number}@site\"");
        let ours = self
            .pages
            .iter()
            .filter(|(_, page)| page.contains(&marker) && !page.contains("content=\"withdrawn\""));
        let copies = ours.map(|(path, page)| Copy {
            id: path.clone(),
            url: None,
            text: page.clone(),
        });
        Held {
            copies: copies.collect(),
            doubled: 0,
        }
    }

    fn account(&self, number: usize) -> Held {
        let mut held = Held::default();
        for version in [1, 2] {
            let token = token(number, version);
            let of_version = |entry: &&Value| text(entry, "title").contains(&token);
            let all: Vec<&Value> = list(at(&self.account, "published"))
                .iter()
                .filter(of_version)
                .collect();
            held.doubled += all.len().saturating_sub(1);
            let up = all.iter().filter(|entry| *at(entry, "deleted") == false);
            held.copies.extend(up.map(|entry| Copy {
                id: text(entry, "article_id"),
                url: Some(text(entry, "url")),
                text: format!("{}\n{}", text(entry, "title"), text(entry, "content")),
            }));
        }
        held
    }

    fn centre(&self, number: usize, place: &str) -> Held {
        let uri = format!("urn:yigao:item-{number}@{place}");
        let state = self.centres.iter().find(|(name, _)| *name == place);
        let items = state.map_or(&[][..], |(_, state)| list(at(state, "items")));
        let ours: Vec<&Value> = items
            .iter()
            .filter(|item| *at(item, "uri") == uri.as_str())
            .collect();
        let live = ours
            .iter()
            .filter(|item| *at(item, "state") == "received" || *at(item, "state") == "adopted");
        let copies = live.map(|item| Copy {
            id: text(item, "id"),
            url: None,
            text: at(
                list(at(item, "history")).last().unwrap_or(&Value::Null),
                "item",
            )
            .to_string(),
        });
        Held {
            copies: copies.collect(),
            doubled: ours.len().saturating_sub(1),
        }
    }
}
