//! Which format a bundle is in, and the two ways through it.

use yigao_core::{Content, Digest, Version};

use crate::{
    bundle::Bundle,
    draft::Draft,
    encoding, gov_page, json, markdown, paths,
    problem::{Problem, words},
    reserved::Sieve,
};

/// How far into a page its metadata table is looked up.
const LOOK: usize = 64 * 1024;
/// Words that only such a page has near its beginning: labels of the table, or the tag of its title.
const PAGE: [&str; 6] = [
    "索引号",
    "发布机构",
    "发文机关",
    "索引號",
    "發布機構",
    "articletitle",
];

/// A format items are imported from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One Markdown file with front matter, and the files it names.
    Markdown,
    /// `item.json` and `assets/`.
    Json,
    /// A government page saved as text or HTML.
    GovPage,
}

/// The format of a bundle, when it is plainly one.
pub fn detect(bundle: &Bundle) -> Option<Format> {
    if bundle.files.contains_key(json::FILE) {
        return Some(Format::Json);
    }
    let is_markdown = |path: &String| {
        let lower = path.to_ascii_lowercase();
        !paths::is_leftover(path) && [".md", ".markdown"].iter().any(|end| lower.ends_with(end))
    };
    // More than one is a mistake that reading names.
    if bundle.files.keys().any(is_markdown) {
        return Some(Format::Markdown);
    }
    let (_, bytes) = gov_page::the_page(bundle)?;
    let head = bytes.get(..LOOK).unwrap_or(bytes);
    encoding::mentions(head, &PAGE).then_some(Format::GovPage)
}

/// Reads an item. Nothing is fetched, nothing is stored.
///
/// # Errors
/// All problems at once, each with its place and what to do.
pub fn read(bundle: &Bundle, format: Format) -> Result<Draft, Vec<Problem>> {
    let mut draft = read_with(bundle, format, Sieve::default())?;
    draft.findings.extend(bundle.findings.iter().cloned());
    Ok(draft)
}

fn read_with(bundle: &Bundle, format: Format, sieve: Sieve) -> Result<Draft, Vec<Problem>> {
    match format {
        Format::Markdown => markdown::read(bundle, sieve),
        Format::Json => json::read(bundle, sieve),
        Format::GovPage => gov_page::read(bundle),
    }
}

/// Writes a version so that [`read`] gives the same content digest; `file` answers with an original's bytes.
///
/// # Errors
/// An original that is not there; a content that the format cannot say exactly (the result is read back and
/// compared before it is handed out); a government page, which is only read.
pub fn write(
    version: &Version,
    format: Format,
    file: &dyn Fn(&Digest) -> Option<Vec<u8>>,
) -> Result<Bundle, Problem> {
    let bundle = match format {
        Format::Markdown => markdown::write(version, file)?,
        Format::Json => json::write(version, file)?,
        Format::GovPage => return Err(read_only()),
    };
    match read_with(&bundle, format, Sieve::exact()) {
        Ok(draft) if draft.id != version.item => Err(inexact("id", None)),
        Ok(draft) if Digest::of_json(&draft.content) == Digest::of_json(&version.content) => {
            Ok(bundle)
        }
        Ok(draft) => Err(inexact(&difference(&draft.content, &version.content), None)),
        Err(problems) => Err(inexact("body", problems.first())),
    }
}

/// The fields that came back otherwise.
fn difference(one: &Content, other: &Content) -> String {
    let fields = |content| match serde_json::to_value(content) {
        Ok(serde_json::Value::Object(fields)) => fields,
        _ => serde_json::Map::new(),
    };
    let (one, other) = (fields(one), fields(other));
    let mut keys: Vec<&str> = one
        .keys()
        .chain(other.keys())
        .filter(|key| one.get(*key) != other.get(*key))
        .map(String::as_str)
        .collect();
    keys.sort_unstable();
    keys.dedup();
    keys.join(", ")
}

fn inexact(place: &str, because: Option<&Problem>) -> Problem {
    let (zh, en) = because.map_or_else(Default::default, |p| {
        (p.message.zh.clone(), p.message.en.clone())
    });
    Problem::new(
        place,
        "not_expressible",
        words(
            format!("这篇稿件的 {place} 不能用该格式原样表达。{zh}"),
            format!("This format cannot say {place} of the item exactly. {en}"),
        ),
        words("请导出为 JSON。", "Export as JSON."),
    )
}

fn read_only() -> Problem {
    Problem::new(
        "",
        "format_read_only",
        words(
            "政府网页格式只能导入，不能导出。",
            "Government pages are read, not written.",
        ),
        words("请导出为 Markdown 或 JSON。", "Export as Markdown or JSON."),
    )
}
