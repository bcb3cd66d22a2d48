//! The board's fault table: each code, what it means and what to do.

use serde_json::Value;
use yigao_channel::{
    Answer,
    http_status::{http_fault, json},
};
use yigao_core::{ChannelError, Effect, ErrorKind, Localized, Retry};

/// A code that the board sends with HTTP 200 as `{"error": code}`.
struct Row {
    code: &'static str,
    kind: ErrorKind,
    retry: Retry,
    zh: &'static str,
    en: &'static str,
}

const TABLE: &[Row] = &[
    Row {
        code: "title_too_long",
        kind: ErrorKind::Rejected,
        retry: Retry::Never,
        zh: "标题超过 60 字，请缩短",
        en: "the title is longer than 60 characters: shorten it",
    },
    Row {
        code: "body_too_long",
        kind: ErrorKind::Rejected,
        retry: Retry::Never,
        zh: "正文超过 100000 字节，请分篇",
        en: "the body is longer than 100,000 bytes: split it",
    },
    Row {
        code: "busy",
        kind: ErrorKind::RateLimited,
        retry: Retry::Backoff,
        zh: "公告板繁忙，稍后自动再试",
        en: "the board is busy; the delivery is tried again automatically",
    },
];

/// Every code with an entry of its own in the README.
pub fn codes() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|row| row.code)
}

/// The answer's JSON, unless it is a refusal. `place` is where the token is configured.
pub(crate) fn read(op: &str, place: &str, answer: &Answer) -> Result<Value, ChannelError> {
    if let Some(fault) = http_fault(op, answer) {
        return Err(if fault.kind() == ErrorKind::Unauthorized {
            fault.with_advice(Localized::new(
                format!("公告板不认令牌，请核对 {place}"),
                format!("the board does not take the token: check {place}"),
            ))
        } else {
            fault
        });
    }
    if answer.status == 204 {
        return Ok(Value::Null);
    }
    let value = json(op, answer)?;
    let Some(code) = value.get("error").and_then(Value::as_str) else {
        return Ok(value);
    };
    Err(match TABLE.iter().find(|row| row.code == code) {
        Some(row) => ChannelError::new(row.kind, op, "the board refused it")
            .with_retry(row.retry)
            .with_effect(Effect::None)
            .with_code(code)
            .with_advice(Localized::new(row.zh, row.en)),
        None => ChannelError::new(
            ErrorKind::Protocol,
            op,
            "the board answered an unknown code",
        )
        .with_retry(Retry::Never)
        .with_code(code),
    })
}

/// The text field that an answer must have.
pub(crate) fn text(op: &str, value: &Value, field: &str) -> Result<String, ChannelError> {
    value
        .get(field)
        .and_then(Value::as_str)
        .map(ToOwned::to_owned)
        .ok_or_else(|| {
            ChannelError::new(
                ErrorKind::Protocol,
                op,
                format!("the answer has no {field:?}"),
            )
        })
}
