//! A government page saved from a browser, as text or HTML: the metadata table, the text, the closing lines.

use std::collections::BTreeMap;

use yigao_core::{Block, Content, Finding, Inline, Kind, Severity, item::Disclosure};

use crate::{
    bundle::Bundle,
    draft::Draft,
    encoding, paths,
    problem::{Problem, words},
    reserved::Sieve,
    rules, slug, when,
};

mod chrome;
mod closing;
mod html;
mod marker;
mod prose;
mod table;

use table::Label;

/// Longest page in bytes.
const TEXT_MAX: usize = 4 * 1024 * 1024;
/// Words in a title that make it a policy document.
const POLICY: [&str; 6] = ["要点", "方案", "办法", "通知", "意见", "规定"];

pub(crate) fn read(bundle: &Bundle) -> Result<Draft, Vec<Problem>> {
    let (file, bytes) = the_page(bundle).ok_or_else(|| vec![one_page(&bundle.name)])?;
    let decoded = encoding::decode_page(file, bytes, TEXT_MAX).map_err(|problem| vec![problem])?;
    let mut sieve = Sieve::default();
    let text = sieve.text("body", &decoded.text);
    let text = if is_html(file) {
        html::text(&text)
    } else {
        text
    };
    let mut findings = Vec::new();
    let page = table::read(&text);
    let mut problems = Vec::new();
    if page.fields.is_empty() {
        problems.push(no_table(file));
        return Err(problems);
    }
    let id = page
        .fields
        .get(&Label::IndexNumber)
        .and_then(|number| slug::from(number))
        .or_else(|| slug::from(&bundle.name));
    let mut content = metadata(&page.fields, &mut findings);
    for (label, what) in [(&content.title, "标题"), (&content.unit, "发布机构")] {
        if label.is_empty() {
            problems.push(missing(file, what));
        }
    }
    let lines = page
        .body
        .iter()
        .filter(|line| line.as_str() != content.title);
    content.body = prose::blocks(lines.map(String::as_str));
    let signed = closing::split(&mut content.body);
    if let Some(disclosure) = &mut content.disclosure {
        disclosure.created = disclosure.created.or(signed);
    }
    if content.body.is_empty() {
        problems.push(no_text(file));
    }
    problems.extend(
        rules::check(file, &content)
            .into_iter()
            .filter(|p| p.code != "title_missing"),
    );
    let Some(id) = id else {
        problems.push(no_id(file));
        return Err(problems);
    };
    if !problems.is_empty() {
        return Err(problems);
    }
    findings.extend(page.dropped());
    findings.extend(decoded.finding);
    findings.extend(sieve.findings());
    Ok(Draft {
        id,
        content,
        files: BTreeMap::new(),
        findings,
    })
}

/// The only page of a bundle.
pub(crate) fn the_page(bundle: &Bundle) -> Option<(&str, &[u8])> {
    let mut pages = bundle.files.iter().filter(|(path, _)| {
        let name = paths::file_name(path).to_ascii_lowercase();
        !paths::is_leftover(path) && (name.ends_with(".txt") || is_html(&name))
    });
    match (pages.next(), pages.next()) {
        (Some((path, bytes)), None) => Some((path, bytes)),
        _ => None,
    }
}

fn one_page(bundle: &str) -> Problem {
    Problem::new(
        bundle,
        "one_text",
        words(
            "应有且只有一个 .txt 或 .html 文件。",
            "There must be exactly one .txt or .html file.",
        ),
        words("一次导入一个网页。", "Import one page at a time."),
    )
}

fn is_html(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    lower.ends_with(".html") || lower.ends_with(".htm")
}

/// The content that the table alone gives.
fn metadata(fields: &BTreeMap<Label, String>, findings: &mut Vec<Finding>) -> Content {
    let text = |label: Label| fields.get(&label).cloned();
    let mut day = |label: Label| {
        let text = fields.get(&label)?;
        // A time of day may follow: 2019/04/23 09:30.
        let found = when::day(text.split_whitespace().next().unwrap_or(text));
        if found.is_none() {
            findings.push(unread(label, text));
        }
        found
    };
    let (dated, created) = (day(Label::Dated), day(Label::Created));
    let manner = fields.get(&Label::Manner).and_then(|text| {
        let found = named(&crate::markdown::MANNERS, text);
        if found.is_none() {
            findings.push(unread(Label::Manner, text));
        }
        found
    });
    let validity = fields.get(&Label::Validity).and_then(|text| {
        let text = if matches!(text.as_str(), "有效" | "现行") {
            "现行有效"
        } else {
            text
        };
        let found = named(&crate::markdown::VALIDITIES, text);
        if found.is_none() {
            findings.push(unread(Label::Validity, text));
        }
        found
    });
    let title = text(Label::Title).unwrap_or_default();
    let policy = POLICY.iter().any(|word| title.contains(word));
    let keywords = text(Label::Keywords).unwrap_or_default();
    Content {
        kind: if policy { Kind::Policy } else { Kind::Notice },
        title,
        unit: text(Label::Publisher).unwrap_or_default(),
        column: text(Label::Catalogue),
        dated,
        keywords: keywords
            .split([' ', ',', '，', '、', ';', '；'])
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect(),
        disclosure: Some(Disclosure {
            index_number: text(Label::IndexNumber),
            publisher: text(Label::Publisher),
            catalogue: text(Label::Catalogue),
            document_number: text(Label::DocumentNumber),
            manner,
            manner_reason: None,
            created,
            validity,
            overview: text(Label::Overview),
        }),
        ..Content::default()
    }
}

fn named<T: Copy>(among: &[(&str, &str, T)], text: &str) -> Option<T> {
    among
        .iter()
        .find(|(_, zh, _)| *zh == text)
        .map(|(.., value)| *value)
}

fn unread(label: Label, text: &str) -> Finding {
    let name = label.name();
    Finding::new(
        Severity::Warn,
        "value_not_read",
        format!("disclosure/{name}"),
        words(
            format!("“{name}”的值“{text}”没有读懂，已留空。"),
            format!("The value {text:?} of {name} was not understood and left empty."),
        ),
        words("请在导入后补填。", "Fill it in after the import."),
    )
}

/// A paragraph of plain text.
pub(crate) fn paragraph(text: &str) -> Block {
    Block::Paragraph {
        text: vec![Inline::plain(text)],
    }
}

fn no_table(file: &str) -> Problem {
    Problem::new(
        file,
        "no_metadata",
        words(
            "页面里没有“索引号、发布机构、标题”一类的信息表。",
            "The page has no table with 索引号, 发布机构, 标题.",
        ),
        words(
            "请保存完整网页（含上方信息表），或改用 Markdown 格式。",
            "Save the whole page with the table above the text, or use Markdown.",
        ),
    )
}

fn missing(file: &str, what: &str) -> Problem {
    Problem::new(
        file,
        "missing_key",
        words(
            format!("信息表里没有“{what}”。"),
            format!("The table has no {what}."),
        ),
        words(
            format!("请在文件里补一行“{what} | … |”。"),
            format!("Add a line `{what} | … |` to the file."),
        ),
    )
}

fn no_text(file: &str) -> Problem {
    Problem::new(
        file,
        "no_text",
        words("信息表后面没有正文。", "No text follows the table."),
        words("请保存完整网页。", "Save the whole page."),
    )
}

fn no_id(file: &str) -> Problem {
    Problem::new(
        file,
        "id_missing",
        words(
            "没有索引号，文件夹名也不能用作稿件名。",
            "There is no index number, and the folder's name cannot serve as the item's.",
        ),
        words(
            "请把文件夹改成字母和数字的名字。",
            "Give the folder a name of letters and digits.",
        ),
    )
}
