//! The second net: marks of Markdown that readers would see. Each gets a finding with its place.

use yigao_core::{
    Block, Content, Finding, Inline, Severity,
    block::{plain_text, walk},
};

use crate::problem::words;

/// Marks that no reader should see.
const MARKS: [&str; 4] = ["![", "](", "**", "[^"];

/// Every such mark of a text, each once; `begins` when the text begins its line.
pub(crate) fn marks(text: &str, begins: bool) -> impl Iterator<Item = &'static str> {
    let hash = begins && text.starts_with(['#', '＃']);
    let found = MARKS.into_iter().filter(|mark| text.contains(mark));
    found.chain(hash.then_some("#"))
}

/// What is said of one; `place` is `body`, or a block of it.
pub(crate) fn finding(place: &str, mark: &str, text: &str) -> Finding {
    let severity = if mark == "#" {
        Severity::Note
    } else {
        Severity::Warn
    };
    // The words round the mark, not the whole paragraph.
    let at = text.find(mark).unwrap_or_default();
    let before = text.get(..at).unwrap_or_default().chars().rev().take(10);
    let mut quote: String = before.collect::<Vec<_>>().into_iter().rev().collect();
    quote.extend(text.get(at..).unwrap_or_default().chars().take(20));
    Finding::new(
        severity,
        "markup_left",
        place,
        words(
            format!("读者会看到符号“{mark}”：“{quote}”。"),
            format!("Readers will see the mark {mark:?}: {quote:?}."),
        ),
        words(
            "如为 Markdown 写法，请改正这一处；如确为正文，可不改。",
            "Correct the Markdown here; leave it if it is meant as text.",
        ),
    )
    .quoting(&quote)
}

/// What is left in a whole content, block by block, for formats that have no lines.
pub(crate) fn findings(content: &Content) -> Vec<Finding> {
    let mut out = Vec::new();
    for (at, block) in content.body.iter().enumerate() {
        walk(std::slice::from_ref(block), &mut |block| {
            for text in texts(block) {
                let text = plain_text(text);
                let place = format!("body/{at}");
                out.extend(marks(&text, true).map(|mark| finding(&place, mark, &text)));
            }
        });
    }
    out
}

/// The texts of a block, those below it aside.
pub(crate) fn texts(block: &Block) -> Vec<&[Inline]> {
    match block {
        Block::Paragraph { text } | Block::Heading { text, .. } => vec![text],
        Block::List { items, .. } => items.iter().map(|item| item.text.as_slice()).collect(),
        Block::Table { rows, .. } => {
            let cells = rows.iter().flatten();
            cells.map(|cell| cell.text.as_slice()).collect()
        }
        Block::QuestionAnswer { question, .. } => vec![question],
        Block::Notes { notes } => notes.iter().map(|note| note.text.as_slice()).collect(),
        Block::Quote { .. }
        | Block::Figure { .. }
        | Block::Gallery { .. }
        | Block::Video { .. }
        | Block::Audio { .. }
        | Block::Chart { .. }
        | Block::Callout { .. }
        | Block::Divider
        | Block::Closing { .. } => Vec::new(),
    }
}
