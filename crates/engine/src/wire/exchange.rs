//! The record of what was sent to a remote and what it answered: bounded, and with secrets redacted.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use serde_json::Value;
use yigao_channel::{
    FileAct, FileAnswer, FileCall, Mail, Secret,
    call::{Answer, Call},
};
use yigao_core::{ChannelError, Timestamp};
use yigao_store::ExchangeRow;

/// Longest record of one request or answer, in bytes.
const RECORD_MAX: usize = 2_048;
/// Most exchanges stored of one run; an endless loop must not fill the ledger.
const EXCHANGES_MAX: usize = 200;
const REDACTED: &str = "•••";

/// Collects the exchanges of one run.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    fence: i64,
    rows: Mutex<Vec<ExchangeRow>>,
}

impl Recorder {
    /// A recorder for the run with this fence.
    pub(crate) fn new(fence: i64) -> Self {
        Self {
            fence,
            rows: Mutex::default(),
        }
    }

    /// A copy of the exchanges so far.
    pub(crate) fn so_far(&self) -> Vec<ExchangeRow> {
        self.rows
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The exchanges so far; the recorder is empty afterwards.
    pub(crate) fn take(&self) -> Vec<ExchangeRow> {
        std::mem::take(&mut *self.rows.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn push(&self, op: &str, request: String, answer: String, at: Timestamp, took: Duration) {
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        if rows.len() < EXCHANGES_MAX {
            rows.push(ExchangeRow {
                fence: self.fence,
                at,
                took,
                op: op.to_owned(),
                request,
                answer,
            });
        }
    }

    pub(super) fn call(
        &self,
        call: &Call,
        out: &Result<Answer, ChannelError>,
        at: Timestamp,
        took: Duration,
    ) {
        let mut request = format!("{} {}\n", call.method.as_str(), call.url);
        for (name, value) in &call.headers {
            let value = if is_secret_header(name) {
                REDACTED
            } else {
                value
            };
            request.push_str(&format!("{name}: {value}\n"));
        }
        request.push_str(&body(&call.body.content_type, &call.body.bytes, &[]));
        let answer = match out {
            Ok(answer) => {
                let kind = answer.header("content-type").unwrap_or_default().to_owned();
                format!(
                    "HTTP {}\n{}",
                    answer.status,
                    body(&kind, &answer.body, &call.conceal_fields)
                )
            }
            Err(error) => error.to_string(),
        };
        self.push(
            call.op,
            redact(&request, &call.conceal),
            redact(&answer, &call.conceal),
            at,
            took,
        );
    }

    pub(super) fn file(
        &self,
        call: &FileCall,
        out: &Result<FileAnswer, ChannelError>,
        at: Timestamp,
        took: Duration,
    ) {
        let request = match &call.act {
            FileAct::Read { path } => format!("read {path}"),
            FileAct::Stat { path } => format!("stat {path}"),
            FileAct::List { path } => format!("list {path}"),
            FileAct::Put {
                path,
                bytes,
                while_still,
            } => {
                format!(
                    "put {path} ({} bytes) while {} files are unchanged",
                    bytes.len(),
                    while_still.len()
                )
            }
            FileAct::Release { from, to } => format!("release {from} to {to}"),
            FileAct::Remove { path } => format!("remove {path}"),
        };
        let answer = match out {
            Ok(FileAnswer::Done) => "done".to_owned(),
            Ok(FileAnswer::Bytes(bytes)) => bytes
                .as_ref()
                .map_or("not there".to_owned(), |b| format!("{} bytes", b.len())),
            Ok(FileAnswer::Size(size)) => {
                size.map_or("not there".to_owned(), |s| format!("{s} bytes"))
            }
            Ok(FileAnswer::Names(names)) => names.join("\n"),
            Err(error) => error.to_string(),
        };
        self.push(call.op, request, cut(&answer), at, took);
    }

    pub(super) fn mail(
        &self,
        mail: &Mail,
        out: &Result<(), ChannelError>,
        at: Timestamp,
        took: Duration,
    ) {
        let request = format!(
            "mail to {}\nsubject: {}\nmessage-id: {}\nattachments: {}",
            mail.to.join(", "),
            mail.subject,
            mail.message_id,
            mail.attachments.len()
        );
        let answer = out
            .as_ref()
            .map_or_else(ToString::to_string, |()| "accepted".to_owned());
        self.push(mail.op, cut(&request), answer, at, took);
    }
}

fn is_secret_header(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    matches!(
        name.as_str(),
        "authorization" | "cookie" | "set-cookie" | "x-signature" | "proxy-authorization"
    )
}

fn body(content_type: &str, bytes: &[u8], conceal_fields: &[&str]) -> String {
    let texty = content_type.contains("json")
        || content_type.starts_with("text/")
        || content_type.contains("xml");
    if bytes.is_empty() {
        return String::new();
    }
    if let Ok(mut value) = serde_json::from_slice::<Value>(bytes) {
        redact_fields(&mut value, conceal_fields);
        return cut(&value.to_string());
    }
    match std::str::from_utf8(bytes) {
        Ok(text) if texty => cut(text),
        _ => format!("({content_type}, {} bytes)", bytes.len()),
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

fn redact(text: &str, secrets: &[Secret]) -> String {
    let mut text = text.to_owned();
    for secret in secrets.iter().map(Secret::reveal).filter(|s| !s.is_empty()) {
        text = text.replace(secret, REDACTED);
    }
    cut(&text)
}

fn cut(text: &str) -> String {
    if text.len() <= RECORD_MAX {
        return text.to_owned();
    }
    let end = (0..=RECORD_MAX)
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0);
    format!(
        "{}… ({} bytes)",
        text.get(..end).unwrap_or_default(),
        text.len()
    )
}

#[cfg(test)]
mod tests {
    use yigao_channel::Method;

    use super::*;

    #[test]
    fn secrets_are_redacted_of_address_header_body_and_answer() {
        let at = Timestamp::from_second(0).unwrap();
        let recorder = Recorder::new(1);
        let call = Call::new("token", Method::Post, "https://x.cn/t?access_token=TOKEN1")
            .header("Authorization", "Basic abc")
            .json(&serde_json::json!({"secret": "S3CRET", "appid": "wx1"}))
            .conceal(Secret::new("TOKEN1"))
            .conceal(Secret::new("S3CRET"))
            .conceal_field("access_token");
        let answer = Answer {
            status: 200,
            headers: vec![],
            body: bytes::Bytes::from_static(b"{\"access_token\":\"NEWTOKEN\",\"expires_in\":7200}"),
        };
        recorder.call(&call, &Ok(answer), at, Duration::from_millis(3));
        let rows = recorder.take();
        let all = format!("{}{}", rows[0].request, rows[0].answer);
        for secret in ["TOKEN1", "S3CRET", "NEWTOKEN", "Basic abc"] {
            assert!(!all.contains(secret), "{secret} is in {all}");
        }
        assert!(all.contains("wx1") && all.contains("7200"), "{all}");
    }

    #[test]
    fn long_bodies_are_cut_on_a_character() {
        let text = cut(&"文".repeat(2_000));
        assert!(
            text.len() < RECORD_MAX + 40 && text.ends_with("… (6000 bytes)"),
            "{}",
            text.len()
        );
    }
}
