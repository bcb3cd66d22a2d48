//! What goes wrong, and where. Points are numbered over everything a run does outside itself: calls and journal commits.

use std::{collections::BTreeMap, time::Duration};

use yigao_channel::{Access, Op, profile::Window};
use yigao_core::{ChannelError, Effect, ErrorKind};

/// One thing that goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bad {
    /// The process dies before it.
    CrashBefore,
    /// The process dies after it: it took effect, and nobody learned of it.
    CrashAfter,
    /// The remote acts; the connection breaks before the answer.
    LostAnswer,
    /// The connection breaks before the remote acts; from here that looks the same.
    LostCall,
    /// The connection is refused: certainly nothing happened.
    Refused,
    /// No answer in time; the remote acts later, before the last lookup of the operation.
    Late,
    /// The remote acts; a gateway answers 502 with a page.
    BadGateway,
    /// 429 with `Retry-After: 7`; the remote does not act.
    TooMany,
    /// The remote acts; the answer is 200 with a page that is no answer.
    Garbage,
    /// 401; the remote does not act.
    Unauthorized,
}

impl Bad {
    /// What every point is tried with. A refused credential is no fault of the connection; it has trials of its own.
    pub const ALL: [Self; 9] = [
        Self::CrashBefore,
        Self::CrashAfter,
        Self::LostAnswer,
        Self::LostCall,
        Self::Refused,
        Self::Late,
        Self::BadGateway,
        Self::TooMany,
        Self::Garbage,
    ];

    fn can_strike(self, place: Place) -> bool {
        match place {
            Place::Commit => matches!(self, Self::CrashBefore | Self::CrashAfter),
            Place::File | Place::Mail => matches!(
                self,
                Self::CrashBefore
                    | Self::CrashAfter
                    | Self::LostAnswer
                    | Self::LostCall
                    | Self::Refused
            ),
            Place::Http => true,
        }
    }
}

/// What a point is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Commit,
    Http,
    File,
    Mail,
}

/// The faults of one story, and what became of them.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    /// By the number of the point, from 1.
    pub at: BTreeMap<u32, Bad>,
    /// By the number of the writing call, from 1.
    pub at_write: BTreeMap<u32, Bad>,
    /// At every call over HTTP.
    pub always: Option<Bad>,
    /// Somebody wakes it before a lookup is due, as a person does who presses "again".
    pub impatient: bool,
    /// Points met so far.
    pub points: u32,
    /// Writing calls met so far.
    pub writes: u32,
    /// Faults that took effect.
    pub fired: u32,
}

impl Faults {
    /// No faults.
    pub fn none() -> Self {
        Self::default()
    }

    /// One at this point.
    pub fn at(point: u32, bad: Bad) -> Self {
        Self {
            at: BTreeMap::from([(point, bad)]),
            ..Self::default()
        }
    }

    /// One at this writing call.
    pub fn at_write(write: u32, bad: Bad) -> Self {
        Self {
            at_write: BTreeMap::from([(write, bad)]),
            ..Self::default()
        }
    }

    /// One at every call.
    pub fn always(bad: Bad) -> Self {
        Self {
            always: Some(bad),
            ..Self::default()
        }
    }

    /// The same, with somebody who wakes it before a lookup is due.
    #[must_use]
    pub fn impatient(mut self) -> Self {
        self.impatient = true;
        self
    }

    /// Counts a point, and returns what goes wrong at it.
    pub(crate) fn meet(&mut self, place: Place, access: Access) -> Option<Bad> {
        self.points += 1;
        let mut bad = self.at.get(&self.points).copied();
        if place != Place::Commit {
            if access == Access::Write {
                self.writes += 1;
                bad = bad.or_else(|| self.at_write.get(&self.writes).copied());
            }
            bad = bad.or(self.always);
        }
        let bad = bad.filter(|bad| bad.can_strike(place));
        self.fired += u32::from(bad.is_some());
        bad
    }
}

/// How long an allowance of this window lasts.
pub(crate) fn window(window: Window) -> Duration {
    Duration::from_secs(match window {
        Window::Hour => 3_600,
        Window::Day => 86_400,
    })
}

pub(crate) fn interrupted(op: &Op) -> ChannelError {
    ChannelError::new(ErrorKind::Interrupted, op.name, "the connection broke")
}

pub(crate) fn refused(op: &Op) -> ChannelError {
    ChannelError::new(
        ErrorKind::Unavailable,
        op.name,
        "cannot connect: connection refused",
    )
    .with_effect(Effect::None)
}
