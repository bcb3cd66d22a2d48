//! A hub in a temporary folder, with its items.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use yigao_channel::Secret;
use yigao_core::{
    Actor, Asset, Block, Content, DestinationId, Digest, Figure, Inline, ItemId, Kind, Timestamp,
};
use yigao_engine::{
    Clock, Destination, Destinations, Hook, Hub, HubSettings, LedgerPlace, PrivateHosts, Tuning,
};
use yigao_formats::Draft;
use yigao_paint::{Scene, jpeg};

use crate::fake::Fake;

pub(crate) struct Place {
    pub(crate) hub: Hub,
    pub(crate) folder: PathBuf,
}

impl Drop for Place {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

static PLACES: AtomicU32 = AtomicU32::new(0);

/// Name, shown name, kind, identity, longest title.
pub(crate) type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    usize,
);

impl Place {
    pub(crate) async fn open(rows: &[Row]) -> Self {
        let folder = std::env::temp_dir().join(format!(
            "yigao-server-{}-{}",
            std::process::id(),
            PLACES.fetch_add(1, Ordering::SeqCst)
        ));
        std::fs::create_dir_all(&folder).unwrap();
        let clock = Clock::manual("2026-11-24T02:00:00Z".parse::<Timestamp>().unwrap());
        let destinations =
            Destinations::new(rows.iter().map(|(id, name, kind, identity, title)| {
                let remote = folder.join("remote").join(id);
                std::fs::create_dir_all(&remote).unwrap();
                Destination {
                    cover: None,
                    id: DestinationId::parse(id).unwrap(),
                    name: (*name).to_owned(),
                    kind,
                    home: *kind == "website",
                    channel: Arc::new(Fake::new(kind, identity, remote, *title)),
                }
            }));
        let settings = HubSettings {
            ledger: LedgerPlace::File(folder.join("ledger.db")),
            media: folder.join("media"),
            private_hosts: PrivateHosts::new(Vec::<String>::new()),
            tuning: Tuning::default(),
            covers: Vec::new(),
        };
        let hub = Hub::open(settings, destinations, clock).await.unwrap();
        hub.announce().await.unwrap();
        // Nobody has allowed this host, so its webhook is recorded for failures and never delivered.
        let secret = Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let hook = Hook::new("ops", "http://127.0.0.1:1/hook", &secret).unwrap();
        let hub = hub.with_hooks(vec![hook]);
        Self { hub, folder }
    }

    /// Takes an item in; `modes` are what the fake channel does with it.
    pub(crate) async fn item(
        &self,
        id: &str,
        title: &str,
        paragraphs: &[&str],
        picture: Option<Scene>,
        modes: &[&str],
    ) -> ItemId {
        let draft = self.draft(id, title, paragraphs, picture, modes);
        let id = draft.id.clone();
        self.hub.ingest(draft, &Actor::user("wang")).await.unwrap();
        id
    }

    /// An item that has not been taken in.
    pub(crate) fn draft(
        &self,
        id: &str,
        title: &str,
        paragraphs: &[&str],
        picture: Option<Scene>,
        modes: &[&str],
    ) -> Draft {
        let mut content = Content {
            kind: Kind::News,
            title: title.to_owned(),
            summary: Some("摘要：".to_owned() + title),
            unit: "临沂市文化和旅游局".to_owned(),
            keywords: modes.iter().map(|m| (*m).to_owned()).collect(),
            ..Content::default()
        };
        let mut files = std::collections::BTreeMap::new();
        let paragraph = |text: &&str| Block::Paragraph {
            text: vec![Inline::plain(*text)],
        };
        content.body = paragraphs.iter().map(paragraph).collect();
        if let Some(scene) = picture {
            let bytes = jpeg(scene, 480, 320, 7, 80).unwrap();
            let digest = Digest::of_bytes(&bytes);
            let asset = Asset {
                digest: digest.clone(),
                name: "p.jpg".into(),
                media_type: "image/jpeg".into(),
                bytes: bytes.len() as u64,
                width: Some(480),
                height: Some(320),
                credit: None,
                ai: None,
                focus: None,
            };
            content.assets.insert(digest.clone(), asset);
            let alt = if id.ends_with("noalt") {
                ""
            } else {
                "山间日出，云海翻涌"
            };
            content.body.insert(
                1,
                Block::Figure {
                    figure: Figure {
                        asset: digest.clone(),
                        alt: alt.into(),
                        caption: Some("蒙山日出".into()),
                        credit: None,
                    },
                },
            );
            files.insert(digest, bytes);
        }
        Draft {
            id: ItemId::parse(id).unwrap(),
            content,
            files,
            findings: Vec::new(),
        }
    }

    pub(crate) async fn publish(&self, item: &ItemId) {
        let request = yigao_engine::Request {
            approve: true,
            ..yigao_engine::Request::default()
        };
        self.hub
            .publish(item, &request, &Actor::user("wang"))
            .await
            .unwrap();
    }

    pub(crate) async fn work(&self) {
        self.hub.work_all_due(100).await.unwrap();
    }
}
