//! Small files and small ways to read them.

use std::collections::BTreeMap;

use yigao_core::{Asset, Block, Digest};
use yigao_formats::{Bundle, Draft, Format, Problem, read};
use yigao_paint::{Scene, jpeg};

pub(crate) fn picture(seed: u64) -> Vec<u8> {
    jpeg(Scene::River, 64, 48, seed, 60).unwrap()
}

pub(crate) fn bundle(files: &[(&str, &[u8])]) -> Bundle {
    let files = files
        .iter()
        .map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec()))
        .collect();
    Bundle {
        name: "sample".to_owned(),
        files,
        ..Bundle::default()
    }
}

pub(crate) const MATTER: &str = "---\ntitle: 春日市集\nunit: 青川市文化和旅游局\n---\n";

/// An item with this body. The body begins in line 5.
pub(crate) fn item(body: &str) -> Bundle {
    let text = format!("{MATTER}{body}");
    bundle(&[
        ("a.md", text.as_bytes()),
        ("p.jpg", &picture(1)),
        ("q.jpg", &picture(2)),
    ])
}

pub(crate) fn draft(body: &str) -> Draft {
    read(&item(body), Format::Markdown).unwrap_or_else(|problems| panic!("{body}\n{problems:#?}"))
}

pub(crate) fn body(text: &str) -> Vec<Block> {
    draft(text).content.body
}

/// What a body is refused for.
pub(crate) fn refused(text: &str) -> Vec<(String, Option<usize>)> {
    refusals(&item(text), Format::Markdown)
}

pub(crate) fn refusals(bundle: &Bundle, format: Format) -> Vec<(String, Option<usize>)> {
    let problems = read(bundle, format).expect_err("should be refused");
    codes(&problems)
}

pub(crate) fn codes(problems: &[Problem]) -> Vec<(String, Option<usize>)> {
    for problem in problems {
        assert!(
            !problem.message.zh.is_empty()
                && !problem.message.en.is_empty()
                && !problem.advice.zh.is_empty()
                && !problem.advice.en.is_empty()
        );
    }
    problems.iter().map(|p| (p.code.clone(), p.line)).collect()
}

pub(crate) fn one(code: &str, line: usize) -> Vec<(String, Option<usize>)> {
    vec![(code.to_owned(), Some(line))]
}

pub(crate) fn asset(name: &str, media_type: &str, bytes: &[u8]) -> Asset {
    let picture = media_type.starts_with("image/");
    Asset {
        digest: Digest::of_bytes(bytes),
        name: name.to_owned(),
        media_type: media_type.to_owned(),
        bytes: bytes.len() as u64,
        width: picture.then_some(64),
        height: picture.then_some(48),
        credit: None,
        ai: None,
        focus: None,
    }
}

pub(crate) fn by_digest<'a>(files: impl Iterator<Item = &'a [u8]>) -> BTreeMap<Digest, Vec<u8>> {
    files
        .map(|bytes| (Digest::of_bytes(bytes), bytes.to_vec()))
        .collect()
}
