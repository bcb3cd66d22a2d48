//! A centre's codes: refusals come with HTTP 200 and `{"code": …, "msg": …}`.

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::Value;
use yigao_channel::{
    Access, Answer,
    http_status::{http_fault, json},
};
use yigao_core::{ChannelError, Effect, ErrorKind, Localized, Retry};

use crate::profile::MEDIA_KNOWN;

/// One line of the table.
struct Code {
    code: i64,
    kind: ErrorKind,
    retry: Retry,
    /// What may have happened when it answers a write.
    effect: Effect,
    message: &'static str,
    zh: &'static str,
    en: &'static str,
}

const MINUTE: Duration = Duration::from_secs(60);

#[rustfmt::skip]
const CODES: &[Code] = &[
    Code { code: 1001, kind: ErrorKind::Unauthorized, retry: Retry::Never, effect: Effect::None, message: "bad signature or key",
        zh: "签名或应用标识不对，请与中心核对 app_key 和 secret", en: "the signature or key is wrong: check app_key and secret with the centre" },
    Code { code: 1002, kind: ErrorKind::Config, retry: Retry::After(Duration::from_secs(600)), effect: Effect::None, message: "our time is off",
        zh: "本机时间与中心相差超过 5 分钟，请校准时钟", en: "this machine's clock is more than 5 minutes off: set it right" },
    // The same request has been there before: the answer does not state what it did then.
    Code { code: 1003, kind: ErrorKind::Unavailable, retry: Retry::Backoff, effect: Effect::Unknown, message: "this request was seen before",
        zh: "请求重复，自动重签后再试", en: "a repeated request; signed anew and tried again" },
    Code { code: 2001, kind: ErrorKind::Rejected, retry: Retry::Never, effect: Effect::None, message: "headline too long",
        zh: "标题超过中心的字数，请缩短，并核对 headline_limit", en: "shorten the headline, and check headline_limit" },
    Code { code: 2002, kind: ErrorKind::Rejected, retry: Retry::Never, effect: Effect::None, message: "pictures missing",
        zh: "图片不够，请补图，并核对 min_pictures", en: "add pictures, and check min_pictures" },
    Code { code: 2003, kind: ErrorKind::Unavailable, retry: Retry::After(MEDIA_KNOWN), effect: Effect::None, message: "the centre does not have a picture any more",
        zh: "中心丢了已传的图片，一小时内自动重传", en: "the centre has lost a picture; it is sent again within the hour" },
    Code { code: 2004, kind: ErrorKind::Unavailable, retry: Retry::Backoff, effect: Effect::None, message: "bytes were damaged on the way",
        zh: "图片在途中损坏，自动重传", en: "a picture was damaged on the way; sent again" },
    Code { code: 2005, kind: ErrorKind::Rejected, retry: Retry::Never, effect: Effect::None, message: "not the format the centre reads",
        zh: "中心读不懂该稿格式，请反馈", en: "the centre cannot read the format: report it" },
    Code { code: 2006, kind: ErrorKind::Rejected, retry: Retry::Never, effect: Effect::None, message: "nothing is held of this item",
        zh: "中心没有此稿", en: "the centre does not have this item" },
    Code { code: 3001, kind: ErrorKind::RateLimited, retry: Retry::After(MINUTE), effect: Effect::None, message: "too many calls",
        zh: "调用过快，稍后自动继续", en: "too fast; it continues automatically" },
    Code { code: 4004, kind: ErrorKind::Config, retry: Retry::Never, effect: Effect::None, message: "no such centre",
        zh: "base_url 不对，请与中心核对", en: "base_url is wrong: check it with the centre" },
    Code { code: 4005, kind: ErrorKind::Config, retry: Retry::Never, effect: Effect::None, message: "not an interface of items",
        zh: "base_url 不对，请与中心核对", en: "base_url is wrong: check it with the centre" },
    // The first with this key has been taken, with another body.
    Code { code: 4022, kind: ErrorKind::Protocol, retry: Retry::Never, effect: Effect::Unknown, message: "the key was used with another body",
        zh: "同一投递前后内容不一致，请反馈，并到中心核对", en: "one delivery was sent with two bodies: report it, and check with the centre" },
];

pub(crate) fn codes() -> impl Iterator<Item = i64> {
    CODES.iter().map(|row| row.code)
}

/// The fault that `number` means at `op`. The centre's own sentence may quote anything and stays out of it.
pub(crate) fn fault(op: &str, access: Access, number: i64) -> ChannelError {
    let Some(row) = CODES.iter().find(|row| row.code == number) else {
        let message = "a code that is not documented";
        let error = match access {
            Access::Read => ChannelError::new(ErrorKind::Rejected, op, message),
            Access::Write => ChannelError::new(ErrorKind::Protocol, op, message),
        };
        return error.with_code(number).with_advice(Localized::new(
            "未知代码，请向中心的技术人员询问",
            "an unknown code: ask the centre's technicians",
        ));
    };
    let effect = match access {
        Access::Read => Effect::None,
        Access::Write => row.effect,
    };
    ChannelError::new(row.kind, op, row.message)
        .with_retry(row.retry)
        .with_effect(effect)
        .with_code(number)
        .with_advice(Localized::new(row.zh, row.en))
}

/// `data` of the answer, or the fault that it means. A code in the body is more exact than the status.
pub(crate) fn read<T: DeserializeOwned>(
    op: &'static str,
    access: Access,
    answer: &Answer,
) -> Result<T, ChannelError> {
    let body = json(op, answer);
    let code = body
        .as_ref()
        .ok()
        .and_then(|body| body.get("code"))
        .and_then(Value::as_i64);
    if let Some(code) = code.filter(|code| *code != 0) {
        return Err(fault(op, access, code));
    }
    if let Some(error) = http_fault(op, answer) {
        return Err(error);
    }
    let wrong = |message: String| ChannelError::new(ErrorKind::Protocol, op, message);
    let mut body = body?;
    if code.is_none() {
        return Err(wrong("the answer has no code".to_owned()));
    }
    let data = body.get_mut("data").map(Value::take).unwrap_or_default();
    T::deserialize(data).map_err(|e| wrong(format!("the answer is not as agreed: {e}")))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        Answer {
            status,
            headers: Vec::new(),
            body: Bytes::from(body.to_owned()),
        }
    }

    fn refusal(status: u16, body: &str) -> ChannelError {
        read::<Value>("items_post", Access::Write, &answer(status, body)).unwrap_err()
    }

    #[test]
    fn every_code_has_its_line_and_its_advice() {
        for row in CODES {
            let body = format!("{{\"code\":{},\"msg\":\"secret\",\"data\":null}}", row.code);
            let fault = refusal(200, &body);
            assert_eq!(
                (fault.kind(), fault.retry(), fault.effect()),
                (row.kind, row.retry, row.effect)
            );
            assert_eq!(fault.remote_code(), Some(row.code.to_string().as_str()));
            assert!(!fault.to_string().contains("secret"));
            let read = super::fault("items_get", Access::Read, row.code);
            assert_eq!(read.effect(), Effect::None);
        }
    }

    #[test]
    fn what_is_not_documented_is_a_doubt_after_a_write() {
        let unknown = refusal(200, "{\"code\":7777,\"msg\":\"\",\"data\":null}");
        assert_eq!(
            (unknown.kind(), unknown.effect()),
            (ErrorKind::Protocol, Effect::Unknown)
        );
        for body in ["<html>", "{\"code\":0,\"da", "{}"] {
            let garbled = refusal(200, body);
            assert_eq!(
                (garbled.kind(), garbled.effect()),
                (ErrorKind::Protocol, Effect::Unknown),
                "{body}"
            );
        }
    }

    #[test]
    fn a_code_says_more_than_the_status() {
        let reused = refusal(422, "{\"code\":4022,\"msg\":\"\",\"data\":null}");
        assert_eq!(reused.effect(), Effect::Unknown);
        let gateway = refusal(502, "<html>");
        assert_eq!(
            (gateway.kind(), gateway.effect()),
            (ErrorKind::Unavailable, Effect::Unknown)
        );
        assert_eq!(refusal(404, "gone").kind(), ErrorKind::Rejected);
    }
}
