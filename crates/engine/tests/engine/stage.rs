//! One hub, one board, one clock.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc, time::Duration};

use yigao_core::{Actor, Content, Delivery, DeliveryId, ItemId, time::later};
use yigao_engine::{Clock, Destination, Destinations, Hub, PrivateHosts, Request, Tuning, Wire};
use yigao_formats::Draft;
use yigao_store::{MediaFolder, Store};

use crate::{
    board::{Board, Remote},
    place::On,
};

pub(crate) struct Stage {
    pub(crate) hub: Hub,
    /// The ledger under the hub, for what no use case does.
    pub(crate) store: Store,
    pub(crate) remote: Remote,
    folder: PathBuf,
}

impl Drop for Stage {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

pub(crate) fn me() -> Actor {
    Actor::user("tester")
}

pub(crate) fn item() -> ItemId {
    ItemId::parse("a").unwrap()
}

fn board(name: &str, remote: &Remote) -> Destination {
    let channel = Arc::new(Board::new(remote.clone()));
    Destination::new(name.parse().unwrap(), "公告栏", channel)
}

impl Stage {
    pub(crate) async fn new(on: On, name: &str) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
            .join(format!("engine-{name}-{on:?}-{}", std::process::id()));
        drop(std::fs::remove_dir_all(&folder));
        let remote = Remote::new(&folder.join("board"));
        let clock = Clock::manual("2026-11-25T00:00:00Z".parse().unwrap());
        let store = on.open(&folder).await;
        let media = MediaFolder::open(&folder.join("media")).await.unwrap();
        let wire = Wire::new(store.clone(), clock.clone(), PrivateHosts::new([])).unwrap();
        let hub = Hub::new(
            store.clone(),
            media,
            Destinations::new(vec![board("board", &remote)]),
            wire,
            clock,
            Tuning::default(),
            "w".into(),
        );
        hub.announce().await.unwrap();
        let stage = Self {
            hub,
            store,
            remote,
            folder,
        };
        stage.write("题").await;
        stage
    }

    /// The same hub after a second board has been configured; returns that board.
    pub(crate) async fn with_another(&mut self, name: &str) -> Remote {
        let another = Remote::new(&self.folder.join(name));
        let all = vec![board("board", &self.remote), board(name, &another)];
        self.hub.destinations = Arc::new(Destinations::new(all));
        self.hub.announce().await.unwrap();
        another
    }

    /// The same, and what was just configured is the place of record.
    pub(crate) async fn with_home(&mut self, name: &str) -> Remote {
        let home = Remote::new(&self.folder.join(name));
        let all = vec![board("board", &self.remote), board(name, &home).as_home()];
        self.hub.destinations = Arc::new(Destinations::new(all));
        self.hub.announce().await.unwrap();
        home
    }

    /// The configuration names another account from now on: where [`Stage::remote`] is now.
    pub(crate) async fn move_board(&mut self) {
        let remote = Remote::new(&self.remote.folder.clone());
        self.hub.destinations = Arc::new(Destinations::new(vec![board("board", &remote)]));
        self.hub.announce().await.unwrap();
    }

    /// A new version of the item.
    pub(crate) async fn write(&self, title: &str) {
        self.write_as(item(), title).await;
    }

    pub(crate) async fn write_as(&self, id: ItemId, title: &str) {
        let draft = Draft {
            id,
            content: Content {
                title: title.into(),
                unit: "局".into(),
                ..Content::default()
            },
            files: BTreeMap::new(),
            findings: Vec::new(),
        };
        self.hub.ingest(draft, &me()).await.unwrap();
    }

    pub(crate) async fn publish(&self) -> DeliveryId {
        let approved = Request::approved();
        let plan = self.hub.publish(&item(), &approved, &me()).await;
        plan.unwrap().deliveries.remove(0).id
    }

    pub(crate) async fn withdraw(&self) -> DeliveryId {
        let plan = self.hub.withdraw(&item(), Vec::new(), "误发", &me()).await;
        plan.unwrap().deliveries.remove(0).id
    }

    pub(crate) async fn now(&self, id: &DeliveryId) -> Delivery {
        self.hub.delivery(id).await.unwrap()
    }

    /// Works what is due now.
    pub(crate) async fn work(&self) {
        self.hub.work_all_due(100).await.unwrap();
    }

    /// Lets time pass until the delivery is due next, and works it. Returns how long that was.
    pub(crate) async fn work_next(&self, id: &DeliveryId) -> Duration {
        let now = self.hub.clock.now();
        let due = self.now(id).await.due_at.unwrap().max(now);
        let wait = yigao_core::time::between(now, due);
        self.hub.clock.advance(wait);
        assert!(later(now, wait) >= due);
        self.work().await;
        wait
    }
}
