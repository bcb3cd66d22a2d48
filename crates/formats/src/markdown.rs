//! Markdown with front matter: what people write by hand.

use yigao_core::{
    Content, Finding, Focus, ItemId,
    block::{BLOCKS_MAX, figures},
};

use crate::{
    bundle::Bundle,
    characters::Source,
    draft::Draft,
    encoding,
    files::Shelf,
    markdown::notes::Notes,
    paths,
    problem::{Problem, words},
    reserved::Sieve,
    rules, slug,
    yaml::{self, Node, Root},
};

mod asset_paths;
mod blocks;
mod body;
mod coverage;
mod directive;
mod fenced;
mod fences;
mod fields;
mod info_string;
mod inline;
mod lists;
mod matter;
mod media;
mod mend;
mod note_blocks;
mod notes;
mod options;
mod said;
mod say;
mod table_block;
mod texts;
mod write;
mod write_blocks;
mod write_fence;
mod write_inline;
mod write_list;
mod write_table;

pub(crate) use matter::{MANNERS, VALIDITIES};
pub(crate) use write::write;

/// Longest text in bytes: some 600,000 characters.
const TEXT_MAX: usize = 2 * 1024 * 1024;
/// Longest front matter in bytes.
const MATTER_MAX: usize = 256 * 1024;

/// One item while it is read.
pub(crate) struct Reading<'a> {
    pub file: &'a str,
    pub shelf: Shelf<'a>,
    pub problems: Vec<Problem>,
    pub findings: Vec<Finding>,
    pub sieve: Sieve,
    /// How many blocks the body may still have.
    pub blocks_left: usize,
    pub notes: Notes,
    /// The focus of a cover that is not named: the first picture of the body.
    pub cover_focus: Option<Focus>,
}

pub(crate) fn read(bundle: &Bundle, sieve: Sieve) -> Result<Draft, Vec<Problem>> {
    let (file, bytes) = the_text(bundle).map_err(|problem| vec![problem])?;
    let decoded = encoding::decode(file, bytes, TEXT_MAX).map_err(|problem| vec![problem])?;
    let parts = split(file, &decoded.text).map_err(|problem| vec![problem])?;
    let source = Source {
        file,
        text: &decoded.text,
        body_from: parts.body_line,
    };
    let mut reading = Reading {
        file,
        shelf: Shelf::new(bundle, file),
        problems: Vec::new(),
        findings: decoded.finding.into_iter().collect(),
        sieve,
        blocks_left: BLOCKS_MAX,
        notes: Notes::default(),
        cover_focus: None,
    };
    let made = item(&mut reading, bundle, &parts);
    reading.problems.extend(reading.sieve.problems(&source));
    let Some((id, content)) = made.filter(|_| reading.problems.is_empty()) else {
        return Err(quoting(reading.problems, &source));
    };
    let mut findings = reading.findings;
    findings.sort_by_key(|finding| finding.line);
    findings.extend(rules::findings(&content));
    findings.extend(reading.shelf.unused());
    findings.append(&mut reading.shelf.findings);
    findings.extend(reading.sieve.findings(&source));
    Ok(Draft {
        id,
        content,
        files: reading.shelf.files,
        findings,
    })
}

impl Reading<'_> {
    /// The values of YAML whose first line is line `first` of the file; what is wrong with them is said.
    pub(crate) fn yaml(&mut self, text: &str, first: usize, root: Root) -> Option<Node> {
        let parsed = yaml::parse(self.file, text, first, root);
        self.problems.extend(parsed.problems);
        parsed
            .findings
            .into_iter()
            .for_each(|finding| self.finding(finding));
        parsed.node
    }
}

/// The item as far as it can be made; `None` when it has no name or its front matter cannot be read.
fn item(
    reading: &mut Reading<'_>,
    bundle: &Bundle,
    parts: &Parts<'_>,
) -> Option<(ItemId, Content)> {
    reading.notes.learn(parts.body);
    let front = reading
        .yaml(parts.matter, 2, Root::Matter)
        .map(|node| matter::read(reading, node));
    let mut body = body::read(reading, parts.body, parts.body_line, 0);
    body.extend(reading.notes_block());
    if let Some(first) = figures(&body).first() {
        let focus = reading.cover_focus;
        reading.shelf.set_focus(&first.asset, focus);
    }
    reading.shelf.take_listed(&mut reading.problems);
    let (id, mut content) = front?;
    content.body = body;
    content.assets = std::mem::take(&mut reading.shelf.assets);
    reading.sieve.rest(&content);
    // The builder has named these with their lines; what is left are rules between several places.
    if reading.problems.is_empty() {
        reading
            .problems
            .extend(rules::check(reading.file, &content));
    }
    let id = id.or_else(|| slug::from(&bundle.name));
    if id.is_none() {
        reading.problem(say::id_missing(reading.file, &bundle.name));
    }
    Some((id?, content))
}

/// Problems of the front matter show the line as it was typed.
fn quoting(problems: Vec<Problem>, source: &Source<'_>) -> Vec<Problem> {
    let codes = [
        "malformed_yaml",
        "wrong_value",
        "unknown_key",
        "duplicate_key",
    ];
    let shown = |problem: &Problem| {
        let quoted = codes.contains(&problem.code.as_str()) && problem.file == source.file;
        let line = source.line(problem.line.filter(|_| quoted)?)?.trim();
        (!line.is_empty()).then(|| paths::shown(line))
    };
    problems
        .into_iter()
        .map(|mut problem| {
            if let Some(line) = shown(&problem) {
                problem.message.zh.push_str(&format!("原文：`{line}`"));
                problem.message.en.push_str(&format!(" It reads `{line}`"));
            }
            problem
        })
        .collect()
}

/// The only Markdown file.
fn the_text(bundle: &Bundle) -> Result<(&str, &[u8]), Problem> {
    let mut texts = bundle.files.iter().filter(|(path, _)| {
        let name = paths::file_name(path).to_ascii_lowercase();
        !paths::is_leftover(path) && (name.ends_with(".md") || name.ends_with(".markdown"))
    });
    match (texts.next(), texts.next()) {
        (Some((path, bytes)), None) => Ok((path, bytes)),
        (found, _) => Err(Problem::new(
            &bundle.name,
            "one_text",
            match found {
                None => words("没有 .md 文件。", "There is no .md file."),
                Some(_) => words("有不止一个 .md 文件。", "There is more than one .md file."),
            },
            words(
                "一个稿件文件夹里放一个 .md 文件。",
                "Put exactly one .md file into an item's folder.",
            ),
        )),
    }
}

struct Parts<'a> {
    matter: &'a str,
    body: &'a str,
    body_line: usize,
}

/// The text between the two `---` lines, and the rest.
fn split<'a>(file: &str, text: &'a str) -> Result<Parts<'a>, Problem> {
    let missing = || {
        Problem::new(
            file,
            "front_matter_missing",
            words(
                "文件开头没有两行 --- 之间的稿件信息。",
                "The file does not begin with front matter between two lines of ---.",
            ),
            words(
                "请在开头写（⏎ 处换行）：--- ⏎ title: 标题 ⏎ unit: 发布单位 ⏎ ---",
                "Begin with (a new line at each ⏎): --- ⏎ title: … ⏎ unit: … ⏎ ---",
            ),
        )
        .at(1)
    };
    let mut at = 0;
    let mut begins = None;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let start = at;
        at += line.len();
        let bar = line.trim_end() == "---";
        match begins {
            None if index == 0 && bar => begins = Some(at),
            None => return Err(missing()),
            Some(from) if bar => {
                let matter = text.get(from..start).unwrap_or_default();
                if matter.len() > MATTER_MAX {
                    return Err(say::matter_too_large(file, MATTER_MAX));
                }
                let body = text.get(at..).unwrap_or_default();
                return Ok(Parts {
                    matter,
                    body,
                    body_line: index + 2,
                });
            }
            Some(_) => {}
        }
    }
    Err(missing())
}
