//! The record of exchanges, made by the engine's rules: what an adapter forgets to conceal appears in it.

use serde_json::Value;
use yigao_channel::{Access, Answer, Call, FileCall};
use yigao_core::ChannelError;

const REDACTED: &str = "•••";

/// One request and what came back.
#[derive(Clone, Debug)]
pub struct Exchange {
    pub op: &'static str,
    pub access: Access,
    pub request: String,
    pub answer: String,
}

pub(crate) fn of_call(access: Access, call: &Call, out: &Result<Answer, ChannelError>) -> Exchange {
    let mut request = format!("{} {}\n", call.method.as_str(), call.url);
    for (name, value) in &call.headers {
        let secret = matches!(
            name.to_ascii_lowercase().as_str(),
            "authorization" | "cookie" | "set-cookie" | "x-signature" | "proxy-authorization"
        );
        request.push_str(&format!(
            "{name}: {}\n",
            if secret { REDACTED } else { value }
        ));
    }
    request.push_str(&body(&call.body.bytes, &[]));
    let answer = match out {
        Ok(answer) => format!(
            "HTTP {}\n{}",
            answer.status,
            body(&answer.body, &call.conceal_fields)
        ),
        Err(error) => error.to_string(),
    };
    let redact = |text: String| {
        let secrets = call
            .conceal
            .iter()
            .map(|s| s.reveal())
            .filter(|s| !s.is_empty());
        secrets.fold(text, |text, secret| text.replace(secret, REDACTED))
    };
    Exchange {
        op: call.op,
        access,
        request: redact(request),
        answer: redact(answer),
    }
}

pub(crate) fn of_file<T: std::fmt::Debug>(
    access: Access,
    call: &FileCall,
    out: &Result<T, ChannelError>,
) -> Exchange {
    let act = format!("{:?}", call.act);
    Exchange {
        op: call.op,
        access,
        request: act.chars().take(2_000).collect(),
        answer: match out {
            Ok(_) => "done".to_owned(),
            Err(error) => error.to_string(),
        },
    }
}

fn body(bytes: &[u8], conceal: &[&str]) -> String {
    match serde_json::from_slice::<Value>(bytes) {
        Ok(mut value) => {
            redact_fields(&mut value, conceal);
            value.to_string()
        }
        Err(_) => String::from_utf8_lossy(bytes).into_owned(),
    }
}

fn redact_fields(value: &mut Value, names: &[&str]) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields.iter_mut() {
                let is_leaf = !field.is_object() && !field.is_array();
                if names.contains(&name.as_str()) || (is_leaf && names.contains(&"*")) {
                    *field = Value::String(REDACTED.to_owned());
                } else {
                    redact_fields(field, names);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| redact_fields(item, names)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
