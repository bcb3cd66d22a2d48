//! Faults armed by a test: which call they meet, how often, and what they do to it.

use serde::{Deserialize, Serialize};

/// One of the platforms that are imitated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Platform {
    /// The WeChat official account.
    Wechat,
    /// The county media centres, all of them.
    County,
    /// The gateway of a closed CMS.
    Gateway,
}

/// What happens to a call that a fault meets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Fault {
    /// Answered with this HTTP status before anything is done.
    Status {
        /// The HTTP status.
        status: u16,
        /// `Retry-After`, in seconds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<u64>,
    },
    /// Done, then answered with an HTML error page.
    StatusAfter {
        /// The HTTP status.
        status: u16,
    },
    /// Connection closed, nothing done.
    DropBefore,
    /// Done, then the connection closed: the answer is lost.
    DropAfter,
    /// Done, and answered late.
    Slow {
        /// How late, in milliseconds.
        ms: u64,
    },
    /// Refused in the platform's own way (HTTP 200 and a code), nothing done.
    Errcode {
        /// The platform's code.
        code: i64,
    },
    /// Done, the JSON of the answer cut in half.
    Truncated,
    /// HTTP 200 with an HTML page, nothing done.
    Html,
    /// Every access token dies, then the call is examined.
    TokenDead,
    /// Connection closed now, done later.
    Late {
        /// How much later, in milliseconds.
        ms: u64,
    },
}

/// A fault and the calls it waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultOrder {
    /// Whose calls.
    pub platform: Platform,
    /// Which call: `freepublish/submit`, `items.post`, … or `*` for any.
    pub op: String,
    /// How many such calls pass first.
    #[serde(default)]
    pub after: u32,
    /// How many calls it meets.
    #[serde(default = "once")]
    pub times: u32,
    /// What it does.
    pub fault: Fault,
}

fn once() -> u32 {
    1
}

/// An armed fault with its counts, as `GET /control/faults` shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Armed {
    /// The order.
    #[serde(flatten)]
    pub order: FaultOrder,
    /// Calls of its kind seen since it was armed.
    pub seen: u32,
    /// Calls it has met.
    pub fired: u32,
}

#[derive(Debug, Default)]
pub(crate) struct Faults {
    pub(crate) armed: Vec<Armed>,
}

impl Faults {
    pub(crate) fn arm(&mut self, order: FaultOrder) {
        self.armed.push(Armed {
            order,
            seen: 0,
            fired: 0,
        });
    }

    /// The fault for this call, if one is due. Only one fires; all of its kind count the call.
    pub(crate) fn draw(&mut self, platform: Platform, op: &str) -> Option<Fault> {
        let mut drawn = None;
        for armed in &mut self.armed {
            if armed.order.platform != platform || (armed.order.op != "*" && armed.order.op != op) {
                continue;
            }
            armed.seen += 1;
            if drawn.is_none() && armed.seen > armed.order.after && armed.fired < armed.order.times
            {
                armed.fired += 1;
                drawn = Some(armed.order.fault.clone());
            }
        }
        drawn
    }
}
