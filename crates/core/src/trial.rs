//! Places where a process may die, be stopped, or have a call go wrong, for the proof that nothing is lost or doubled
//! there (`make crash`). Every commit, notification and outgoing call passes one before and one after, whatever adapter it is for.
//! Nobody watches in production: a place costs one atomic read there, and no rule can be taken out.

use std::{fmt::Debug, sync::OnceLock};

/// Where the process is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Point {
    /// All changes of a batch are applied and not yet durable.
    BeforeCommit,
    /// They are durable, and nobody knows yet.
    AfterCommit,
    /// A delivery is planned or due, and no worker knows.
    BeforeNotify,
    /// The queue has been notified.
    AfterNotify,
    /// A call to a remote, a folder or a mail server is about to leave.
    BeforeCall,
    /// It has been answered, and nothing is written of it.
    AfterCall,
}

impl Point {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::BeforeCommit,
        Self::AfterCommit,
        Self::BeforeNotify,
        Self::AfterNotify,
        Self::BeforeCall,
        Self::AfterCall,
    ];

    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::BeforeCommit => "before-commit",
            Self::AfterCommit => "after-commit",
            Self::BeforeNotify => "before-notify",
            Self::AfterNotify => "after-notify",
            Self::BeforeCall => "before-call",
            Self::AfterCall => "after-call",
        }
    }
}

/// What is to happen to a call. Everything but [`Then::Go`] is a fault.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Then {
    /// It goes out, and its answer comes back.
    #[default]
    Go,
    /// The connection is refused: certainly nothing happened.
    Refused,
    /// It goes out and never arrives.
    RequestLost,
    /// It is done, and its answer is lost.
    AnswerLost,
    /// It is done, and a gateway answers 502.
    ErrorAfter,
    /// It is done, and the answer comes later than anybody waits.
    Slow,
    /// It is done only after nobody waits any more.
    Late,
    /// It is not done, and something answers 200 with a page of its own.
    Junk,
}

impl Then {
    /// All faults.
    pub const FAULTS: [Self; 7] = [
        Self::Refused,
        Self::RequestLost,
        Self::AnswerLost,
        Self::ErrorAfter,
        Self::Slow,
        Self::Late,
        Self::Junk,
    ];

    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Go => "go",
            Self::Refused => "refused",
            Self::RequestLost => "request-lost",
            Self::AnswerLost => "answer-lost",
            Self::ErrorAfter => "error-after",
            Self::Slow => "slow",
            Self::Late => "late",
            Self::Junk => "junk",
        }
    }
}

/// A rule that a proof takes out, to see that the proof then fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// What is begun is written down before it is done.
    Journal,
    /// Who lost a delivery may begin nothing more of it.
    Fence,
    /// What may have happened is looked up before it is done again.
    Lookup,
}

impl Rule {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Journal, Self::Fence, Self::Lookup];

    /// Its name, as `make crash SABOTAGE=…` takes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Journal => "journal",
            Self::Fence => "fence",
            Self::Lookup => "lookup",
        }
    }
}

/// Who watches. It may end the process at this point.
pub trait Watch: Debug + Send + Sync {
    /// The process is at `point`; of calls, which operation at which destination.
    fn reach(&self, point: Point, destination: &str, op: &str) -> Then;
    /// Whether `rule` is taken out.
    fn without(&self, rule: Rule) -> bool;
}

static WATCH: OnceLock<Box<dyn Watch>> = OnceLock::new();

/// Lets `watch` watch this process, for its whole life; the first one stays. Answers whether it is this one.
pub fn watch(watch: Box<dyn Watch>) -> bool {
    WATCH.set(watch).is_ok()
}

/// Reports to whoever watches where the process is.
pub fn reach(point: Point, destination: &str, op: &str) -> Then {
    match WATCH.get() {
        Some(watch) => watch.reach(point, destination, op),
        None => Then::Go,
    }
}

/// Whether a proof has taken `rule` out of this process.
pub fn without(rule: Rule) -> bool {
    WATCH.get().is_some_and(|watch| watch.without(rule))
}
