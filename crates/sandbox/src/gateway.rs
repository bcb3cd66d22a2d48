//! The gateway of a closed CMS, as municipal sites have them: everything is one address and a form, every answer is a 200, an
//! article is saved first and published in a second call, and attachments come as XML in a field.

mod page;
mod xml;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::call::{Answer, Call};
use crate::mint::Mint;
use crate::multipart::parts;

pub(crate) use page::page;

/// How long a log-in lasts.
const SESSION_MS: i64 = 30 * 60 * 1_000;

#[derive(Debug)]
pub(crate) struct Gateway {
    base: String,
    pub(crate) password: String,
    sessions: BTreeMap<String, i64>,
    pub(crate) documents: BTreeMap<u64, Document>,
    pub(crate) files: BTreeMap<String, (String, Vec<u8>)>,
    pub(crate) calls: Vec<Value>,
    mint: Mint,
    next: u64,
}

/// An article.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    pub(crate) title: String,
    pub(crate) content: String,
    pub(crate) summary: String,
    pub(crate) source: String,
    pub(crate) author: String,
    pub(crate) keywords: String,
    pub(crate) released: String,
    /// A field that sites use as they like.
    pub(crate) extra: String,
    pub(crate) channel: String,
    pub(crate) files: Vec<(String, String)>,
    pub(crate) status: Status,
}

/// What readers may see of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    New,
    Published,
    Trash,
}

impl Status {
    fn code(self) -> i64 {
        match self {
            Self::New => 1,
            Self::Published => 10,
            Self::Trash => -1,
        }
    }
}

/// The gateway's code and what is wrong.
struct Refusal(&'static str, String);

type Reply = Result<Value, Refusal>;

fn refuse(code: &'static str, why: impl Into<String>) -> Refusal {
    Refusal(code, why.into())
}

impl Gateway {
    pub(crate) fn new(base: &str, now: i64) -> Self {
        Self {
            base: base.to_owned(),
            password: "gateway-password-0123456789".to_owned(),
            sessions: BTreeMap::new(),
            documents: BTreeMap::new(),
            files: BTreeMap::new(),
            calls: Vec::new(),
            mint: Mint::new(format!("gateway {base} {now}")),
            next: 1_000,
        }
    }

    /// Every log-in is over.
    pub(crate) fn end_sessions(&mut self) {
        self.sessions.clear();
    }

    pub(crate) fn refusal(code: i64) -> Answer {
        failed(&Refusal("ERROR", format!("error {code}")))
    }

    pub(crate) fn answer(&mut self, op: &str, call: &Call, now: i64) -> Answer {
        let fields: BTreeMap<String, String> = url::form_urlencoded::parse(&call.body)
            .into_owned()
            .collect();
        let done = match op {
            "sys_login.login" => self.log_in(&fields, now),
            _ => self.let_in(call, now).and_then(|()| match op {
                "sys_file.upload" => self.upload(call),
                "doc.save" => self.save(&fields),
                "doc.publish" => self.publish(&fields),
                "doc.delete" => self.delete(&fields),
                "doc.query" => Ok(self.query(&fields)),
                "doc.findById" => self
                    .find(&fields)
                    .map(|(id, found)| self.as_json(id, found)),
                "channel.findById" => Ok(json!({ "CHANNELID": fields.get("ChannelId") })),
                other => Err(refuse("NO_SUCH_METHOD", format!("no method {other}"))),
            }),
        };
        match done {
            Ok(data) => Answer::json(
                200,
                &json!({ "REPORTS": { "IS_SUCCESS": "true", "CODE": "OK" }, "DATA": data }),
                "ok",
            ),
            Err(refusal) => failed(&refusal),
        }
    }

    fn log_in(&mut self, fields: &BTreeMap<String, String>, now: i64) -> Reply {
        let is = |name: &str, value: &str| fields.get(name).is_some_and(|given| given == value);
        if !is("UserName", "yigao") || !is("PassWord", &self.password) {
            return Err(refuse("LOGIN_FAILED", "unknown user or wrong password"));
        }
        let token = self.mint.text(32);
        self.sessions.insert(token.clone(), now + SESSION_MS);
        Ok(json!({ "TOKEN": token }))
    }

    fn let_in(&self, call: &Call, now: i64) -> Result<(), Refusal> {
        let ends = call
            .query("token")
            .and_then(|token| self.sessions.get(token));
        match ends {
            Some(ends) if *ends > now => Ok(()),
            _ => Err(refuse("NOT_LOGGED_IN", "log in first")),
        }
    }

    fn upload(&mut self, call: &Call) -> Reply {
        let kind = call.header("content-type").unwrap_or_default();
        let parts = parts(kind, &call.body);
        let part = parts
            .iter()
            .find(|part| part.name == "file")
            .ok_or_else(|| refuse("NO_FILE", "no part named file"))?;
        let extension = part
            .file_name
            .rsplit_once('.')
            .map_or("bin", |(_, ext)| ext);
        let allowed = [
            "jpg", "jpeg", "png", "gif", "webp", "pdf", "docx", "xlsx", "pptx", "doc", "xls",
            "ppt", "zip", "mp4", "mp3", "csv", "txt",
        ];
        if !allowed.contains(&extension) {
            return Err(refuse("FILE_TYPE", format!("{extension} is not taken")));
        }
        // Another name each time: nothing here knows a file by what is in it.
        let name = format!("W{}.{extension}", self.mint.hex(20));
        let bytes = part.bytes.to_vec();
        self.files
            .insert(name.clone(), (extension.to_owned(), bytes));
        Ok(json!({ "FILENAME": name, "URL": format!("/gateway/file/{name}") }))
    }

    /// `ObjectId` 0 makes a new one, each time.
    fn save(&mut self, fields: &BTreeMap<String, String>) -> Reply {
        let text = |name: &str| fields.get(name).cloned().unwrap_or_default();
        if text("DocTitle").trim().is_empty() {
            return Err(refuse("TITLE_EMPTY", "DocTitle is needed"));
        }
        if text("DocTitle").chars().count() > 200 {
            return Err(refuse("TITLE_LONG", "DocTitle: at most 200"));
        }
        if text("ChannelId").parse::<u32>().is_err() {
            return Err(refuse("CHANNEL", "ChannelId is no number"));
        }
        let files = xml::files(&text("AppendixesXML")).map_err(|why| refuse("XML", why))?;
        let id = match text("ObjectId").as_str() {
            "0" => {
                self.next += 1;
                self.next
            }
            _ => self.find(fields)?.0,
        };
        let status = self
            .documents
            .get(&id)
            .map_or(Status::New, |known| known.status);
        let document = Document {
            title: text("DocTitle"),
            content: text("DocHtmlCon"),
            summary: text("DocAbstract"),
            source: text("DocSourceName"),
            author: text("DocAuthor"),
            keywords: text("DocKeyWords"),
            released: text("DocRelTime"),
            extra: text("DocExt"),
            channel: text("ChannelId"),
            files,
            status,
        };
        self.documents.insert(id, document);
        Ok(json!({ "DOCID": id.to_string() }))
    }

    fn publish(&mut self, fields: &BTreeMap<String, String>) -> Reply {
        let id = self.find(fields)?.0;
        if let Some(document) = self.documents.get_mut(&id) {
            document.status = Status::Published;
        }
        Ok(json!({ "DOCID": id.to_string(), "DOCPUBURL": self.url(id) }))
    }

    fn delete(&mut self, fields: &BTreeMap<String, String>) -> Reply {
        let id = self.find(fields)?.0;
        if let Some(document) = self.documents.get_mut(&id) {
            document.status = Status::Trash;
        }
        Ok(json!({ "DOCID": id.to_string() }))
    }

    fn query(&self, fields: &BTreeMap<String, String>) -> Value {
        let extra = fields.get("DocExt").map_or("", String::as_str);
        let found = self.documents.iter().filter(|(_, document)| {
            // As a search does: whatever holds it.
            document.status != Status::Trash && document.extra.contains(extra)
        });
        let found: Vec<Value> = found
            .map(|(id, document)| self.as_json(*id, document))
            .collect();
        json!({ "DOCUMENTS": found })
    }

    fn find(&self, fields: &BTreeMap<String, String>) -> Result<(u64, &Document), Refusal> {
        let id = fields.get("ObjectId").and_then(|id| id.parse().ok());
        let found = id.and_then(|id: u64| Some((id, self.documents.get(&id)?)));
        found
            .filter(|(_, document)| document.status != Status::Trash)
            .ok_or_else(|| refuse("NOT_FOUND", "no such document"))
    }

    fn as_json(&self, id: u64, document: &Document) -> Value {
        json!({
            "DOCID": id.to_string(),
            "DOCTITLE": document.title,
            "DOCHTMLCON": document.content,
            "DOCSTATUS": document.status.code().to_string(),
            "DOCEXT": document.extra,
            "DOCPUBURL": self.url(id),
        })
    }

    fn url(&self, id: u64) -> String {
        format!("{}/gateway/pub/t_{id}.html", self.base)
    }

    /// What the site now holds.
    pub(crate) fn state(&self) -> Value {
        let documents = self.documents.iter().map(|(id, document)| {
            let mut json = self.as_json(*id, document);
            if let Some(fields) = json.as_object_mut() {
                let names: Vec<&String> = document.files.iter().map(|(name, _)| name).collect();
                fields.insert("FILES".to_owned(), json!(names));
            }
            json
        });
        json!({ "documents": documents.collect::<Vec<_>>(), "files": self.files.len(), "calls": self.calls })
    }

    /// Somebody at the site changes something behind the interface: `{"id": "1001", "replace": "。", "with": "〇。"}`, or
    /// deletes its files: `{"id": "1001", "drop_files": true}`, or writes the whole text: `{"id": "1001", "set": ""}`.
    pub(crate) fn staff(&mut self, order: &Value) -> Result<Value, String> {
        let text = |name: &str| order.get(name).and_then(Value::as_str).unwrap_or_default();
        let id: u64 = text("id").parse().map_err(|_| "id: a document's number")?;
        let document = self.documents.get_mut(&id).ok_or("no such document")?;
        if order.get("drop_files") == Some(&Value::Bool(true)) {
            self.files.clear();
            return Ok(json!({ "files": 0 }));
        }
        if let Some(whole) = order.get("set").and_then(Value::as_str) {
            document.content = whole.to_owned();
            return Ok(json!({ "id": id.to_string() }));
        }
        document.content = document.content.replace(text("replace"), text("with"));
        Ok(json!({ "id": id.to_string() }))
    }
}

fn failed(refusal: &Refusal) -> Answer {
    let Refusal(code, why) = refusal;
    Answer::json(
        200,
        &json!({ "REPORTS": { "IS_SUCCESS": "false", "CODE": code, "TITLE": why } }),
        *code,
    )
}
