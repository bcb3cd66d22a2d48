//! Plain semantic HTML from blocks: what websites and centres take. Every text is escaped, every address checked.

use std::fmt::Write as _;

use crate::{
    block::{Block, CalloutKind, Clip, Figure, Inline},
    digest::Digest,
};

mod closing;
mod list;
mod style;
mod table;

pub use style::with_inline_styles;

/// Text for between tags and inside double-quoted attributes.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// Whether a link may be printed: `http`, `https`, `mailto`, `tel`, and no control characters.
pub fn is_safe_link(address: &str) -> bool {
    let scheme = address
        .split_once(':')
        .map(|(scheme, _)| scheme.to_ascii_lowercase());
    let known = matches!(scheme.as_deref(), Some("http" | "https" | "mailto" | "tel"));
    known && !address.chars().any(|c| c.is_control() || c.is_whitespace())
}

/// Where media are found, by the reference in the item.
pub struct Sources<'a> {
    /// `src` of a figure; the figure is left out when there is none.
    pub picture: &'a dyn Fn(&Figure) -> Option<String>,
    /// Address of a video, audio or other file.
    pub file: &'a dyn Fn(&Digest) -> Option<String>,
}

impl std::fmt::Debug for Sources<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sources")
    }
}

/// Blocks as HTML, headings from `<h2>` down.
pub fn blocks(blocks: &[Block], sources: &Sources<'_>) -> String {
    let mut out = String::new();
    write_blocks(blocks, sources, &mut out);
    out
}

/// Inline text as HTML.
pub fn inlines(text: &[Inline]) -> String {
    let mut out = String::new();
    for run in text {
        let tags = [
            (run.bold, "strong"),
            (run.italic, "em"),
            (run.underline, "u"),
            (run.superscript, "sup"),
            (run.subscript, "sub"),
        ];
        // A note's own address: one link cannot hold another.
        let link = run
            .link
            .as_deref()
            .filter(|l| run.note.is_none() && is_safe_link(l));
        if let Some(link) = link {
            put(&mut out, format_args!("<a href=\"{}\">", escape(link)));
        }
        for (_, tag) in tags.iter().filter(|(on, _)| *on) {
            put(&mut out, format_args!("<{tag}>"));
        }
        if run.emphasis_mark {
            out.push_str("<em class=\"dots\">");
        }
        if let Some(number) = run.note {
            put(&mut out, format_args!("<a href=\"#note-{number}\">"));
        }
        out.push_str(&escape(&run.text).replace('\n', "<br>"));
        if run.note.is_some() {
            out.push_str("</a>");
        }
        if run.emphasis_mark {
            out.push_str("</em>");
        }
        for (_, tag) in tags.iter().rev().filter(|(on, _)| *on) {
            put(&mut out, format_args!("</{tag}>"));
        }
        if link.is_some() {
            out.push_str("</a>");
        }
    }
    out
}

/// Writing into a `String` cannot fail.
fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    let written = out.write_fmt(text);
    debug_assert!(written.is_ok());
}

fn write_blocks(blocks: &[Block], sources: &Sources<'_>, out: &mut String) {
    for block in blocks {
        write_block(block, sources, out);
    }
}

fn write_block(block: &Block, sources: &Sources<'_>, out: &mut String) {
    match block {
        Block::Paragraph { text } => put(out, format_args!("<p>{}</p>\n", inlines(text))),
        Block::Heading { level, text } => {
            let level = level.saturating_add(1).clamp(2, 5);
            put(
                out,
                format_args!("<h{level}>{}</h{level}>\n", inlines(text)),
            );
        }
        Block::List {
            ordered,
            numbering,
            items,
        } => list::write(ordered.then_some(*numbering), items, sources, out),
        Block::Quote { blocks } => {
            out.push_str("<blockquote>\n");
            write_blocks(blocks, sources, out);
            out.push_str("</blockquote>\n");
        }
        Block::Table {
            caption,
            header,
            align,
            rows,
        } => table::write(caption.as_deref(), *header, align, rows, out),
        Block::Figure { figure } => write_figure(figure, sources, out),
        Block::Gallery { figures } => {
            out.push_str("<div class=\"gallery\">\n");
            for figure in figures {
                write_figure(figure, sources, out);
            }
            out.push_str("</div>\n");
        }
        Block::Video { media } => write_clip("video", media, sources, out),
        Block::Audio { media } => write_clip("audio", media, sources, out),
        Block::Chart { chart } => table::write_chart(chart, out),
        Block::Callout {
            kind,
            title,
            blocks,
        } => write_callout(*kind, title.as_deref(), blocks, sources, out),
        Block::QuestionAnswer { question, answer } => {
            write_question(question, answer, sources, out);
        }
        Block::Divider => out.push_str("<hr>\n"),
        Block::Closing { units, date } => closing::write(units, date, out),
        Block::Notes { notes } => closing::write_notes(notes, out),
    }
}

fn write_callout(
    kind: CalloutKind,
    title: Option<&str>,
    blocks: &[Block],
    sources: &Sources<'_>,
    out: &mut String,
) {
    let class = match kind {
        CalloutKind::Note => "note",
        CalloutKind::Warning => "warning",
        CalloutKind::Deadline => "deadline",
    };
    put(out, format_args!("<aside class=\"callout {class}\">\n"));
    if let Some(title) = title {
        let title = escape(title);
        put(
            out,
            format_args!("<p class=\"callout-title\"><strong>{title}</strong></p>\n"),
        );
    }
    write_blocks(blocks, sources, out);
    out.push_str("</aside>\n");
}

fn write_question(question: &[Inline], answer: &[Block], sources: &Sources<'_>, out: &mut String) {
    let question = inlines(question);
    put(
        out,
        format_args!(
            "<section class=\"qa\">\n<p class=\"question\"><strong>问：{question}</strong></p>\n"
        ),
    );
    out.push_str("<div class=\"answer\">\n");
    write_blocks(answer, sources, out);
    out.push_str("</div>\n</section>\n");
}

fn write_figure(figure: &Figure, sources: &Sources<'_>, out: &mut String) {
    let Some(src) = (sources.picture)(figure) else {
        return;
    };
    put(
        out,
        format_args!(
            "<figure><img src=\"{}\" alt=\"{}\" loading=\"lazy\">",
            escape(&src),
            escape(&figure.alt)
        ),
    );
    let credit = figure
        .credit
        .as_deref()
        .map(|c| format!("<span class=\"credit\">（{}）</span>", escape(c)));
    if figure.caption.is_some() || credit.is_some() {
        let caption = figure.caption.as_deref().map(escape).unwrap_or_default();
        put(
            out,
            format_args!(
                "<figcaption>{caption}{}</figcaption>",
                credit.unwrap_or_default()
            ),
        );
    }
    out.push_str("</figure>\n");
}

fn write_clip(tag: &str, media: &Clip, sources: &Sources<'_>, out: &mut String) {
    if let Some(src) = (sources.file)(&media.asset) {
        let (src, title) = (escape(&src), escape(&media.title));
        put(
            out,
            format_args!(
                "<figure><{tag} controls preload=\"none\" src=\"{src}\" title=\"{title}\"></{tag}>"
            ),
        );
        put(
            out,
            format_args!("<figcaption>{title}</figcaption></figure>\n"),
        );
    }
    if let Some(words) = &media.transcript {
        put(
            out,
            format_args!(
                "<details><summary>文字稿</summary><p>{}</p></details>\n",
                escape(words)
            ),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_and_links_come_out_harmless() {
        let text = [
            Inline {
                text: "<script>alert(1)</script>".into(),
                link: Some("javascript:alert(1)".into()),
                ..Inline::default()
            },
            Inline {
                text: "a\"b".into(),
                bold: true,
                link: Some("https://x.cn/?a=1&b=\"".into()),
                ..Inline::default()
            },
        ];
        assert_eq!(
            inlines(&text),
            "&lt;script&gt;alert(1)&lt;/script&gt;<a href=\"https://x.cn/?a=1&amp;b=&quot;\"><strong>a&quot;b</strong></a>"
        );
    }

    #[test]
    fn a_table_has_its_head_and_body() {
        let cell = |t: &str| crate::block::Cell::plain(t);
        let table = Block::Table {
            caption: None,
            header: 1,
            align: Vec::new(),
            rows: vec![vec![cell("甲")], vec![cell("乙")]],
        };
        let none = |_: &Figure| None;
        let nofile = |_: &Digest| None;
        let html = blocks(
            &[table],
            &Sources {
                picture: &none,
                file: &nofile,
            },
        );
        assert_eq!(
            html.replace('\n', ""),
            "<div class=\"table-scroll\"><table><thead><tr><th scope=\"col\">甲</th></tr></thead><tbody><tr><td>乙</td></tr></tbody></table></div>"
        );
    }
}
