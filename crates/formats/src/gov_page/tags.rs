//! What a page's tags and headings say where no table does: `<meta name="ArticleTitle">` and its like, by the annex of
//! 《政府网站发展指引》 (国办发〔2017〕47号).

use yigao_core::{Content, Finding, Kind, Severity};

use super::{
    html::LABEL_END,
    piece::{Piece, RawPage},
    reading::Reading,
    table::Label,
};
use crate::{problem::words, when};

/// Shortest line that may be a title because the window's bar begins with it, in characters.
const TITLE_MIN: usize = 6;
/// Words of a column that make a page a notice.
const NOTICES: [&str; 5] = ["公告", "通知", "公示", "通告", "公开"];

/// Fills in what the table left empty.
pub(super) fn complete(
    content: &mut Content,
    reading: &Reading,
    page: &RawPage,
    findings: &mut Vec<Finding>,
) {
    if content.title.is_empty()
        && let Some(title) = title(page)
    {
        content.title = title;
        if super::is_policy(&content.title) {
            content.kind = Kind::Policy;
        }
    }
    let without_table = reading
        .fields
        .keys()
        .all(|label| matches!(label, Label::Source | Label::Dated | Label::Title));
    let by_tag = |names: &[&str]| page.meta(names).filter(|_| without_table);
    let own = reading.fields.get(&Label::Source).map(String::as_str);
    let source = own.or_else(|| by_tag(&["contentsource"]));
    if content.unit.is_empty() {
        let named = source.or_else(|| page.meta(&["contentsource", "sitename"]));
        if let Some(unit) = named {
            unit.clone_into(&mut content.unit);
            findings.push(unit_from_source(unit));
        }
    } else if let Some(source) = source
        && source != content.unit
    {
        content.source = Some(source.to_owned());
    }
    if !without_table {
        return;
    }
    // News have no disclosure: an empty one would say that the table was lost.
    content.disclosure = None;
    content.column = by_tag(&["columnname"]).map(str::to_owned);
    content.author = by_tag(&["author"]).map(str::to_owned);
    content.keywords = super::keywords(by_tag(&["keywords"]).unwrap_or_default());
    let day = by_tag(&["pubdate", "article:published_time"]);
    content.dated = content.dated.or_else(|| {
        day.and_then(|day| day.split(['T', ' ']).next())
            .and_then(when::day)
    });
    let column = content.column.as_deref().unwrap_or_default();
    if content.kind == Kind::Notice && !NOTICES.iter().any(|word| column.contains(word)) {
        content.kind = Kind::News;
    }
}

/// The title by the tag, by a heading that the window's bar repeats, or by the only heading.
fn title(page: &RawPage) -> Option<String> {
    let tag = page.meta(&["articletitle"]).map(str::to_owned);
    let heading = || {
        let repeated = page
            .headings
            .iter()
            .find(|heading| page.title.starts_with(heading.as_str()));
        match (repeated, page.headings.as_slice()) {
            (Some(heading), _) => Some(heading.clone()),
            (None, [only]) => Some(only.clone()),
            (None, _) => None,
        }
    };
    tag.or_else(heading)
        .or_else(|| line_of_bar(&page.pieces, &page.title))
        .or_else(|| page.meta(&["og:title"]).map(str::to_owned))
}

/// A line of the page that the window's bar begins with.
fn line_of_bar(pieces: &[Piece], bar: &str) -> Option<String> {
    let mut lines = Vec::new();
    super::piece::collect_lines(pieces, &mut lines);
    lines
        .into_iter()
        .map(|line| line.replace(LABEL_END, ""))
        .find(|line| line.chars().count() >= TITLE_MIN && bar.starts_with(line.as_str()))
}

fn unit_from_source(unit: &str) -> Finding {
    Finding::new(
        Severity::Note,
        "unit_from_source",
        "unit",
        words(
            format!("网页没有写明发布机构，暂用来源“{unit}”。"),
            format!("The page names no issuing body; its source {unit:?} was taken."),
        ),
        words(
            "如不是发布单位，请在导入后改正。",
            "Correct it after the import if another body issues it.",
        ),
    )
}
