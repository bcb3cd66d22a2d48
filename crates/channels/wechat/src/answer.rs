//! Reads the platform's answers: business errors come with HTTP 200, numbers as texts, control characters raw.

use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::Value;
use yigao_channel::{Access, Answer, http_status::http_fault};
use yigao_core::{ChannelError, ErrorKind, Timestamp};

use crate::fault::fault;

/// The answer as `T`, or the fault that it means. `errcode` may be missing on success.
pub(crate) fn read<T: DeserializeOwned>(
    op: &'static str,
    access: Access,
    answer: &Answer,
    now: Timestamp,
) -> Result<T, ChannelError> {
    if let Some(error) = http_fault(op, answer) {
        return Err(error);
    }
    let not_json = |message: String| ChannelError::new(ErrorKind::Protocol, op, message);
    let value: Value = serde_json::from_slice(&without_control_characters(&answer.body))
        .map_err(|e| not_json(format!("the answer is no JSON: {e}")))?;
    let code = value.get("errcode").map_or(Ok(0), whole_number);
    match code {
        Ok(0) => {}
        Ok(code) => {
            let text = value.get("errmsg").and_then(Value::as_str);
            return Err(fault(op, access, code, text.unwrap_or_default(), now));
        }
        Err(()) => return Err(not_json("errcode is no number".to_owned())),
    }
    T::deserialize(value).map_err(|e| not_json(format!("the answer is not as documented: {e}")))
}

fn whole_number(value: &Value) -> Result<i64, ()> {
    match value {
        Value::Number(number) => number.as_i64().ok_or(()),
        Value::String(text) => text.parse().map_err(|_| ()),
        _ => Err(()),
    }
}

/// Control characters are raw inside strings of live answers; outside strings they are white space anyway.
fn without_control_characters(body: &[u8]) -> Vec<u8> {
    body.iter()
        .map(|byte| if *byte < 0x20 { b' ' } else { *byte })
        .collect()
}

/// An id that comes as a number or as a text; numbers may be larger than a float holds.
pub(crate) fn id<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    match Value::deserialize(from)? {
        Value::Number(number) => Ok(number.to_string()),
        Value::String(text) => Ok(text),
        other => Err(serde::de::Error::custom(format!("{other} is no id"))),
    }
}

/// As [`id`], empty when it is not there.
pub(crate) fn opt_id<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    match Value::deserialize(from)? {
        Value::Null => Ok(String::new()),
        Value::Number(number) => Ok(number.to_string()),
        Value::String(text) => Ok(text),
        other => Err(serde::de::Error::custom(format!("{other} is no id"))),
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use yigao_core::Effect;

    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    struct Taken {
        #[serde(deserialize_with = "id")]
        publish_id: String,
    }

    fn answer(body: &str) -> Answer {
        Answer {
            status: 200,
            headers: Vec::new(),
            body: Bytes::from(body.to_owned()),
        }
    }

    fn taken(body: &str) -> Result<Taken, ChannelError> {
        read(
            "submit",
            Access::Write,
            &answer(body),
            Timestamp::UNIX_EPOCH,
        )
    }

    #[test]
    fn ids_come_as_numbers_or_texts_and_strings_with_control_characters() {
        let large = Taken {
            publish_id: "9223372036854775806".to_owned(),
        };
        let bodies = [
            r#"{"errcode":0,"errmsg":"ok","publish_id":9223372036854775806}"#,
            r#"{"publish_id":"9223372036854775806"}"#,
            "{\"errcode\":\"0\",\"errmsg\":\"o\u{1}k\n\",\"publish_id\":9223372036854775806}",
        ];
        for body in bodies {
            assert_eq!(taken(body).as_ref(), Ok(&large), "{body}");
        }
    }

    #[test]
    fn an_error_with_http_200_is_an_error() {
        let error = taken(r#"{"errcode":48001,"errmsg":"api unauthorized rid: aa-bb-cc"}"#);
        assert_eq!(error.unwrap_err().remote_code(), Some("48001"));
    }

    #[test]
    fn a_page_or_half_an_answer_says_nothing_about_what_happened() {
        for body in [
            "<html></html>",
            r#"{"errcode":0,"publi"#,
            r#"{"errcode":0}"#,
        ] {
            let error = taken(body).unwrap_err();
            assert_eq!(
                (error.kind(), error.effect()),
                (ErrorKind::Protocol, Effect::Unknown),
                "{body}"
            );
        }
    }
}
