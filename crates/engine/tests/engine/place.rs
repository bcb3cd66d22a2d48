//! Where the ledger is: the engine is tried on both.

use std::{
    path::Path,
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use yigao_store::Store;
use yigao_testkit::{Postgres, core_only};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum On {
    Sqlite,
    Postgres,
}

/// The server of this run; none where it is not installed and need not be.
pub(crate) fn server() -> Option<&'static Postgres> {
    static SERVER: OnceLock<Option<Postgres>> = OnceLock::new();
    let start = || {
        let programs = Postgres::find();
        assert!(
            programs.is_some() || core_only(),
            "PostgreSQL is not installed"
        );
        programs.map(|programs| Postgres::shared(programs).unwrap())
    };
    SERVER.get_or_init(start).as_ref()
}

impl On {
    /// Whether it can be had here.
    pub(crate) fn is_there(self) -> bool {
        self == Self::Sqlite || server().is_some()
    }

    /// A new ledger: a file in `folder`, or a database.
    pub(crate) async fn open(self, folder: &Path) -> Store {
        static DATABASES: AtomicU32 = AtomicU32::new(0);
        match self {
            Self::Sqlite => Store::open(&folder.join("ledger.db")).await.unwrap(),
            Self::Postgres => {
                let number = DATABASES.fetch_add(1, Ordering::Relaxed);
                let name = format!("engine_{}_{number}", std::process::id());
                let url = server().unwrap().database(&name).unwrap();
                Store::connect(&url).await.unwrap()
            }
        }
    }
}

/// Each test on both ledgers, under the name of the database.
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $name() { super::$name($crate::place::On::Sqlite).await; })*
        }
        mod postgres {
            $(#[tokio::test]
            async fn $name() {
                if $crate::place::On::Postgres.is_there() {
                    super::$name($crate::place::On::Postgres).await;
                }
            })*
        }
    };
}
pub(crate) use on_both;
