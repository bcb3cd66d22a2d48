//! The parts of an article that readers see, as markup and as leaves, in one order.

use yigao_core::html::escape;
use yigao_core::{AiUse, Leaf, LeafKind};

use super::text::{Fact, File, Text};

/// 标识 owed by 《人工智能生成合成内容标识办法》 (in force 2025-09-01); assisted work is the person's own and bears none.
pub fn ai_label(ai: Option<AiUse>) -> Option<&'static str> {
    match ai {
        Some(AiUse::Generated) => Some("本内容由人工智能生成"),
        Some(AiUse::Assisted) | None => None,
    }
}

/// Opens what `readback` compares before the main text: disclosure and event facts.
pub const FACTS_BEGIN: &str = "<!--facts-begin-->";
pub const FACTS_END: &str = "<!--facts-end-->";
/// Opens the main text.
pub const CONTENT_BEGIN: &str = "<!--content-begin-->";
pub const CONTENT_END: &str = "<!--content-end-->";

/// The marked regions of an article. `href` is the address of an attachment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regions {
    pub facts: String,
    pub content: String,
}

pub fn regions(text: &Text, href: &dyn Fn(&File) -> Option<String>) -> Regions {
    let mut facts = String::new();
    if let Some(rows) = &text.disclosure {
        facts.push_str(&table("disclosure", "政府信息公开要素", rows));
    }
    if !text.event.is_empty() {
        facts.push_str(&table("event", "活动信息", &text.event));
    }
    let mut content = String::new();
    if let Some(label) = ai_label(text.ai) {
        content.push_str(&format!("<p class=\"ai-label\">{label}</p>\n"));
    }
    content.push_str(&text.body);
    if !text.guide.is_empty() {
        content.push_str(&table("guide", "办事要素", &text.guide));
    }
    content.push_str(&attachments(&text.attachments, href));
    Regions { facts, content }
}

/// 来源, 发布时间, 责任单位; `times` are printed when the article has been published.
pub fn byline(text: &Text, times: Option<(&str, &str)>) -> String {
    let mut rows = vec![("来源", text.source.as_str())];
    if let Some((published, updated)) = times {
        rows.push(("发布时间", published));
        if updated != published {
            rows.push(("更新时间", updated));
        }
        if let Some(dated) = text.dated.as_deref().filter(|d| !published.starts_with(d)) {
            rows.push(("稿件日期", dated));
        }
    }
    rows.push(("责任单位", text.unit.as_str()));
    rows.extend(text.author.as_deref().map(|author| ("作者", author)));
    rows.iter()
        .filter(|(_, value)| !value.trim().is_empty())
        .map(|(label, value)| format!("<span>{label}：{}</span>", escape(value)))
        .collect::<Vec<_>>()
        .join(" ")
}

fn table(class: &str, label: &str, rows: &[Fact]) -> String {
    let mut out = format!("<dl class=\"facts {class}\" aria-label=\"{label}\">\n");
    for (row, width) in rows.iter().zip(widths(rows)) {
        let class = match width {
            Width::Half => "fact",
            Width::Whole => "fact wide",
        };
        out.push_str(&format!(
            "<div class=\"{class}\"><dt>{}</dt><dd>{}</dd></div>\n",
            escape(&row.label),
            escape(&row.value)
        ));
    }
    out.push_str("</dl>\n");
    out
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Width {
    Half,
    Whole,
}

/// Two short facts share a line, a long one has its own; no half line stays empty.
fn widths(rows: &[Fact]) -> Vec<Width> {
    let long = |row: &Fact| row.label == "内容概述" || ems(&row.value) > HALF;
    let mut out: Vec<Width> = Vec::new();
    let mut halves = 0;
    for row in rows {
        if long(row) {
            widen(&mut out, halves);
            halves = 0;
            out.push(Width::Whole);
        } else {
            halves += 1;
            out.push(Width::Half);
        }
    }
    widen(&mut out, halves);
    out
}

/// The last of an odd number of halves takes the whole line.
fn widen(out: &mut [Width], halves: usize) {
    if halves % 2 == 1
        && let Some(last) = out.last_mut()
    {
        *last = Width::Whole;
    }
}

/// Width of a value that half a line holds, in Chinese characters.
const HALF: usize = 24;

/// Latin letters and digits are half as wide.
fn ems(text: &str) -> usize {
    let halves: usize = text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
    halves.div_ceil(2)
}

fn attachments(files: &[File], href: &dyn Fn(&File) -> Option<String>) -> String {
    if files.is_empty() {
        return String::new();
    }
    let mut out = "<div class=\"attachments\">\n<h2>附件</h2>\n<ul>\n".to_owned();
    for file in files {
        let target = href(file)
            .map(|h| format!(" href=\"{}\" download", escape(&h)))
            .unwrap_or_default();
        out.push_str(&format!(
            "<li><a data-leaf=\"{}\"{target}>{}</a> <span class=\"size\">{}，{}</span></li>\n",
            escape(&file.name),
            escape(&file.title),
            type_name(&file.media_type),
            size(file.bytes)
        ));
    }
    out.push_str("</ul>\n</div>\n");
    out
}

/// A media type as people call it.
fn type_name(media_type: &str) -> &'static str {
    match media_type {
        "application/pdf" => "PDF",
        "application/msword" => "DOC",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => "DOCX",
        "application/vnd.ms-excel" => "XLS",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => "XLSX",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation" => "PPTX",
        "application/zip" => "ZIP",
        "image/jpeg" => "JPG",
        "image/png" => "PNG",
        "text/plain" => "TXT",
        "text/csv" => "CSV",
        "video/mp4" => "MP4",
        "audio/mpeg" => "MP3",
        _ => "文件",
    }
}

/// Bytes as people read them.
fn size(bytes: u64) -> String {
    let tenths = |unit: u64| {
        let tenths = bytes.saturating_mul(10).div_ceil(unit);
        format!("{}.{}", tenths / 10, tenths % 10)
    };
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} KB", bytes.div_ceil(1024)),
        _ => format!("{} MB", tenths(1_048_576)),
    }
}

/// All leaves of an article: `main` are those of title and blocks, as the shared function takes them.
pub fn leaves(text: &Text, main: Vec<Leaf>) -> Vec<Leaf> {
    let mut main = main.into_iter();
    let mut out: Vec<Leaf> = main.next().into_iter().collect();
    out.extend(text.subtitle.as_ref().map(|s| Leaf::new(LeafKind::Text, s)));
    out.extend(text.disclosure.iter().flatten().map(Fact::leaf));
    out.extend(text.event.iter().map(Fact::leaf));
    out.extend(ai_label(text.ai).map(|label| Leaf::new(LeafKind::Text, label)));
    out.extend(main);
    out.extend(text.guide.iter().map(Fact::leaf));
    let links = text.attachments.iter();
    out.extend(links.map(|f| Leaf::new(LeafKind::Link, &f.title)));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_half_line_stays_empty() {
        let row = |value: &str| Fact::new("甲", value);
        let long = "文".repeat(60);
        let rows = [row("1"), row("2"), row("3"), row(&long), row("4")];
        use Width::{Half, Whole};
        assert_eq!(widths(&rows), [Half, Half, Whole, Whole, Whole]);
    }

    #[test]
    fn sizes_are_rounded_up_as_people_read_them() {
        let seen: Vec<String> = [900, 2048, 2049, 1_572_864].map(size).into();
        assert_eq!(seen, ["900 B", "2 KB", "3 KB", "1.5 MB"]);
    }
}
