//! What a round is played on: one ledger, one folder, the remotes; and the engine over them, the same in every process.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use toml::Table;
use yigao_channel::{Adapter, Opening, Secret};
use yigao_core::{Actor, DestinationId, ItemId, next::Policy};
use yigao_county::County;
use yigao_engine::{Clock, Destination, Destinations, Hub, PrivateHosts, Tuning, Wire};
use yigao_memory::Memory;
use yigao_store::{MediaFolder, Store};
use yigao_website::Website;
use yigao_wechat::Wechat;

/// What is done with every item, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Stage {
    Publish,
    Correct,
    Withdraw,
}

impl Stage {
    pub(crate) const ALL: [Self; 3] = [Self::Publish, Self::Correct, Self::Withdraw];

    /// The version that is public after it.
    pub(crate) fn version(self) -> u32 {
        match self {
            Self::Publish => 1,
            Self::Correct | Self::Withdraw => 2,
        }
    }
}

/// All that the processes of a round agree on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Scene {
    pub(crate) folder: PathBuf,
    /// A PostgreSQL address, or the path of a file.
    pub(crate) ledger: String,
    /// The address of a Redis, or none for a file.
    pub(crate) redis: Option<String>,
    pub(crate) sandbox: String,
    pub(crate) board: String,
    pub(crate) since: i64,
    pub(crate) times: u32,
    pub(crate) seed: u64,
    pub(crate) spoilt: u64,
    pub(crate) items: usize,
    pub(crate) stage: Stage,
    pub(crate) sabotage: Option<String>,
}

/// Where everything goes. `proof`: a lost answer can be settled there without a person.
pub(crate) struct Place {
    pub(crate) id: &'static str,
    pub(crate) proof: bool,
    /// Whether anything is sent to it; otherwise people fetch it.
    pub(crate) calls: bool,
    /// Only the first items go there: the account lets nobody delete more than ten articles a day.
    pub(crate) most: usize,
}

const fn place(id: &'static str) -> Place {
    Place {
        id,
        proof: true,
        calls: true,
        most: usize::MAX,
    }
}

pub(crate) const PLACES: [Place; 9] = [
    place("site"),
    Place {
        most: 2,
        ..place("account")
    },
    place("push"),
    place("keyless"),
    place("drop"),
    Place {
        calls: false,
        ..place("paste")
    },
    place("board-key"),
    place("board-lookup"),
    Place {
        proof: false,
        ..place("board-none")
    },
];

pub(crate) const TOKEN: &str = "crash-board-token";

pub(crate) fn item(number: usize) -> anyhow::Result<ItemId> {
    Ok(format!("item-{number}").parse()?)
}

/// What a reader of this version of the item finds in it, and in no other.
pub(crate) fn token(number: usize, version: u32) -> String {
    format!("事项{number}之{version}版")
}

pub(crate) fn destination(id: &str) -> anyhow::Result<DestinationId> {
    Ok(id.parse()?)
}

pub(crate) fn me() -> Actor {
    Actor::user("crash")
}

impl Scene {
    pub(crate) fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read(path).with_context(|| path.display().to_string())?;
        Ok(serde_json::from_slice(&text)?)
    }

    pub(crate) fn write(&self) -> anyhow::Result<PathBuf> {
        let path = self.folder.join("scene.json");
        std::fs::write(&path, serde_json::to_vec(self)?)?;
        Ok(path)
    }

    pub(crate) fn clock(&self) -> Clock {
        Clock::Fast {
            since: self.since,
            times: self.times,
        }
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.folder.join("fired.log")
    }

    /// The engine, with numbers that let a storm pass: no delivery is given up for having been killed or refused often.
    pub(crate) async fn hub(&self, worker: String) -> anyhow::Result<Hub> {
        let store = Store::open_at(&self.ledger).await?;
        let media = MediaFolder::open(&self.folder.join("media")).await?;
        let host = |base: &str| base.trim_start_matches("http://").to_owned();
        let hosts = PrivateHosts::new([host(&self.sandbox), host(&self.board)]);
        let wire = Wire::new(store.clone(), self.clock(), hosts)?;
        let tuning = Tuning {
            policy: Policy {
                backoff_max: Duration::from_secs(20),
                attempts_max: 10_000,
                starts_max: 10_000,
                ..Policy::default()
            },
            breaker: (20, Duration::from_secs(10)),
            ..Tuning::default()
        };
        let destinations = Destinations::new(self.destinations()?);
        let hub = Hub::new(
            store,
            media,
            destinations,
            wire,
            self.clock(),
            tuning,
            worker,
        );
        hub.announce().await?;
        Ok(hub)
    }

    fn destinations(&self) -> anyhow::Result<Vec<Destination>> {
        let folder = self.folder.display();
        let (sandbox, board) = (&self.sandbox, &self.board);
        let push = |centre: &str, hours: u32| {
            format!(
                "centre_name = \"中心\"\ntransport = \"push\"\n[push]\nbase_url = \"{sandbox}/county/{centre}\"\napp_key = \"yigao\"\nsecret = {{ env = \"PUSH\" }}\nkey_life_hours = {hours}"
            )
        };
        let notices = |dedupe: &str| {
            format!(
                "base_url = \"{board}/{dedupe}\"\ntoken = {{ env = \"BOARD\" }}\ndedupe = \"{dedupe}\""
            )
        };
        let site = format!(
            "driver = \"static\"\nfolder = \"{folder}/site\"\nbase_url = \"{sandbox}/site/\"\nsite_name = \"局网站\"\nsite_domain = \"example.gov.cn\"\norganiser = \"局\"\ncontact = \"0539-0000000\"\ndefault_column = \"news\""
        );
        let account = format!(
            "base_url = \"{sandbox}/wechat\"\napp_id = \"wx00000000000000aa\"\nsecret = {{ env = \"WECHAT\" }}\nauthor = \"文旅局\""
        );
        let drop = format!(
            "centre_name = \"中心\"\ntransport = \"drop\"\n[drop]\nfolder = \"{folder}/drop\""
        );
        let paste =
            "centre_name = \"中心\"\ntransport = \"paste\"\n[paste]\nsecret = { env = \"PASTE\" }";
        let mut first = open::<Website>("site", &site)?;
        first.home = true;
        Ok(vec![
            first,
            open::<Wechat>("account", &account)?,
            open::<County>("push", &push("yunxi", 24))?,
            open::<County>("keyless", &push("qingshan", 0))?,
            open::<County>("drop", &drop)?,
            open::<County>("paste", paste)?,
            open::<Memory>("board-key", &notices("key"))?,
            open::<Memory>("board-lookup", &notices("lookup"))?,
            open::<Memory>("board-none", &notices("none"))?,
        ])
    }
}

fn open<A: Adapter>(id: &str, config: &str) -> anyhow::Result<Destination> {
    let config: A::Config = toml::from_str::<Table>(config)?
        .try_into()
        .with_context(|| format!("{id}: its configuration"))?;
    let id = destination(id)?;
    let opening = Opening {
        destination: &id,
        public_url: Some("https://hub.example.gov.cn"),
        secrets: &|reference| Ok(secret(&reference.to_string())),
    };
    let channel = Arc::new(A::open(config, &opening).map_err(|e| anyhow::anyhow!("{id}: {e}"))?);
    let mut destination = Destination::new(id.clone(), id.to_string(), channel);
    destination.kind = A::KIND;
    Ok(destination)
}

/// The stand-ins' own secrets, by the name of the reference.
fn secret(reference: &str) -> Secret {
    Secret::new(match reference {
        name if name.contains("PUSH") => "county-secret-0123456789",
        name if name.contains("WECHAT") => "sandbox-secret-0123456789abcdef",
        name if name.contains("BOARD") => TOKEN,
        _ => "hand-secret-0123456789abcdef0123456789",
    })
}
