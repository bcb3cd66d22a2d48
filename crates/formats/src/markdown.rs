//! Markdown with front matter: what people write by hand.

use yigao_core::{Finding, block::BLOCKS_MAX};

use crate::{
    bundle::Bundle,
    draft::Draft,
    encoding,
    files::Shelf,
    paths,
    problem::{Problem, words},
    reserved::Sieve,
    rules, slug, yaml,
};

mod asset_paths;
mod blocks;
mod body;
mod bold;
mod directive;
mod fences;
mod fields;
mod info_string;
mod inline;
mod matter;
mod media;
mod say;
mod texts;
mod write;
mod write_blocks;
mod write_inline;

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
}

impl Reading<'_> {
    pub(crate) fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }
}

pub(crate) fn read(bundle: &Bundle) -> Result<Draft, Vec<Problem>> {
    let (file, bytes) = the_text(bundle).map_err(|problem| vec![problem])?;
    let decoded = encoding::decode(file, bytes, TEXT_MAX).map_err(|problem| vec![problem])?;
    let parts = split(file, &decoded.text).map_err(|problem| vec![problem])?;
    let mut reading = Reading {
        file,
        shelf: Shelf::new(bundle, file),
        problems: Vec::new(),
        findings: decoded.finding.into_iter().collect(),
        sieve: Sieve::default(),
        blocks_left: BLOCKS_MAX,
    };
    let front = match yaml::parse(file, parts.matter, 2) {
        Ok(node) => Some(matter::read(&mut reading, node)),
        Err(problem) => {
            reading.problem(problem);
            None
        }
    };
    let body = body::read(&mut reading, parts.body, parts.body_line, 0);
    reading.shelf.take_listed(&mut reading.problems);
    let Some((id, mut content)) = front else {
        return Err(reading.problems);
    };
    let id = id.or_else(|| slug::from(&bundle.name));
    content.body = body;
    content.assets = std::mem::take(&mut reading.shelf.assets);
    // The builder has named these with their lines; what is left are rules between several places.
    if reading.problems.is_empty() {
        reading.problems.extend(rules::check(file, &content));
    }
    let Some(id) = id else {
        reading.problem(say::id_missing(file, &bundle.name));
        return Err(reading.problems);
    };
    if !reading.problems.is_empty() {
        return Err(reading.problems);
    }
    let mut findings = reading.findings;
    findings.extend(rules::findings(&content));
    findings.extend(reading.shelf.unused());
    findings.append(&mut reading.shelf.findings);
    findings.extend(reading.sieve.findings());
    Ok(Draft {
        id,
        content,
        files: reading.shelf.files,
        findings,
    })
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
                "请在第一行写 ---，接着写 title: 标题 和 unit: 发布单位，再写一行 ---。",
                "Begin with a line ---, then `title: …` and `unit: …`, then another line ---.",
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
