//! Front matter into the fields of a content.

use yigao_core::{
    AiUse, Content, DestinationId, Digest, Focus, ItemId, Kind,
    item::{
        Attachment, Disclosure, Event, Manner, Override, Relation, RelationKind, ServiceGuide,
        Validity,
    },
};

use super::{
    Reading,
    fields::{Fields, Rule},
};
use crate::{
    files::{Facts, Want},
    paths,
    problem::{Problem, words},
    yaml::{self, Node, Root, Value},
};

pub(crate) const KINDS: [(&str, &str, Kind); 6] = [
    ("news", "新闻", Kind::News),
    ("policy", "政策文件", Kind::Policy),
    ("interpretation", "政策解读", Kind::Interpretation),
    ("notice", "通知公告", Kind::Notice),
    ("event", "活动", Kind::Event),
    ("guide", "办事指南", Kind::Guide),
];
pub(crate) const AI: [(&str, &str, AiUse); 2] = [
    ("assisted", "辅助", AiUse::Assisted),
    ("generated", "生成", AiUse::Generated),
];
pub(crate) const MANNERS: [(&str, &str, Manner); 3] = [
    ("主动公开", "主动公开", Manner::Active),
    ("依申请公开", "依申请公开", Manner::OnRequest),
    ("不予公开", "不予公开", Manner::Withheld),
];
pub(crate) const VALIDITIES: [(&str, &str, Validity); 3] = [
    ("现行有效", "现行有效", Validity::InForce),
    ("废止", "废止", Validity::Repealed),
    ("失效", "失效", Validity::Lapsed),
];
pub(crate) const RELATIONS: [(&str, &str, RelationKind); 4] = [
    ("interprets", "解读", RelationKind::Interprets),
    ("interpreted_by", "被解读", RelationKind::InterpretedBy),
    ("replaces", "取代", RelationKind::Replaces),
    ("responds_to", "回应", RelationKind::RespondsTo),
];

/// The keys below `path`, from the table that says what stands behind each.
fn keys(path: &[&str]) -> Vec<&'static str> {
    yaml::names(Root::Matter, path)
}

/// The item's name, if one is given, and its content without a body.
pub(crate) fn read(reading: &mut Reading<'_>, node: Node) -> (Option<ItemId>, Content) {
    let mut top = reading.fields(node, "", &keys(&[]));
    let id_rule = Rule {
        zh: "小写字母、数字、连字符，不超过 64 个",
        en: "1 to 64 of a-z, 0-9, -, _, .",
        example: "spring-market",
    };
    let id = reading.parsed(&mut top, "id", |text| ItemId::parse(text).ok(), id_rule);
    // What is said of files comes first: it counts when they are taken.
    assets(reading, &mut top);
    let mut content = Content {
        kind: reading.choice(&mut top, "kind", &KINDS).unwrap_or_default(),
        title: reading.required(&mut top, "title").unwrap_or_default(),
        subtitle: reading.line(&mut top, "subtitle"),
        summary: reading.text(&mut top, "summary"),
        unit: reading.required(&mut top, "unit").unwrap_or_default(),
        drafting_unit: reading.line(&mut top, "drafting_unit"),
        responsible: reading.line(&mut top, "responsible"),
        author: reading.line(&mut top, "author"),
        source: reading.line(&mut top, "source"),
        column: reading.line(&mut top, "column"),
        keywords: reading.texts(&mut top, "keywords"),
        dated: reading.day(&mut top, "dated"),
        ai: reading.choice(&mut top, "ai", &AI),
        embargo: reading.moment(&mut top, "embargo"),
        expires: reading.moment(&mut top, "expires"),
        ..Content::default()
    };
    content.event = top.take("event").and_then(|node| event(reading, node));
    content.disclosure = top.take("disclosure").map(|node| disclosure(reading, node));
    content.guide = top.take("guide").and_then(|node| guide(reading, node));
    for node in reading.items(&mut top, "relations") {
        content.relations.extend(relation(reading, node));
    }
    content.cover = cover(reading, &mut top);
    let point = reading.parsed(&mut top, "cover_focus", focus, FOCUS_RULE);
    match &content.cover {
        Some(cover) => reading.shelf.set_focus(cover, point),
        // The first picture of the body is the cover then, and is not read yet.
        None => reading.cover_focus = point,
    }
    for node in reading.items(&mut top, "attachments") {
        content.attachments.extend(attachment(reading, node));
    }
    overrides(reading, &mut top, &mut content);
    (id, content)
}

fn event(reading: &mut Reading<'_>, node: Node) -> Option<Event> {
    let mut fields = reading.fields(node, "event.", &keys(&["event"]));
    let line = fields.line;
    let before = reading.problems.len();
    let starts = reading.moment(&mut fields, "starts");
    let ends = reading.moment(&mut fields, "ends");
    let place = reading.required(&mut fields, "place");
    if starts.is_none() && reading.problems.len() == before {
        let rule = Rule {
            zh: "开始时间",
            en: "the time it starts",
            example: "2026-05-01 09:00",
        };
        reading.wrong("event.starts", rule, line);
    }
    if let (Some(starts), Some(ends)) = (starts, ends)
        && ends < starts
    {
        let rule = Rule::new("不早于开始的时间", "no earlier than the start");
        reading.wrong("event.ends", rule, line);
    }
    Some(Event {
        starts: starts?,
        ends,
        place: place?,
    })
}

fn disclosure(reading: &mut Reading<'_>, node: Node) -> Disclosure {
    let mut fields = reading.fields(node, "disclosure.", &keys(&["disclosure"]));
    Disclosure {
        index_number: reading.line(&mut fields, "index_number"),
        publisher: reading.line(&mut fields, "publisher"),
        catalogue: reading.line(&mut fields, "catalogue"),
        document_number: reading.line(&mut fields, "document_number"),
        manner: reading.choice(&mut fields, "manner", &MANNERS),
        manner_reason: reading.text(&mut fields, "manner_reason"),
        created: reading.day(&mut fields, "created"),
        validity: reading.choice(&mut fields, "validity", &VALIDITIES),
        overview: reading.text(&mut fields, "overview"),
    }
}

fn guide(reading: &mut Reading<'_>, node: Node) -> Option<ServiceGuide> {
    let mut fields = reading.fields(node, "guide.", &keys(&["guide"]));
    let matter = reading.required(&mut fields, "matter");
    let office = reading.required(&mut fields, "office");
    let conditions = reading.text(&mut fields, "conditions");
    let materials = reading.texts(&mut fields, "materials");
    let time_limit = reading.text(&mut fields, "time_limit");
    let contact = reading.text(&mut fields, "contact");
    Some(ServiceGuide {
        matter: matter?,
        office: office?,
        conditions,
        materials,
        time_limit,
        contact,
    })
}

fn relation(reading: &mut Reading<'_>, node: Node) -> Option<Relation> {
    let line = node.line;
    let mut fields = reading.fields(node, "relations.", &keys(&["relations"]));
    let before = reading.problems.len();
    let kind = reading.choice(&mut fields, "kind", &RELATIONS);
    let rule = Rule {
        zh: "另一篇稿件的 id",
        en: "the id of another item",
        example: "spring-market",
    };
    let item = reading.parsed(&mut fields, "item", |text| ItemId::parse(text).ok(), rule);
    let title = reading.line(&mut fields, "title");
    if (kind.is_none() || item.is_none()) && reading.problems.len() == before {
        let rule = Rule::new("写明 kind 和 item", "a `kind` and an `item`");
        reading.wrong("relations", rule, line);
    }
    Some(Relation {
        kind: kind?,
        item: item?,
        title,
    })
}

fn assets(reading: &mut Reading<'_>, top: &mut Fields) {
    let Some(node) = top.take("assets") else {
        return;
    };
    for entry in reading.entries(node, "assets") {
        let path = format!("assets.{}.", paths::shown(&entry.key));
        let line = entry.line;
        let mut fields = reading.fields(entry.node, &path, &keys(&["assets", &entry.key]));
        let rule = Rule::new(
            "64 位小写十六进制的 SHA-256 摘要",
            "a SHA-256 digest of 64 lower-case digits",
        );
        let facts = Facts {
            credit: reading.line(&mut fields, "credit"),
            ai: reading.choice(&mut fields, "ai", &AI),
            focus: reading.parsed(&mut fields, "focus", focus, FOCUS_RULE),
            digest: reading.parsed(&mut fields, "digest", |text| Digest::parse(text).ok(), rule),
            line,
        };
        reading.shelf.say(&entry.key, facts, &mut reading.problems);
    }
}

/// What a focus may be.
const FOCUS_RULE: Rule<'_> = Rule {
    zh: "两个 0 至 100 的百分数：从左到右、从上到下，如 50% 20%",
    en: "two percentages from 0 to 100, from the left and from the top, as in 50% 20%",
    example: "50% 20%",
};

/// `50% 20%`: from the left, from the top.
fn focus(text: &str) -> Option<Focus> {
    let mut parts = text
        .split([' ', ',', '，', '\u{3000}'])
        .filter(|part| !part.is_empty())
        .map(|part| part.trim_end_matches(['%', '％']).parse::<u8>().ok());
    let (x, y) = (parts.next()??, parts.next()??);
    if parts.next().is_some() {
        return None;
    }
    Focus::new(x, y)
}

fn cover(reading: &mut Reading<'_>, top: &mut Fields) -> Option<Digest> {
    let node = top.take("cover")?;
    let line = node.line;
    let file = reading.node_text(node, "cover")?;
    reading
        .shelf
        .take(&file, Want::Picture, line, &mut reading.problems)
}

fn attachment(reading: &mut Reading<'_>, node: Node) -> Option<Attachment> {
    let line = node.line;
    let (file, title) = if let Value::Text(file) = node.value {
        (file, None)
    } else {
        let mut fields = reading.fields(node, "attachments.", &keys(&["attachments"]));
        let title = reading.line(&mut fields, "title");
        (reading.required(&mut fields, "file")?, title)
    };
    let asset = reading
        .shelf
        .take(&file, Want::Any, line, &mut reading.problems)?;
    let title = title.unwrap_or_else(|| paths::file_name(&file).to_owned());
    Some(Attachment { asset, title })
}

fn overrides(reading: &mut Reading<'_>, top: &mut Fields, content: &mut Content) {
    let Some(node) = top.take("overrides") else {
        return;
    };
    for entry in reading.entries(node, "overrides") {
        let path = format!("overrides.{}.", paths::shown(&entry.key));
        let mut fields = reading.fields(entry.node, &path, &keys(&["overrides", &entry.key]));
        let given = Override {
            title: reading.line(&mut fields, "title"),
            summary: reading.text(&mut fields, "summary"),
            column: reading.line(&mut fields, "column"),
            skip: reading.flag(&mut fields, "skip"),
        };
        match DestinationId::parse(&entry.key) {
            Ok(destination) => drop(content.overrides.insert(destination, given)),
            Err(_) => {
                let problem = Problem::new(
                    reading.file,
                    "wrong_value",
                    words(
                        format!("“{}”不是目的账号的名称。", paths::shown(&entry.key)),
                        format!(
                            "{:?} is no name of a destination.",
                            paths::shown(&entry.key)
                        ),
                    ),
                    words(
                        "请写配置里的名称，如 wechat、county-a。",
                        "Write its name in the configuration.",
                    ),
                );
                reading.problem(problem.at(entry.line));
            }
        }
    }
}
