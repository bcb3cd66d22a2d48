//! Answers a call the way the armed faults demand.

use std::time::Duration;

use axum::body::Body;
use axum::http::Response;

use crate::call::{Answer, Call, hang_up};
use crate::faults::{Fault, Platform};
use crate::sandbox::Sandbox;

/// Acts on `call` as the armed faults demand, and answers.
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
