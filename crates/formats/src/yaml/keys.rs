//! What may stand behind each key. A title is a text whatever sign it begins with; a list is not.

/// What a value is, before it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    /// A text: every sign in it is meant.
    Text,
    /// A list of texts, or one text.
    Words,
    /// A name, a day, a time: one of few forms, none of which holds a `#`.
    Exact,
    /// Keys and values, or a list of them.
    Structure,
    /// A name that people choose, with keys and values below: a file, a destination.
    Free,
    /// No key that is known here.
    Unknown,
}

/// Which keys stand at the top of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Root {
    /// The front matter of an item.
    Matter,
    /// A picture, or a list of them.
    Figure,
}

use Sort::{Exact, Free, Structure, Text, Unknown, Words};

const MATTER: [(&str, Sort); 25] = [
    ("id", Exact),
    ("kind", Exact),
    ("title", Text),
    ("subtitle", Text),
    ("summary", Text),
    ("unit", Text),
    ("drafting_unit", Text),
    ("responsible", Text),
    ("author", Text),
    ("source", Text),
    ("column", Text),
    ("keywords", Words),
    ("dated", Exact),
    ("event", Structure),
    ("disclosure", Structure),
    ("relations", Structure),
    ("guide", Structure),
    ("ai", Exact),
    ("embargo", Exact),
    ("expires", Exact),
    ("cover", Text),
    ("cover_focus", Exact),
    ("attachments", Structure),
    ("assets", Structure),
    ("overrides", Structure),
];
const FIGURE: [(&str, Sort); 4] = [
    ("file", Text),
    ("alt", Text),
    ("caption", Text),
    ("credit", Text),
];
const EVENT: [(&str, Sort); 3] = [("starts", Exact), ("ends", Exact), ("place", Text)];
const DISCLOSURE: [(&str, Sort); 9] = [
    ("index_number", Text),
    ("publisher", Text),
    ("catalogue", Text),
    ("document_number", Text),
    ("manner", Exact),
    ("manner_reason", Text),
    ("created", Exact),
    ("validity", Exact),
    ("overview", Text),
];
const GUIDE: [(&str, Sort); 6] = [
    ("matter", Text),
    ("office", Text),
    ("conditions", Text),
    ("materials", Words),
    ("time_limit", Text),
    ("contact", Text),
];
const RELATION: [(&str, Sort); 3] = [("kind", Exact), ("item", Exact), ("title", Text)];
const ATTACHMENT: [(&str, Sort); 2] = [("file", Text), ("title", Text)];
const ASSET: [(&str, Sort); 4] = [
    ("credit", Text),
    ("ai", Exact),
    ("focus", Exact),
    ("digest", Exact),
];
const OVERRIDE: [(&str, Sort); 4] = [
    ("title", Text),
    ("summary", Text),
    ("column", Text),
    ("skip", Exact),
];

/// The keys known below `path`; none where people choose the names.
pub(crate) fn known(root: Root, path: &[&str]) -> &'static [(&'static str, Sort)] {
    match (root, path) {
        (Root::Figure, []) => &FIGURE,
        (Root::Matter, []) => &MATTER,
        (Root::Matter, ["event"]) => &EVENT,
        (Root::Matter, ["disclosure"]) => &DISCLOSURE,
        (Root::Matter, ["guide"]) => &GUIDE,
        (Root::Matter, ["relations"]) => &RELATION,
        (Root::Matter, ["attachments"]) => &ATTACHMENT,
        (Root::Matter, ["assets", _]) => &ASSET,
        (Root::Matter, ["overrides", _]) => &OVERRIDE,
        _ => &[],
    }
}

/// The same, without what stands behind them.
pub(crate) fn names(root: Root, path: &[&str]) -> Vec<&'static str> {
    known(root, path).iter().map(|(name, _)| *name).collect()
}

/// What stands behind `key`, where `path` are the keys above it.
pub(crate) fn sort(root: Root, path: &[&str], key: &str) -> Sort {
    if matches!((root, path), (Root::Matter, ["assets" | "overrides"])) {
        return Free;
    }
    known(root, path)
        .iter()
        .find(|(name, _)| *name == key)
        .map_or(Unknown, |(_, sort)| *sort)
}

/// Whether an item, or the part of it that stands here, cannot do without `key`.
pub(crate) fn required(root: Root, path: &[&str], key: &str) -> bool {
    match (root, path) {
        (Root::Matter, []) => matches!(key, "title" | "unit"),
        (Root::Matter, ["event"]) => key == "place",
        (Root::Matter, ["guide"]) => matches!(key, "matter" | "office"),
        _ => false,
    }
}

/// What people write for the keys in Chinese.
pub(crate) const CHINESE: [(&str, &str); 18] = [
    ("标题", "title"),
    ("副题", "subtitle"),
    ("副标题", "subtitle"),
    ("摘要", "summary"),
    ("类型", "kind"),
    ("单位", "unit"),
    ("发布单位", "unit"),
    ("起草单位", "drafting_unit"),
    ("负责人", "responsible"),
    ("作者", "author"),
    ("来源", "source"),
    ("栏目", "column"),
    ("关键词", "keywords"),
    ("日期", "dated"),
    ("发布日期", "dated"),
    ("封面", "cover"),
    ("附件", "attachments"),
    ("禁发", "embargo"),
];
