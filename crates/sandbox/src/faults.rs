//! Faults armed by a test: which call they meet, how often, and what they do to it.

use std::time::Duration;

use axum::body::Body;
use axum::http::Response;
use serde::{Deserialize, Serialize};

use crate::call::{Answer, Call, hang_up};
use crate::sandbox::Sandbox;

/// One of the platforms that is stood in for.
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
    /// Every access token dies, then the call is looked at.
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
    fn draw(&mut self, platform: Platform, op: &str) -> Option<Fault> {
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

/// Acts on `call` the way the armed faults say, and answers.
pub(crate) async fn answer(
    sandbox: &Sandbox,
    platform: Platform,
    op: &str,
    call: Call,
) -> Response<Body> {
    let drawn = sandbox.world().faults.draw(platform, op);
    let Some(fault) = drawn else {
        return sandbox.act(platform, op, &call, None).into_response();
    };
    let note = Some(&fault);
    match fault {
        Fault::Status {
            status,
            retry_after,
        } => {
            let mut page = Answer::gateway_page(status);
            if let Some(seconds) = retry_after {
                page.headers.push(("retry-after", seconds.to_string()));
            }
            sandbox.log_unacted(platform, op, &fault);
            page.into_response()
        }
        Fault::StatusAfter { status } => {
            sandbox.act(platform, op, &call, note);
            Answer::gateway_page(status).into_response()
        }
        Fault::DropBefore => {
            sandbox.log_unacted(platform, op, &fault);
            hang_up()
        }
        Fault::DropAfter => {
            sandbox.act(platform, op, &call, note);
            hang_up()
        }
        Fault::Slow { ms } => {
            let answer = sandbox.act(platform, op, &call, note);
            tokio::time::sleep(Duration::from_millis(ms)).await;
            answer.into_response()
        }
        Fault::Errcode { code } => {
            sandbox.log_unacted(platform, op, &fault);
            sandbox.refusal(platform, code).into_response()
        }
        Fault::Truncated => {
            let mut answer = sandbox.act(platform, op, &call, note);
            answer.body.truncate(answer.body.len() / 2);
            answer.into_response()
        }
        Fault::Html => {
            sandbox.log_unacted(platform, op, &fault);
            Answer::gateway_page(200).into_response()
        }
        Fault::TokenDead => {
            sandbox.kill_tokens();
            sandbox.act(platform, op, &call, note).into_response()
        }
        Fault::Late { ms } => {
            sandbox.act_later(platform, op, call, ms);
            hang_up()
        }
    }
}
