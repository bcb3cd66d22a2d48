//! A government page saved from a browser, as text or HTML: the metadata table, the text, the closing lines.

use std::collections::BTreeMap;

use yigao_core::{
    Block, Content, Finding, Inline, Kind, Severity, block::plain_text, item::Disclosure,
};

use crate::{
    bundle::Bundle,
    characters::Source,
    draft::Draft,
    encoding,
    files::Shelf,
    leftovers, paths,
    problem::{Problem, words},
    reserved::Sieve,
    rules, slug, when,
};

mod chrome;
mod closing;
mod flow;
mod grid;
mod html;
mod layout;
mod linked;
mod marker;
mod marks;
mod piece;
mod prose;
mod reading;
mod table;
mod tags;

use linked::Linked;
use marker::Numbers;
use marks::Marks;
use piece::{Piece, RawPage};
use reading::Reading;
use table::Label;

/// Longest page in bytes.
const TEXT_MAX: usize = 4 * 1024 * 1024;
/// Words in a title that make it a policy document.
const POLICY: [&str; 6] = ["要点", "方案", "办法", "通知", "意见", "规定"];

pub(crate) fn read(bundle: &Bundle) -> Result<Draft, Vec<Problem>> {
    let Some((file, bytes)) = the_page(bundle) else {
        return Err(vec![one_page(&bundle.name)]);
    };
    let decoded = encoding::decode_page(file, bytes, TEXT_MAX).map_err(|problem| vec![problem])?;
    let source = Source {
        file,
        text: &decoded.text,
        body_from: 1,
    };
    let mut sieve = Sieve::default();
    let text = sieve.text("body", &decoded.text);
    let (page, mut reading) = taken_apart(file, &text);
    let mut findings = Vec::new();
    if reading.fields.is_empty() && page.meta(&["articletitle"]).is_none() {
        return Err(vec![no_table(file)]);
    }
    let id = reading
        .fields
        .get(&Label::IndexNumber)
        .and_then(|number| slug::from(number))
        .or_else(|| slug::from(&bundle.name));
    let mut content = metadata(&reading.fields, &mut findings);
    tags::complete(&mut content, &reading, &page, &mut findings);
    let mut problems = Vec::new();
    for (label, what) in [(&content.title, "标题"), (&content.unit, "发布机构")] {
        if label.is_empty() {
            problems.push(missing(file, what));
        }
    }
    findings.extend(reading.dropped());
    let lines = std::mem::take(&mut reading.body);
    let shelf = Shelf::new(bundle, file);
    let mut linked = Linked::new(shelf, &decoded.text, page.base.as_deref());
    body(file, lines, &mut content, &mut linked);
    linked.attach_all(&page.links);
    if content.body.is_empty() {
        problems.push(no_text(file));
    }
    problems.append(&mut linked.problems);
    content.attachments = linked.attachments;
    content.assets = std::mem::take(&mut linked.shelf.assets);
    problems.extend(
        rules::check(file, &content)
            .into_iter()
            .filter(|p| p.code != "title_missing"),
    );
    sieve.rest(&content);
    problems.extend(sieve.problems(&source));
    let Some(id) = id else {
        problems.push(no_id(file));
        return Err(problems);
    };
    if !problems.is_empty() {
        return Err(problems);
    }
    findings.extend(linked.findings);
    findings.append(&mut linked.shelf.findings);
    findings.extend(leftovers::findings(&content));
    findings.extend(decoded.finding);
    findings.extend(sieve.findings(&source));
    Ok(Draft {
        id,
        content,
        files: linked.shelf.files,
        findings,
    })
}

/// The page as marked up, and what its parts are.
fn taken_apart(file: &str, text: &str) -> (RawPage, Reading) {
    if is_html(file) {
        let page = html::pieces(text);
        let reading = reading::of_page(&page);
        (page, reading)
    } else {
        (RawPage::default(), reading::of_text(text))
    }
}

/// The text of a page as blocks.
fn body(file: &str, mut pieces: Vec<Piece>, content: &mut Content, linked: &mut Linked<'_>) {
    pieces.retain(|piece| match piece {
        Piece::Line(line) => plain_text(line) != content.title,
        _ => true,
    });
    linked.resolve(&mut pieces);
    let marks = Marks::of(&pieces);
    let mut numbers = Numbers::default();
    let mut out = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Line(line) => prose::line(&plain_text(&line), &mut numbers, &mut out),
            Piece::Table(table) => match grid::block(file, table, &mut linked.findings) {
                Ok((block, pictures)) => {
                    out.push(block);
                    out.extend(pictures.iter().filter_map(|picture| linked.figure(picture)));
                }
                Err(problem) => linked.problems.push(problem),
            },
            Piece::List(list) => out.extend(flow::list(&list)),
            Piece::Picture(picture) => out.extend(linked.figure(&picture)),
            // Taken apart by the reading.
            Piece::Main { .. } => {}
        }
    }
    let signed = closing::split(&mut out);
    marks.apply(&mut out);
    content.body = out;
    if let Some(disclosure) = &mut content.disclosure {
        disclosure.created = disclosure.created.or(signed);
    }
}

/// The page of a bundle: the only `.html`, or the only `.txt` where there is none. What a browser saved beside it is not the page.
pub(crate) fn the_page(bundle: &Bundle) -> Option<(&str, &[u8])> {
    let only = |wanted: &dyn Fn(&str) -> bool| {
        let mut pages = bundle
            .files
            .iter()
            .filter(|(path, _)| !paths::is_leftover(path) && !is_companion(path) && wanted(path));
        let first = pages.next();
        (first, pages.next().is_some())
    };
    match only(&is_html) {
        (Some(_), true) => None,
        (Some((path, bytes)), false) => Some((path.as_str(), bytes.as_slice())),
        (None, _) => match only(&|path| path.to_ascii_lowercase().ends_with(".txt")) {
            (Some((path, bytes)), false) => Some((path.as_str(), bytes.as_slice())),
            _ => None,
        },
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
    lower.ends_with(".html") || lower.ends_with(".htm") || lower.ends_with(".shtml")
}

/// In the folder that a browser puts beside a complete page: `page_files/`, `page.files/`.
fn is_companion(path: &str) -> bool {
    paths::folder(path)
        .split('/')
        .any(|part| part.ends_with("_files") || part.ends_with(".files"))
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
    let policy = is_policy(&title);
    Content {
        kind: if policy { Kind::Policy } else { Kind::Notice },
        title,
        unit: text(Label::Publisher).unwrap_or_default(),
        column: text(Label::Catalogue),
        dated,
        keywords: keywords(&text(Label::Keywords).unwrap_or_default()),
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

fn is_policy(title: &str) -> bool {
    POLICY.iter().any(|word| title.contains(word))
}

fn keywords(text: &str) -> Vec<String> {
    text.split([' ', ',', '，', '、', ';', '；'])
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
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
