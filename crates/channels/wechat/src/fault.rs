//! From a return code to the three answers: what an operator does, what the engine does, what may have happened.

use std::{net::IpAddr, time::Duration};

use yigao_channel::Access;
use yigao_core::{
    ChannelError, Effect, ErrorKind, Localized, Retry, Timestamp,
    time::{between, shanghai},
};

use crate::codes::{AT_OP, Class, Code, code};

/// The fault that `number` means at `op`. Of the platform's own text only the request id and a refused address are
/// taken over: the rest changes from day to day and may quote what was sent.
pub(crate) fn fault(
    op: &str,
    access: Access,
    number: i64,
    text: &str,
    now: Timestamp,
) -> ChannelError {
    let at_op = AT_OP
        .iter()
        .find(|(name, row)| *name == op && row.code == number)
        .map(|(_, row)| row);
    let Some(row) = at_op.or_else(|| code(number)) else {
        return unknown(op, access, number, text);
    };
    let (kind, retry, effect) = decide(row.class, access, now);
    let error = ChannelError::new(kind, op, message(row.message, text))
        .with_retry(retry)
        .with_effect(effect)
        .with_code(number)
        .with_advice(advice(row, text));
    if row.class == Class::Token {
        error.with_renew()
    } else {
        error
    }
}

fn decide(class: Class, access: Access, now: Timestamp) -> (ErrorKind, Retry, Effect) {
    use ErrorKind as K;
    let maybe = match access {
        Access::Read => Effect::None,
        Access::Write => Effect::Unknown,
    };
    match class {
        Class::Fix | Class::Editor => (K::Rejected, Retry::Never, Effect::None),
        Class::Busy => (K::Unavailable, Retry::Backoff, maybe),
        // Checked before anything is done. A fresh token refused as well: another worker's renewal, tried again later.
        Class::Token => (K::Unauthorized, Retry::Backoff, Effect::None),
        Class::Slow(seconds) => (
            K::RateLimited,
            Retry::After(Duration::from_secs(seconds)),
            Effect::None,
        ),
        Class::Day => (
            K::QuotaExhausted,
            Retry::After(until_midnight(now)),
            Effect::None,
        ),
        Class::Setup => (K::Config, Retry::Never, Effect::None),
        Class::Account => (K::Unauthorized, Retry::Never, Effect::None),
        Class::Reconcile => (K::Rejected, Retry::Never, maybe),
    }
}

/// A code that no page explains: refused, when it was only a question; anything may have happened, when it was not.
fn unknown(op: &str, access: Access, number: i64, text: &str) -> ChannelError {
    let message = message("a return code that is not documented", text);
    let error = match access {
        Access::Read => ChannelError::new(ErrorKind::Rejected, op, message),
        Access::Write => ChannelError::new(ErrorKind::Protocol, op, message),
    };
    error.with_code(number).with_advice(Localized::new(
        "未知返回码，请在微信文档“全局返回码”中查询，并到公众号后台核对",
        "an unknown code: look it up on WeChat's page 全局返回码, and check the console",
    ))
}

fn message(what: &str, text: &str) -> String {
    match request_id(text) {
        Some(rid) => format!("{what}, rid {rid}"),
        None => what.to_owned(),
    }
}

fn advice(row: &Code, text: &str) -> Localized {
    match address(text).filter(|_| row.code == 40164) {
        Some(ip) => Localized::new(
            format!("{}（本机出口 IP：{ip}）", row.zh),
            format!("{} (our address: {ip})", row.en),
        ),
        None => Localized::new(row.zh, row.en),
    }
}

/// `rid: 68ff2583-479cabd7-08ff32c3`, with which the platform's own people find the call again.
fn request_id(text: &str) -> Option<&str> {
    let (_, after) = text.rsplit_once("rid: ")?;
    let rid = after.split_whitespace().next()?;
    let hex = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_hexdigit());
    (rid.len() <= 40 && rid.split('-').all(hex)).then_some(rid)
}

/// `invalid ip 203.0.113.9 ipv6 …`
fn address(text: &str) -> Option<IpAddr> {
    let (_, after) = text.split_once("invalid ip ")?;
    after.split_whitespace().next()?.parse().ok()
}

fn until_midnight(now: Timestamp) -> Duration {
    let zoned = now.to_zoned_datetime(shanghai());
    let day = Duration::from_secs(86_400);
    zoned
        .tomorrow()
        .and_then(|tomorrow| tomorrow.start_of_day())
        .map_or(day, |midnight| between(now, midnight.timestamp()))
}

#[cfg(test)]
#[path = "fault_tests.rs"]
mod tests;
