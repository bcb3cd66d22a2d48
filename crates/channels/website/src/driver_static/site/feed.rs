//! `feed.xml`: Atom (RFC 4287) with tombstones (RFC 6721) for what was withdrawn.

use yigao_core::Timestamp;

use crate::driver_static::{
    config::Settings,
    index::{Entry, Index},
};

pub(in crate::driver_static) const PATH: &str = "feed.xml";
/// Newest entries, and as many of the last withdrawals.
const ENTRIES: usize = 50;
/// Date of the `tag:` names (RFC 4151): one day on which the site held its domain, the same for all entries for ever.
const TAG_DATE: &str = "2026-01-01";

pub(in crate::driver_static) fn feed(settings: &Settings, index: &Index) -> String {
    let live = index.live();
    let killed = index.killed();
    let newest = live
        .iter()
        .map(|e| e.updated_at)
        .chain(killed.iter().filter_map(|e| e.withdrawn_at))
        .max()
        .unwrap_or(Timestamp::UNIX_EPOCH);
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xmlns:at=\"http://purl.org/atompub/tombstones/1.0\" xml:lang=\"zh-CN\">\n<id>{}</id>\n<title>{}</title>\n<updated>{}</updated>\n<author><name>{}</name></author>\n<link rel=\"self\" type=\"application/atom+xml\" href=\"{}\"/>\n<link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n",
        tag(settings, "feed"),
        xml(&settings.site_name),
        time(newest),
        xml(&settings.organiser),
        xml(&settings.address(PATH)),
        xml(settings.base.as_str())
    );
    for dead in killed.iter().take(ENTRIES) {
        let when = dead.withdrawn_at.unwrap_or(dead.updated_at);
        let comment = dead
            .reason
            .as_deref()
            .map(|r| format!("<at:comment>{}</at:comment>", xml(r)))
            .unwrap_or_default();
        out.push_str(&format!(
            "<at:deleted-entry ref=\"{}\" when=\"{}\">{comment}</at:deleted-entry>\n",
            entry_id(settings, dead),
            time(when)
        ));
    }
    for entry in live.iter().take(ENTRIES) {
        out.push_str(&alive(settings, entry));
    }
    out.push_str("</feed>\n");
    out
}

fn alive(settings: &Settings, entry: &Entry) -> String {
    let summary = entry
        .summary
        .as_deref()
        .map(|s| format!("<summary>{}</summary>\n", xml(s)))
        .unwrap_or_default();
    let column = settings
        .columns
        .named(&entry.column)
        .map_or("", |c| c.name.as_str());
    format!(
        "<entry>\n<id>{}</id>\n<title>{}</title>\n<link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n<published>{}</published>\n<updated>{}</updated>\n<category term=\"{}\" label=\"{}\"/>\n{summary}</entry>\n",
        entry_id(settings, entry),
        xml(&entry.title),
        xml(&settings.address(&entry.path)),
        time(entry.published_at),
        time(entry.updated_at),
        xml(&entry.column),
        xml(column)
    )
}

/// The name of an entry: of the item, not of its address, so that it outlives a move of the site.
fn entry_id(settings: &Settings, entry: &Entry) -> String {
    tag(settings, &entry.item)
}

fn tag(settings: &Settings, name: &str) -> String {
    xml(&format!("tag:{},{TAG_DATE}:{name}", settings.site_domain))
}

/// Whole seconds.
pub(super) fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Text of an XML document: escaped, and without the characters XML 1.0 has no way to write.
pub(super) fn xml(text: &str) -> String {
    let clean: String = text
        .chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        .filter(|c| !matches!(c, '\u{FFFE}' | '\u{FFFF}'))
        .collect();
    yigao_core::html::escape(&clean)
}
