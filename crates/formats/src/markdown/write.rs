//! Content as Markdown: the front matter.

use yigao_core::{
    Content, Digest, Version,
    item::{Disclosure, Event, Override, Relation, ServiceGuide},
};

use super::{
    asset_paths::{Names, path},
    fields::Choices,
    matter::{AI, KINDS, MANNERS, RELATIONS, VALIDITIES},
    write_blocks,
};
use crate::{bundle::Bundle, originals::originals, problem::Problem, yaml::scalar};

pub(crate) fn write(
    version: &Version,
    file: &dyn Fn(&Digest) -> Option<Vec<u8>>,
) -> Result<Bundle, Problem> {
    let content = &version.content;
    let mut bundle = Bundle {
        name: version.item.to_string(),
        ..Bundle::default()
    };
    let mut names = Names::new();
    for (path, digest, bytes) in originals(content, file)? {
        names.insert(digest, path.clone());
        bundle.files.insert(path, bytes);
    }
    let mut text = String::from("---\n");
    text.push_str(&front_matter(version, &names));
    text.push_str("---\n\n");
    text.push_str(&write_blocks::blocks(&content.body, content, &names));
    bundle
        .files
        .insert(format!("{}.md", version.item), text.into_bytes());
    Ok(bundle)
}

/// Lines of `key: value`.
#[derive(Default)]
struct Lines {
    text: String,
    indent: &'static str,
}

impl Lines {
    fn raw(&mut self, key: &str, value: &str) {
        self.text
            .push_str(&format!("{}{key}: {value}\n", self.indent));
    }

    fn put(&mut self, key: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.raw(key, &scalar(value));
        }
    }

    fn list(&mut self, key: &str, values: &[String]) {
        if !values.is_empty() {
            let values: Vec<String> = values.iter().map(|value| quoted(value)).collect();
            self.raw(key, &format!("[{}]", values.join(", ")));
        }
    }
}

/// A scalar within `[…]` or `{…}`.
fn quoted(value: &str) -> String {
    let plain = scalar(value);
    if plain.starts_with('"') {
        plain
    } else {
        format!("\"{plain}\"")
    }
}

fn name<T: Copy + PartialEq>(among: &Choices<T>, value: T) -> &'static str {
    among
        .iter()
        .find(|(.., v)| *v == value)
        .map_or("", |(en, ..)| en)
}

fn front_matter(version: &Version, names: &Names) -> String {
    let content = &version.content;
    let mut out = Lines::default();
    out.put("id", Some(version.item.as_str()));
    out.put("kind", Some(name(&KINDS, content.kind)));
    out.put("title", Some(&content.title));
    out.put("subtitle", content.subtitle.as_deref());
    out.put("summary", content.summary.as_deref());
    out.put("unit", Some(&content.unit));
    out.put("drafting_unit", content.drafting_unit.as_deref());
    out.put("responsible", content.responsible.as_deref());
    out.put("author", content.author.as_deref());
    out.put("source", content.source.as_deref());
    out.put("column", content.column.as_deref());
    out.list("keywords", &content.keywords);
    out.put("dated", content.dated.map(|day| day.to_string()).as_deref());
    content
        .event
        .iter()
        .for_each(|event| self::event(&mut out, event));
    content
        .disclosure
        .iter()
        .for_each(|given| disclosure(&mut out, given));
    relations(&mut out, &content.relations);
    content
        .guide
        .iter()
        .for_each(|given| guide(&mut out, given));
    out.put("ai", content.ai.map(|ai| name(&AI, ai)));
    out.put(
        "embargo",
        content.embargo.map(|at| at.to_string()).as_deref(),
    );
    out.put(
        "expires",
        content.expires.map(|at| at.to_string()).as_deref(),
    );
    out.put(
        "cover",
        content.cover.as_ref().map(|digest| path(names, digest)),
    );
    files(&mut out, content, names);
    overrides(&mut out, content);
    out.text
}

fn event(out: &mut Lines, event: &Event) {
    out.text.push_str("event:\n");
    out.indent = "  ";
    out.put("starts", Some(&event.starts.to_string()));
    out.put("ends", event.ends.map(|at| at.to_string()).as_deref());
    out.put("place", Some(&event.place));
    out.indent = "";
}

fn disclosure(out: &mut Lines, given: &Disclosure) {
    if *given == Disclosure::default() {
        return out.raw("disclosure", "{}");
    }
    out.text.push_str("disclosure:\n");
    out.indent = "  ";
    out.put("index_number", given.index_number.as_deref());
    out.put("publisher", given.publisher.as_deref());
    out.put("catalogue", given.catalogue.as_deref());
    out.put("document_number", given.document_number.as_deref());
    out.put("manner", given.manner.map(|manner| name(&MANNERS, manner)));
    out.put("manner_reason", given.manner_reason.as_deref());
    out.put(
        "created",
        given.created.map(|day| day.to_string()).as_deref(),
    );
    out.put(
        "validity",
        given.validity.map(|validity| name(&VALIDITIES, validity)),
    );
    out.put("overview", given.overview.as_deref());
    out.indent = "";
}

fn relations(out: &mut Lines, relations: &[Relation]) {
    if relations.is_empty() {
        return;
    }
    out.text.push_str("relations:\n");
    for relation in relations {
        out.raw("  - kind", name(&RELATIONS, relation.kind));
        out.indent = "    ";
        out.put("item", Some(relation.item.as_str()));
        out.put("title", relation.title.as_deref());
        out.indent = "";
    }
}

fn guide(out: &mut Lines, given: &ServiceGuide) {
    out.text.push_str("guide:\n");
    out.indent = "  ";
    out.put("matter", Some(&given.matter));
    out.put("office", Some(&given.office));
    out.put("conditions", given.conditions.as_deref());
    out.list("materials", &given.materials);
    out.put("time_limit", given.time_limit.as_deref());
    out.put("contact", given.contact.as_deref());
    out.indent = "";
}

fn files(out: &mut Lines, content: &Content, names: &Names) {
    if !content.attachments.is_empty() {
        out.text.push_str("attachments:\n");
    }
    for attachment in &content.attachments {
        out.raw("  - file", &scalar(path(names, &attachment.asset)));
        out.raw("    title", &scalar(&attachment.title));
    }
    if !content.assets.is_empty() {
        out.text.push_str("assets:\n");
    }
    for (digest, asset) in &content.assets {
        out.text
            .push_str(&format!("  {}:\n", quoted(path(names, digest))));
        out.indent = "    ";
        out.put("credit", asset.credit.as_deref());
        out.put("ai", asset.ai.map(|ai| name(&AI, ai)));
        let focus = asset.focus.map(|at| format!("{}% {}%", at.x, at.y));
        out.put("focus", focus.as_deref());
        out.put("digest", Some(digest.as_str()));
        out.indent = "";
    }
}

fn overrides(out: &mut Lines, content: &Content) {
    if !content.overrides.is_empty() {
        out.text.push_str("overrides:\n");
    }
    for (destination, given) in &content.overrides {
        out.indent = "  ";
        let key = quoted(destination.as_str());
        if *given == Override::default() {
            out.raw(&key, "{}");
        } else {
            out.text.push_str(&format!("  {key}:\n"));
            out.indent = "    ";
            out.put("title", given.title.as_deref());
            out.put("summary", given.summary.as_deref());
            out.put("column", given.column.as_deref());
            if given.skip {
                out.raw("skip", "true");
            }
        }
        out.indent = "";
    }
}
