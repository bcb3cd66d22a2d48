//! County media centres that take items over a signed HTTP interface or out of a folder.

mod inbox;
mod ninjs;
mod signing;

use std::collections::BTreeMap;

use axum::http::Method;
use serde_json::{Value, json};

use crate::call::{Answer, Call};
use crate::mint::{Mint, sha256_hex};
use crate::picture::Kind;
use crate::settings::{CentreSettings, Dedupe, patched};

pub(crate) use inbox::{Copy, CopyState, Version};
pub(crate) use ninjs::Item;

/// A centre's own code and what is wrong, in a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: i64,
    pub(crate) why: String,
}

impl Refusal {
    pub(crate) fn new(code: i64, why: impl Into<String>) -> Self {
        Self {
            code,
            why: why.into(),
        }
    }
}

type Reply = Result<Answer, Refusal>;

#[derive(Debug)]
pub(crate) struct County {
    base: String,
    pub(crate) centres: BTreeMap<String, Centre>,
    pub(crate) calls: Vec<Value>,
    mint: Mint,
}

#[derive(Debug, Default)]
pub(crate) struct Centre {
    pub(crate) settings: CentreSettings,
    /// SHA-256 → bytes.
    pub(crate) media: BTreeMap<String, Vec<u8>>,
    pub(crate) copies: Vec<Copy>,
    /// Nonce → when it was seen.
    nonces: BTreeMap<String, i64>,
    /// Idempotency key → (SHA-256 of the body, the answer it got).
    answered: BTreeMap<String, (String, Answer)>,
    recent: Vec<i64>,
}

/// `media.put`, `items.post`, … as faults and the call log name them.
pub(crate) fn op(noun: &str, method: &Method) -> String {
    format!("{noun}.{}", method.as_str().to_ascii_lowercase())
}

fn ok(status: u16, data: &Value) -> Answer {
    Answer::json(status, &json!({"code": 0, "msg": "ok", "data": data}), "ok")
}

impl County {
    pub(crate) fn new(base: &str, centres: &BTreeMap<String, CentreSettings>, now: i64) -> Self {
        let centres = centres
            .iter()
            .map(|(name, settings)| {
                let centre = Centre {
                    settings: settings.clone(),
                    ..Centre::default()
                };
                (name.clone(), centre)
            })
            .collect();
        Self {
            base: base.to_owned(),
            centres,
            calls: Vec::new(),
            mint: Mint::new(format!("county {base} {now}")),
        }
    }

    /// A centre comes up when it is first addressed.
    pub(crate) fn centre(&mut self, name: &str) -> &mut Centre {
        self.centres
            .entry(name.to_owned())
            .or_insert_with(|| Centre {
                settings: CentreSettings {
                    title: format!("{name} 融媒体中心"),
                    ..CentreSettings::default()
                },
                ..Centre::default()
            })
    }

    pub(crate) fn patch(&mut self, name: &str, patch: &Value) -> Result<Value, String> {
        let centre = self.centre(name);
        centre.settings = patched(&centre.settings, patch)?;
        serde_json::to_value(&centre.settings).map_err(|e| e.to_string())
    }

    /// A refusal that was not earned but ordered by a test.
    pub(crate) fn refusal(code: i64) -> Answer {
        refuse(&Refusal::new(code, usual(code)))
    }

    pub(crate) fn answer(&mut self, op: &str, call: &Call, now: i64) -> Answer {
        let path = call.path_and_query.split('?').next().unwrap_or_default();
        let mut parts = path.trim_start_matches('/').split('/').skip(1);
        let name = parts.next().unwrap_or_default().to_owned();
        let last = parts.nth(1).unwrap_or_default().to_owned();
        let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if name.is_empty() || name.len() > 40 || !name.chars().all(good) {
            return refuse(&Refusal::new(4004, format!("no centre {name:?}")));
        }
        self.run(op, &name, &last, call, now)
            .unwrap_or_else(|refusal| refuse(&refusal))
    }

    fn run(&mut self, op: &str, name: &str, last: &str, call: &Call, now: i64) -> Reply {
        let centre = self.centre(name);
        centre.check_rate(now)?;
        centre.check_signature(call, now)?;
        match op {
            "media.get" => Ok(centre.has_media(last)),
            "media.put" => centre.put_media(last, &call.body),
            "items.get" => Ok(self.list(name, call)),
            "items.post" => self.take_post(name, call, now),
            _ => Err(Refusal::new(
                4005,
                format!("{} is not taken here", call.method),
            )),
        }
    }

    fn list(&self, name: &str, call: &Call) -> Answer {
        let wanted = call.query("uri");
        let items: Vec<Value> = self
            .centres
            .get(name)
            .into_iter()
            .flat_map(|centre| &centre.copies)
            .filter(|copy| wanted.is_none_or(|uri| copy.uri == uri))
            .map(|copy| copy.as_json(&self.base, name))
            .collect();
        ok(200, &json!({"items": items}))
    }

    fn take_post(&mut self, name: &str, call: &Call, now: i64) -> Reply {
        let key = call.header("idempotency-key").map(str::to_owned);
        let body_sha = sha256_hex(&call.body);
        let centre = self.centre(name);
        let keyed = centre.settings.dedupe == Dedupe::Key;
        if let Some(key) = key.as_ref().filter(|_| keyed)
            && let Some((known, answer)) = centre.answered.get(key)
        {
            if *known != body_sha {
                let refusal = Refusal::new(4022, "this Idempotency-Key was used with another body");
                return Ok(Answer {
                    status: 422,
                    ..refuse(&refusal)
                });
            }
            let mut answer = answer.clone();
            answer.outcome = "replayed".to_owned();
            answer
                .headers
                .push(("idempotency-replayed", "true".to_owned()));
            return Ok(answer);
        }
        let item = Item::read(&call.body)?;
        for href in item.hrefs() {
            let sha = href.strip_prefix("media/").unwrap_or(href);
            if !centre.media.contains_key(sha) {
                return Err(Refusal::new(2003, format!("unknown media {href}")));
            }
        }
        let answer = self.take(name, item, &call.body, key.clone(), now)?;
        if let Some(key) = key.filter(|_| keyed) {
            self.centre(name)
                .answered
                .insert(key, (body_sha, answer.clone()));
        }
        Ok(answer)
    }

    /// Takes an item in, however it came.
    pub(crate) fn take(
        &mut self,
        name: &str,
        item: Item,
        body: &[u8],
        key: Option<String>,
        now: i64,
    ) -> Reply {
        let id = format!("{name}-{}", self.mint.hex(12));
        let centre = self.centre(name);
        centre.check_house_rules(&item)?;
        let (id, state) = centre.file(id, item, body, key, now)?;
        Ok(ok(200, &json!({"id": id, "state": state})))
    }

    pub(crate) fn staff(&mut self, name: &str, order: &Value, now: i64) -> Result<Value, String> {
        let order: inbox::Decision =
            serde::Deserialize::deserialize(order).map_err(|e| e.to_string())?;
        self.centre(name).decide(order, now)?;
        Ok(json!({"done": true}))
    }

    pub(crate) fn state(&self, name: &str) -> Value {
        let items: Vec<Value> = self
            .centres
            .get(name)
            .into_iter()
            .flat_map(|centre| &centre.copies)
            .map(|copy| copy.as_json_with_history(&self.base, name))
            .collect();
        let mut copies: BTreeMap<&str, u32> = BTreeMap::new();
        for copy in self.centres.get(name).into_iter().flat_map(|c| &c.copies) {
            *copies.entry(&copy.uri).or_default() += u32::from(copy.live());
        }
        let media: Vec<&String> = self
            .centres
            .get(name)
            .into_iter()
            .flat_map(|centre| centre.media.keys())
            .collect();
        json!({"items": items, "copies": copies, "media": media, "calls": self.calls})
    }
}

impl Centre {
    fn check_rate(&mut self, now: i64) -> Result<(), Refusal> {
        let Some(most) = self.settings.calls_per_minute else {
            return Ok(());
        };
        self.recent.retain(|at| now - at < 60_000);
        if self.recent.len() >= usize::try_from(most).unwrap_or(usize::MAX) {
            return Err(Refusal::new(3001, usual(3001)));
        }
        self.recent.push(now);
        Ok(())
    }

    fn has_media(&self, sha: &str) -> Answer {
        match self.media.get(sha) {
            Some(bytes) => ok(200, &json!({"sha256": sha, "bytes": bytes.len()})),
            None => Answer::json(
                404,
                &json!({"code": 2003, "msg": "no such media", "data": null}),
                "404",
            ),
        }
    }

    fn put_media(&mut self, sha: &str, body: &[u8]) -> Reply {
        let found = sha256_hex(body);
        if found != sha {
            return Err(Refusal::new(
                2004,
                format!("digest mismatch: the body has sha256 {found}"),
            ));
        }
        self.media.insert(found, body.to_vec());
        let kind = Kind::of(body).content_type();
        Ok(ok(
            201,
            &json!({"sha256": sha, "bytes": body.len(), "contentType": kind}),
        ))
    }

    fn check_house_rules(&self, item: &Item) -> Result<(), Refusal> {
        if item.canceled {
            return Ok(());
        }
        let length = item.headline.chars().count();
        let most = self.settings.headline_limit;
        if length > most {
            return Err(Refusal::new(
                2001,
                format!("headline has {length} characters, {most} at most"),
            ));
        }
        let (has, least) = (item.pictures.len(), self.settings.min_pictures);
        if has < least {
            return Err(Refusal::new(
                2002,
                format!("{least} picture(s) needed, {has} found"),
            ));
        }
        Ok(())
    }
}

fn refuse(refusal: &Refusal) -> Answer {
    Answer::json(
        200,
        &json!({"code": refusal.code, "msg": refusal.why, "data": null}),
        refusal.code.to_string(),
    )
}

fn usual(code: i64) -> &'static str {
    match code {
        1001 => "bad signature",
        1002 => "timestamp out of range",
        1003 => "nonce seen before",
        2001 => "headline too long",
        2002 => "a picture is needed",
        2003 => "unknown media digest",
        2004 => "digest mismatch",
        2005 => "not ninjs",
        2006 => "unknown uri",
        3001 => "too many calls, come back in a minute",
        _ => "refused",
    }
}
