//! `[channel]` of a destination file of this kind: what a site's interface looks like. Strings are templates or expressions;
//! `check` has the rules.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use yigao_article::columns::{Column, default_columns};
use yigao_channel::SecretRef;

/// Names and values in their order in the file.
pub(crate) type Fields = serde_json::Map<String, Value>;

/// A site's interface.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Which driver this is, as it is written in the file; read by who opens it.
    #[serde(default, rename = "driver")]
    _driver: Option<Driver>,
    /// Address that every call starts with; identity of the destination. Nothing is sent anywhere else.
    pub base_url: String,
    /// What the site does about a second creation of the same thing.
    pub dedupe: Dedupe,
    /// Longest time of a request, seconds.
    #[serde(default = "longest")]
    pub longest_seconds: u64,
    /// How long after its end a lost request may still be carried out, seconds.
    #[serde(default = "settle")]
    pub settle_seconds: u64,
    /// Largest file that is taken, bytes.
    #[serde(default = "upload")]
    pub upload_bytes: u64,
    /// Most characters of a title.
    pub title_chars: Option<u32>,
    /// CSS selector of the main text on a public page, where it is not found automatically.
    pub main_text: Option<String>,
    /// Media types that are taken; all when absent.
    pub types: Option<Vec<String>>,
    /// Sent with every call.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// What the type of an answer must contain.
    #[serde(default = "json_type")]
    pub expect: String,
    /// Expression: the remote's own code in a refusal.
    pub code: Option<String>,
    /// Free values for templates: `site.…`.
    #[serde(default)]
    pub site: Fields,
    /// References; their values are seen under `auth` alone, as `secrets.…`.
    #[serde(default)]
    pub secrets: BTreeMap<String, SecretRef>,
    #[serde(default)]
    pub auth: Auth,
    pub ops: Ops,
    /// In their order; the first that fits counts, before the HTTP status.
    #[serde(default)]
    pub errors: Vec<Rule>,
    /// 栏目.
    #[serde(default = "default_columns")]
    pub columns: Vec<Column>,
    #[serde(default)]
    pub default_column: Option<String>,
}

fn longest() -> u64 {
    30
}

fn settle() -> u64 {
    90
}

fn upload() -> u64 {
    8 << 20
}

fn json_type() -> String {
    "json".to_owned()
}

/// The one driver whose configuration this is.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Driver {
    Manifest,
}

/// What the site does about a second creation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dedupe {
    /// It refuses it: a name that we choose is unique there.
    Enforced,
    /// It makes a second one, but what is there can be found by our marker.
    Findable,
    /// Neither: a creation whose answer was lost is a doubt that a person must clear.
    None,
}

/// How calls are let in.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Auth {
    #[default]
    None,
    Basic {
        user: String,
        password: String,
    },
    Bearer {
        token: String,
    },
    /// A key in a header, or in the query where there is no other way.
    Key {
        name: String,
        value: String,
        #[serde(default)]
        place: Place,
    },
    /// A call that is answered with a token, or with cookies; logged in again when it is refused.
    LogIn(Box<LogIn>),
    /// Every call is signed over its own parameters.
    Signed(Box<Signed>),
}

/// Where a part of the authentication is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    #[default]
    Header,
    Query,
    Form,
}

/// Logging in.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogIn {
    /// The call.
    pub call: Op,
    /// Whether the cookies of the answer are the pass.
    #[serde(default)]
    pub cookies: bool,
    /// How long a log-in is used, seconds.
    #[serde(default = "life")]
    pub life_seconds: u64,
    /// Headers of every other call; they see `login.…`, what `out` of the call took from its answer.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The same in the query.
    #[serde(default)]
    pub query: BTreeMap<String, String>,
    /// Expression over an answer: the log-in is not good any more.
    #[serde(default = "refused")]
    pub logged_out: String,
}

fn life() -> u64 {
    1_800
}

fn refused() -> String {
    "status == 401".to_owned()
}

/// Signing.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signed {
    pub algorithm: Algorithm,
    /// Key of the HMAC; unused by `md5`, where the secret is in the text.
    pub key: Option<String>,
    /// What is signed. Sees `pairs` (`name=value`, sorted by name), `method`, `path`, `body_sha256`, `seconds`, `millis`, `nonce`.
    pub text: String,
    /// Sent, and signed with the rest.
    #[serde(default)]
    pub params: BTreeMap<String, String>,
    /// Name under which the signature is sent.
    pub sign: String,
    #[serde(default)]
    pub upper_case: bool,
    pub place: Place,
}

/// How it is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Algorithm {
    Md5,
    HmacSha256,
}

/// The calls of an interface.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ops {
    pub probe: Op,
    pub find_asset: Option<Op>,
    pub put_asset: Option<Op>,
    pub drop_asset: Option<Op>,
    pub find: Option<Op>,
    pub create: Op,
    pub update: Op,
    pub publish: Option<Op>,
    pub withdraw: Op,
    pub read_back: Option<Op>,
    pub poll: Option<Op>,
}

impl Ops {
    /// All that are there, by their names.
    pub fn named(&self) -> Vec<(&'static str, &Op)> {
        let rows = [
            ("probe", Some(&self.probe)),
            ("find_asset", self.find_asset.as_ref()),
            ("put_asset", self.put_asset.as_ref()),
            ("drop_asset", self.drop_asset.as_ref()),
            ("find", self.find.as_ref()),
            ("create", Some(&self.create)),
            ("update", Some(&self.update)),
            ("publish", self.publish.as_ref()),
            ("withdraw", Some(&self.withdraw)),
            ("read_back", self.read_back.as_ref()),
            ("poll", self.poll.as_ref()),
        ];
        rows.into_iter()
            .filter_map(|(name, op)| Some((name, op?)))
            .collect()
    }
}

/// One call.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Op {
    pub method: Verb,
    /// Template, put after `base_url`; what it prints is percent-encoded.
    pub path: Option<String>,
    /// Template of a whole address under `base_url`, for sites that answer with addresses.
    pub url: Option<String>,
    pub query: Fields,
    pub headers: BTreeMap<String, String>,
    /// A tree whose strings are templates.
    pub json: Option<Value>,
    pub form: Option<Fields>,
    pub multipart: Option<Fields>,
    /// With `multipart`: the piece that is the file.
    pub file: Option<FilePiece>,
    /// The bytes of the file themselves.
    pub raw: bool,
    /// Another text, XML for example: what it prints is escaped for XML.
    pub xml: Option<String>,
    /// Statuses that mean: not there.
    pub absent: Vec<u16>,
    /// Expression over the answer that must hold.
    pub ok: Option<String>,
    /// Another type of answer than usual; empty takes any.
    pub expect: Option<String>,
    /// Expression: the list of what was found, each seen as `match`. Without it the whole answer is the one match.
    pub each: Option<String>,
    /// Expression over `match`: it is this item's.
    pub ours: Option<String>,
    /// Expressions: `id`, `url`, `public`, `title`, `html`, `job`; of a log-in any names.
    pub out: BTreeMap<String, String>,
    /// Of `poll`: expressions over the answer.
    pub done: Option<String>,
    pub failed: Option<String>,
}

/// A file in a multipart body.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FilePiece {
    pub name: String,
    pub file_name: String,
}

/// HTTP methods.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Verb {
    #[default]
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

/// What a refusal means.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Any when empty.
    #[serde(default)]
    pub status: Vec<u16>,
    /// Expression over the answer.
    pub when: Option<String>,
    pub class: Class,
    /// What may have happened, where the class implies something else.
    pub effect: Option<Effect>,
    /// Expression: seconds to wait.
    pub wait: Option<String>,
    /// What to do, for people.
    pub zh: Option<String>,
    pub en: Option<String>,
}

/// What a refusal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// The request is wrong; sending it again is no use.
    Fix,
    /// What was to be created is there already.
    Exists,
    /// Not there, or not there any more.
    Gone,
    /// Not logged in.
    LogIn,
    /// Logged in, and not allowed.
    Rights,
    /// The site or the manifest is set up in another way.
    Setup,
    /// Not now, and nothing was done: locked by a person, for example.
    Busy,
    /// Too often.
    Limit,
    /// Trouble there; it may have been carried out.
    Unsure,
}

/// What may have happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    None,
    Unknown,
}
