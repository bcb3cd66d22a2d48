//! A WeChat official account as its API documentation and captures of live answers describe it.

mod body;
mod codes;
mod console;
mod drafts;
mod json;
mod material;
mod publish;
mod quota;
mod tokens;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::call::{Answer, Call};
use crate::mint::Mint;
use crate::settings::{AccountSettings, patched};

pub(crate) use codes::Refusal;
pub(crate) use drafts::{Article, Draft};
pub(crate) use material::Material;
pub(crate) use publish::{Job, Published};

/// What one operation answers with.
pub(crate) type Reply = Result<Value, Refusal>;

#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) base: String,
    pub(crate) settings: AccountSettings,
    pub(crate) tokens: tokens::Tokens,
    pub(crate) materials: Vec<Material>,
    pub(crate) drafts: Vec<Draft>,
    pub(crate) jobs: Vec<Job>,
    pub(crate) published: Vec<Published>,
    pub(crate) calls: Vec<Value>,
    /// Operation → (day in Beijing, calls on it).
    used: BTreeMap<String, (i64, u32)>,
    mint: Mint,
    /// Numbers of drafts and of publish jobs are handed out in order.
    next_draft_mid: u64,
    next_publish_id: u64,
    /// `__biz` of every address of this account.
    pub(crate) biz: String,
    /// Media ids of one account begin alike.
    media_prefix: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verb {
    Get,
    Post,
}

/// What a call must show before it is examined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Door {
    /// AppID and secret: the token calls themselves.
    Secret,
    Token,
    /// A token, and an account with 认证.
    Verified,
}

struct Op {
    path: &'static str,
    verb: Verb,
    door: Door,
    per_day: u32,
    run: fn(&mut Account, &Call, i64) -> Reply,
}

/// Every call that is imitated, with its daily quota as documented.
#[rustfmt::skip]
const OPS: &[Op] = &[
    Op { path: "token", verb: Verb::Get, door: Door::Secret, per_day: 2_000, run: tokens::token },
    Op { path: "stable_token", verb: Verb::Post, door: Door::Secret, per_day: 500_000, run: tokens::stable_token },
    Op { path: "media/uploadimg", verb: Verb::Post, door: Door::Token, per_day: 1_000, run: material::upload_body_picture },
    Op { path: "material/add_material", verb: Verb::Post, door: Door::Token, per_day: 1_000, run: material::add },
    Op { path: "material/get_materialcount", verb: Verb::Get, door: Door::Token, per_day: 1_000, run: material::count },
    Op { path: "material/batchget_material", verb: Verb::Post, door: Door::Token, per_day: 1_000, run: material::list },
    Op { path: "material/del_material", verb: Verb::Post, door: Door::Token, per_day: 1_000, run: material::delete },
    Op { path: "draft/add", verb: Verb::Post, door: Door::Token, per_day: 1_000, run: drafts::add },
    Op { path: "draft/update", verb: Verb::Post, door: Door::Token, per_day: 1_000, run: drafts::update },
    Op { path: "draft/get", verb: Verb::Post, door: Door::Token, per_day: 500, run: drafts::get },
    Op { path: "draft/delete", verb: Verb::Post, door: Door::Token, per_day: 1_000, run: drafts::delete },
    Op { path: "draft/count", verb: Verb::Get, door: Door::Token, per_day: 1_000, run: drafts::count },
    Op { path: "draft/batchget", verb: Verb::Post, door: Door::Token, per_day: 1_000, run: drafts::list },
    Op { path: "freepublish/submit", verb: Verb::Post, door: Door::Verified, per_day: 100, run: publish::submit },
    Op { path: "freepublish/get", verb: Verb::Post, door: Door::Verified, per_day: 100, run: publish::get },
    Op { path: "freepublish/getarticle", verb: Verb::Post, door: Door::Verified, per_day: 100, run: publish::article },
    Op { path: "freepublish/batchget", verb: Verb::Post, door: Door::Verified, per_day: 100, run: publish::list },
    Op { path: "freepublish/delete", verb: Verb::Post, door: Door::Verified, per_day: 10, run: publish::delete },
    Op { path: "openapi/quota/get", verb: Verb::Post, door: Door::Token, per_day: 100_000, run: quota::get },
];

impl Account {
    pub(crate) fn new(base: &str, settings: AccountSettings, now: i64) -> Self {
        let mut mint = Mint::new(format!("wechat {base} {now}"));
        let media_prefix = mint.text(21);
        Self {
            base: base.to_owned(),
            settings,
            tokens: tokens::Tokens::default(),
            materials: Vec::new(),
            drafts: Vec::new(),
            jobs: Vec::new(),
            published: Vec::new(),
            calls: Vec::new(),
            used: BTreeMap::new(),
            mint,
            next_draft_mid: 100_000_006,
            next_publish_id: 2_650_177_668,
            biz: "MzAwMDAwMDAwMQ==".to_owned(),
            media_prefix,
        }
    }

    pub(crate) fn answer(&mut self, op: &str, call: &Call, now: i64) -> Answer {
        self.settle(now);
        match self.run(op, call, now) {
            Ok(value) => Answer {
                status: 200,
                content_type: "application/json; encoding=utf-8",
                headers: Vec::new(),
                body: json::write(&value),
                outcome: "ok".to_owned(),
            },
            Err(refusal) => self.refuse(&refusal, now),
        }
    }

    fn run(&mut self, path: &str, call: &Call, now: i64) -> Reply {
        let op = OPS
            .iter()
            .find(|op| op.path == path)
            .ok_or(Refusal::of(40066))?;
        match op.verb {
            Verb::Get if call.method != "GET" => return Err(Refusal::of(43001)),
            Verb::Post if call.method != "POST" => return Err(Refusal::of(43002)),
            Verb::Get | Verb::Post => {}
        }
        if op.door != Door::Secret {
            self.tokens.check(call.query("access_token"), now)?;
        }
        self.spend(op, now)?;
        if op.door == Door::Verified && !self.settings.verified {
            return Err(Refusal::of(48001));
        }
        (op.run)(self, call, now)
    }

    /// The answer for a code that was not earned but ordered by a test.
    pub(crate) fn refusal(&mut self, code: i64, now: i64) -> Answer {
        self.refuse(&Refusal::of(code), now)
    }

    fn refuse(&mut self, refusal: &Refusal, now: i64) -> Answer {
        // The first part of a rid is the time, the others are noise.
        let rid = format!(
            "{:08x}-{}-{}",
            now.div_euclid(1000),
            self.mint.hex(8),
            self.mint.hex(8)
        );
        let value = serde_json::json!({
            "errcode": refusal.code,
            "errmsg": format!("{} rid: {rid}", refusal.message()),
        });
        Answer {
            status: 200,
            content_type: "application/json; encoding=utf-8",
            headers: Vec::new(),
            body: json::write(&value),
            outcome: refusal.code.to_string(),
        }
    }

    pub(crate) fn patch(&mut self, patch: &Value) -> Result<Value, String> {
        self.settings = patched(&self.settings, patch)?;
        serde_json::to_value(&self.settings).map_err(|e| e.to_string())
    }

    fn new_media_id(&mut self) -> String {
        format!("{}{}", self.media_prefix, self.mint.text(43))
    }

    /// The JSON body of a call, escapes treated as the account is set to.
    fn read(&self, call: &Call) -> Result<Value, Refusal> {
        json::read(&call.body, self.settings.unicode_escapes)
    }
}

fn ok() -> Value {
    serde_json::json!({"errcode": 0, "errmsg": "ok"})
}

/// `offset` and `count` (1 to 20) of a list call.
fn page(body: &Value) -> Result<(usize, usize), Refusal> {
    let number = |key: &str| body.get(key).and_then(Value::as_u64);
    let (Some(offset), Some(count @ 1..=20)) = (number("offset"), number("count")) else {
        return Err(Refusal::of(40097));
    };
    let offset = usize::try_from(offset).unwrap_or(usize::MAX);
    Ok((offset, usize::try_from(count).unwrap_or(20)))
}

fn text<'v>(body: &'v Value, key: &str) -> &'v str {
    body.get(key).and_then(Value::as_str).unwrap_or_default()
}
