//! What a destination can do and take, as data. The engine matches on it; screens print it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::limit::Limits;

/// 能力表: all the engine and people need to know about a destination.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Profile {
    /// Kind of platform: `website`, `wechat`, `county`.
    pub channel: &'static str,
    /// What this destination is, for the journal: app id, base address, folder. If configuration changes it while
    /// deliveries are under way, they stop in doubt instead of writing to the wrong place.
    pub identity: String,
    /// Folder that `cx.file` is rooted in; none when the destination has no folder.
    pub folder: Option<std::path::PathBuf>,
    /// What the destination can be asked, one line an operation.
    pub ops: Vec<Op>,
    pub limits: Limits,
    pub correction: Correction,
    pub withdraw: Withdrawal,
    pub completion: Completion,
    /// How many deliveries may be worked at once, over all processes.
    pub max_in_flight: u32,
}

impl Profile {
    /// The operation with this name.
    pub fn op(&self, name: &str) -> Option<&Op> {
        self.ops.iter().find(|op| op.name == name)
    }
}

/// One operation of a remote.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Op {
    pub name: &'static str,
    /// Whether it changes anything there. Declared here, not read off the HTTP verb.
    pub access: Access,
    /// Longest time one request may take, its answer included.
    pub timeout: Duration,
    /// For `once` and `shared`: when to look it up, counted from the end of the request. For `wait`: the poll times, counted
    /// from the ticket. For `step`: how long after its end a lost request may still act; a withdrawal's proof waits for the
    /// last one. Give a step lookups whenever its late arrival could make something public again.
    pub lookup_after: Vec<Duration>,
    pub repeat_safety: RepeatSafety,
    /// Allowances, each over a window of an hour or more; counted in the ledger; every try uses one.
    pub quotas: Vec<Quota>,
    /// Shortest time between two calls of one process.
    pub min_interval: Option<Duration>,
}

impl Op {
    /// A reading operation: a timeout in seconds, nothing else.
    pub fn read(name: &'static str, timeout_seconds: u64) -> Self {
        Self {
            name,
            access: Access::Read,
            timeout: Duration::from_secs(timeout_seconds),
            lookup_after: Vec::new(),
            repeat_safety: RepeatSafety::Harmless,
            quotas: Vec::new(),
            min_interval: None,
        }
    }

    /// A writing operation: a timeout in seconds and what a repeat would do.
    pub fn write(name: &'static str, timeout_seconds: u64, repeat_safety: RepeatSafety) -> Self {
        Self {
            access: Access::Write,
            repeat_safety,
            ..Self::read(name, timeout_seconds)
        }
    }

    /// Lookup (or poll) times in seconds.
    #[must_use]
    pub fn lookup_after(mut self, seconds: &[u64]) -> Self {
        self.lookup_after = seconds.iter().copied().map(Duration::from_secs).collect();
        self
    }

    /// An allowance per window.
    #[must_use]
    pub fn quota(mut self, max: u32, window: Window) -> Self {
        self.quotas.push(Quota { max, window });
        self
    }

    /// Shortest time between two calls.
    #[must_use]
    pub fn min_interval(mut self, min_interval: Duration) -> Self {
        self.min_interval = Some(min_interval);
        self
    }
}

/// Whether an operation changes anything at the remote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    Read,
    Write,
}

/// What doing it again would mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RepeatSafety {
    /// Repeating it changes nothing more: put by name, delete, a draft nobody sees.
    Harmless,
    /// The remote knows our key for this long and answers the second with the first.
    Key(Duration),
    /// A lookup can find the first.
    Lookup,
    /// Neither: a lost answer is a doubt that only a person can clear.
    Never,
}

/// An allowance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Quota {
    pub max: u32,
    pub window: Window,
}

/// The window of an allowance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    Hour,
    /// From 00:00 to 24:00 in Asia/Shanghai.
    Day,
}

/// How a correction is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Correction {
    /// The article is changed in place.
    InPlace,
    /// A new one is published and the old one deleted.
    Republish,
    /// A person is asked.
    ByHand,
}

/// How a withdrawal is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Withdrawal {
    Remote,
    ByHand,
}

/// When a delivery is known to have arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Completion {
    /// With the answer.
    Immediate,
    /// The remote works on it; it is asked later.
    Polled,
    /// A named person confirms.
    Person,
}
