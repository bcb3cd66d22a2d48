//! `render`: pure, complete, harmless.

use std::collections::BTreeSet;

use serde_json::Value;
use yigao_channel::{Length, RenderInput, Rendered};
use yigao_core::{
    Block, Inline, Intent, Severity, Version,
    rendition::{SLOT_CLOSE, SLOT_OPEN},
};

use super::{Ended, done, ensure};
use crate::{sample, story::Story, subject::Subject};

fn render(story: &Story, intent: Intent, version: &Version) -> Rendered {
    let (destination, home) = (sample::destination(), sample::home());
    story.channel.render(&RenderInput {
        destination: &destination,
        intent,
        version,
        reason: Some("内容有误<b>"),
        home: Some(&home),
        cover: None,
    })
}

/// The news item with some of its words changed.
fn news_with(change: impl FnOnce(&mut yigao_core::Content)) -> Version {
    let mut version = sample::news();
    change(&mut version.content);
    Version::new(version.item, version.number, version.content)
}

pub(super) async fn the_same_each_time(subject: &Subject) -> Ended {
    let (one, other) = (Story::new(subject), Story::new(subject));
    for version in sample::versions() {
        for intent in [Intent::Publish, Intent::Correct, Intent::Withdraw] {
            let first = render(&one, intent, &version);
            let again = [
                render(&one, intent, &version),
                render(&other, intent, &version),
            ];
            ensure(again.iter().all(|r| *r == first), || {
                format!(
                    "{} rendered for {} differs from one time to the next",
                    version.item,
                    intent.name()
                )
            })?;
            let digests: BTreeSet<_> = again
                .iter()
                .filter_map(|r| r.rendition.as_ref())
                .map(|r| r.digest())
                .collect();
            ensure(digests.len() <= 1, || {
                format!("{} has two digests", version.item)
            })?;
        }
    }
    done()
}

/// A text of exactly this length in the limit's own unit, of the characters that are counted wrongly most often.
fn exactly(limit: Length) -> String {
    let mut out = String::new();
    for piece in ["文", "旅", "👨\u{200d}👩\u{200d}👧", "e\u{301}", "城"]
        .iter()
        .cycle()
    {
        if limit.measure(&format!("{out}{piece}")) > limit.max {
            break;
        }
        out.push_str(piece);
    }
    while limit.measure(&out) < limit.max {
        out.push('a');
    }
    out
}

/// Sets one text of an item.
type Set = fn(&mut yigao_core::Content, String);

fn limited(subject: &Subject) -> Vec<(&'static str, Length, Set)> {
    let story = Story::new(subject);
    let limits = &story.channel.profile().limits;
    let title: Set = |content, text| content.title = text;
    let summary: Set = |content, text| content.summary = Some(text);
    let author: Set = |content, text| content.author = Some(text);
    [
        ("title", limits.title, title),
        ("summary", limits.summary, summary),
        ("author", limits.author, author),
    ]
    .into_iter()
    .filter_map(|(place, limit, set)| Some((place, limit?, set)))
    .collect()
}

pub(super) async fn the_limit_passes_and_one_over_blocks(subject: &Subject) -> Ended {
    let story = Story::new(subject);
    let fields = limited(subject);
    for (place, limit, set) in &fields {
        let at = exactly(*limit);
        let fits = render(&story, Intent::Publish, &news_with(|c| set(c, at.clone())));
        let stop = fits
            .findings
            .iter()
            .find(|f| f.severity == Severity::Block && f.place == *place);
        ensure(stop.is_none(), || {
            format!("a {place} of exactly {} is refused: {stop:?}", limit.max)
        })?;
        let over = render(
            &story,
            Intent::Publish,
            &news_with(|c| set(c, format!("{at}a"))),
        );
        let stop = over
            .findings
            .iter()
            .find(|f| f.severity == Severity::Block && f.place == *place);
        let stop = stop.ok_or_else(|| format!("a {place} one over {} passes", limit.max))?;
        ensure(subject.codes.is_empty() || stop.predicts.is_some(), || {
            format!("{} predicts no code of the remote", stop.code)
        })?;
    }
    if let Some(limit) = story.channel.profile().limits.body {
        let text = exactly(limit);
        let long = Block::Paragraph {
            text: vec![Inline::plain(text)],
        };
        let over = render(&story, Intent::Publish, &news_with(|c| c.body.push(long)));
        let stop = over
            .findings
            .iter()
            .any(|f| f.severity == Severity::Block && f.place.starts_with("body"));
        ensure(stop, || format!("a body over {} passes", limit.max))?;
    }
    Ok(format!("limits={}", fields.len()))
}

/// Two faults are two findings: nobody should correct one only to learn of the next.
pub(super) async fn all_findings_at_once(subject: &Subject) -> Ended {
    let story = Story::new(subject);
    let body = story.channel.profile().limits.body;
    let fields = limited(subject);
    let bad = news_with(|content| {
        for (_, limit, set) in &fields {
            set(content, format!("{}a", exactly(*limit)));
        }
        if let Some(limit) = body {
            let text = vec![Inline::plain(exactly(limit))];
            content.body.push(Block::Paragraph { text });
        }
    });
    let found = render(&story, Intent::Publish, &bad).findings;
    let found = found
        .iter()
        .filter(|f| f.severity == Severity::Block)
        .count();
    let made = fields.len() + usize::from(body.is_some());
    ensure(found >= made, || {
        format!("{made} faults were made, {found} are found")
    })?;
    Ok(format!("faults={made} findings={found}"))
}

fn texts<'v>(value: &'v Value, out: &mut Vec<&'v str>) {
    match value {
        Value::String(text) => out.push(text),
        Value::Array(items) => items.iter().for_each(|item| texts(item, out)),
        Value::Object(fields) => fields.values().for_each(|field| texts(field, out)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A script, or an attribute that runs one, outside the text where it is only words.
fn attack_in(markup: &str) -> Option<&'static str> {
    let low = markup.to_ascii_lowercase();
    ["<script", "<img src=x", "=\"javascript:", "='javascript:"]
        .into_iter()
        .find(|attack| low.contains(attack))
}

pub(super) async fn hostile_text_is_harmless(subject: &Subject) -> Ended {
    let story = Story::new(subject);
    let version = sample::hostile();
    for intent in [Intent::Publish, Intent::Withdraw] {
        let rendered = render(&story, intent, &version);
        let rendition = rendered
            .rendition
            .ok_or("the hostile item has no rendition")?;
        let attack = attack_in(&rendition.preview);
        ensure(attack.is_none(), || {
            format!("{attack:?} in the preview of {}", intent.name())
        })?;
        let mut payload = Vec::new();
        texts(&rendition.payload, &mut payload);
        for text in payload {
            // A field of plain text holds the words as they are; markup may not.
            let markup = [
                "</p>",
                "</h",
                "</td>",
                "</li>",
                "<br",
                "</div>",
                "</section>",
            ];
            if markup.iter().any(|tag| text.contains(tag)) {
                let attack = attack_in(text);
                ensure(attack.is_none(), || {
                    format!("{attack:?} in the payload of {}", intent.name())
                })?;
            }
        }
    }
    done()
}

fn tokens(text: &str, out: &mut BTreeSet<String>) {
    for piece in text.split(SLOT_OPEN).skip(1) {
        if let Some((name, _)) = piece.split_once(SLOT_CLOSE) {
            out.insert(name.to_owned());
        }
    }
}

pub(super) async fn slots_declared_are_slots_used(subject: &Subject) -> Ended {
    let story = Story::new(subject);
    let mut counted = 0;
    for version in sample::versions() {
        let rendition = story.render(Intent::Publish, &version)?;
        let declared: BTreeSet<String> = rendition.slots.iter().map(|slot| slot.name()).collect();
        let mut used = BTreeSet::new();
        let mut payload = Vec::new();
        texts(&rendition.payload, &mut payload);
        payload.iter().for_each(|text| tokens(text, &mut used));
        ensure(declared == used, || {
            format!("{}: declared {declared:?}, used {used:?}", version.item)
        })?;
        ensure(!rendition.leaves.is_empty(), || {
            format!("{} has no leaves to compare", version.item)
        })?;
        counted += declared.len();
    }
    Ok(format!("slots={counted}"))
}

pub(super) async fn the_notice_of_a_withdrawal_renders(subject: &Subject) -> Ended {
    let story = Story::new(subject);
    for version in sample::versions() {
        let notice = story.render(Intent::Withdraw, &version)?;
        ensure(notice.intent == Intent::Withdraw, || {
            "the notice is not one of a withdrawal".to_owned()
        })?;
    }
    done()
}
