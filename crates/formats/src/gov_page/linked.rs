//! Files and addresses that a page names: pictures and attachments are looked up beside it, links are kept where they lead
//! somewhere, and what is lost is said.

use std::collections::BTreeSet;

use url::Url;
use yigao_core::{
    Block, Digest, Finding, Inline, Severity,
    block::{Figure, plain_text},
    item::Attachment,
};

use super::piece::{Piece, RawLink, RawPicture};
use crate::{
    files::{Shelf, Want},
    paths,
    problem::{Problem, words},
    rules,
};

/// Smallest side of a picture that is one, in pixels: below are the signs of file types.
const SIDE_MIN: u32 = 33;
/// Files that make up the page itself.
const OF_THE_PAGE: [&str; 9] = [
    ".html", ".htm", ".shtml", ".css", ".js", ".php", ".jsp", ".asp", ".aspx",
];
const PICTURES: [&str; 6] = [".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp"];

/// The files beside a page while it is read.
pub(super) struct Linked<'a> {
    pub shelf: Shelf<'a>,
    pub problems: Vec<Problem>,
    pub findings: Vec<Finding>,
    pub attachments: Vec<Attachment>,
    /// The page as it was saved: lines are counted in it.
    source: &'a str,
    base: Option<Url>,
    /// What was said already.
    said: BTreeSet<String>,
}

impl<'a> Linked<'a> {
    pub(super) fn new(shelf: Shelf<'a>, source: &'a str, base: Option<&str>) -> Self {
        Self {
            shelf,
            problems: Vec::new(),
            findings: Vec::new(),
            attachments: Vec::new(),
            source,
            base: base.and_then(|base| Url::parse(base).ok()),
            said: BTreeSet::new(),
        }
    }

    /// Replaces every link of the text by where it leads, or takes it away.
    pub(super) fn resolve(&mut self, pieces: &mut [Piece]) {
        for piece in pieces {
            match piece {
                Piece::Line(line) => self.line(line),
                Piece::Table(table) => {
                    for cell in table.rows.iter_mut().flat_map(|row| &mut row.cells) {
                        self.resolve(&mut cell.pieces);
                    }
                }
                Piece::List(list) => list
                    .items
                    .iter_mut()
                    .for_each(|item| self.resolve(&mut item.pieces)),
                Piece::Main { pieces, .. } => self.resolve(pieces),
                Piece::Picture(_) => {}
            }
        }
    }

    fn line(&mut self, line: &mut [Inline]) {
        let whole = plain_text(line);
        for run in line {
            if let Some(href) = run.link.take() {
                let text = if run.text.trim().is_empty() {
                    &whole
                } else {
                    &run.text
                };
                run.link = self.link(&href, text);
            }
        }
    }

    /// Where a link leads to, when it can be kept.
    fn link(&mut self, href: &str, text: &str) -> Option<String> {
        if href.is_empty() || href.starts_with('#') {
            return None;
        }
        if self.attach(href, text) {
            return None;
        }
        let absolute = self.absolute(href);
        if rules::link_fits(&absolute) {
            return Some(absolute);
        }
        // A picture that leads to itself in large, and what a button does, are no loss.
        let lower = href.to_ascii_lowercase();
        if !has_end(&lower, &PICTURES) && self.said.insert(href.to_owned()) {
            let found = link_dropped(href, text).quoting(text);
            self.findings.push(self.placed(found, href));
        }
        None
    }

    /// The finding at the line where the page names this address.
    fn placed(&self, found: Finding, address: &str) -> Finding {
        let before = self
            .source
            .find(address)
            .and_then(|at| self.source.get(..at));
        match before.filter(|_| !address.is_empty()) {
            Some(before) => found.at(before.matches('\n').count() + 1),
            None => found,
        }
    }

    /// Links of the whole page: attachments often stand below the text, outside of it.
    pub(super) fn attach_all(&mut self, links: &[RawLink]) {
        for link in links {
            self.attach(&link.href, &link.text);
        }
    }

    /// Takes the file a link names as an attachment; whether there is one.
    fn attach(&mut self, href: &str, text: &str) -> bool {
        let Some(path) = self.shelf.find(without_query(href)) else {
            return false;
        };
        let lower = path.to_ascii_lowercase();
        if has_end(&lower, &OF_THE_PAGE) {
            return false;
        }
        if has_end(&lower, &PICTURES) {
            return true;
        }
        if let Some(asset) = self.shelf.take(&path, Want::Any, 0, &mut self.problems) {
            self.add(asset, text.trim(), &path);
        }
        true
    }

    fn add(&mut self, asset: Digest, text: &str, path: &str) {
        if self.attachments.iter().any(|known| known.asset == asset) {
            return;
        }
        let title = if text.is_empty() {
            paths::composed(paths::file_name(path)).into_owned()
        } else {
            text.to_owned()
        };
        self.attachments.push(Attachment { asset, title });
    }

    fn absolute(&self, href: &str) -> String {
        let joined = |base: &Url| base.join(href).ok().map(String::from);
        if rules::link_fits(href) {
            href.to_owned()
        } else if href.starts_with("//") {
            format!("https:{href}")
        } else {
            let found = self.base.as_ref().and_then(joined);
            found.unwrap_or_else(|| href.to_owned())
        }
    }

    /// The picture as a figure, when its file came with the page.
    pub(super) fn figure(&mut self, picture: &RawPicture) -> Option<Block> {
        let Some(path) = self.shelf.find(without_query(&picture.src)) else {
            if self.said.insert(picture.src.clone()) {
                let found = picture_missing(picture).quoting(&picture.alt);
                self.findings.push(self.placed(found, &picture.src));
            }
            return None;
        };
        let digest = self
            .shelf
            .take(&path, Want::Picture, 0, &mut self.problems)?;
        let asset = self.shelf.assets.get(&digest)?;
        let name = asset.name.clone();
        let small = asset.width.is_some_and(|width| width < SIDE_MIN)
            || asset.height.is_some_and(|height| height < SIDE_MIN);
        if small {
            self.findings.push(too_small(&name));
            // Nothing else may name it: what is not shown is not stored.
            self.shelf.assets.remove(&digest);
            self.shelf.files.remove(&digest);
            return None;
        }
        if picture.alt.trim().is_empty() && self.said.insert(format!("alt {name}")) {
            self.findings.push(alt_missing(&name));
        }
        Some(Block::Figure {
            figure: Figure {
                asset: digest,
                alt: picture.alt.clone(),
                caption: None,
                credit: None,
            },
        })
    }
}

fn has_end(lower: &str, ends: &[&str]) -> bool {
    ends.iter().any(|end| lower.ends_with(end))
}

/// The address without what is asked of the server, and without a place in the page.
fn without_query(href: &str) -> &str {
    let end = href.find(['?', '#']).unwrap_or(href.len());
    let path = href.get(..end).unwrap_or(href);
    // An address on the network: only its last part may lie beside the page.
    if path.contains("://") || path.starts_with('/') {
        paths::file_name(path)
    } else {
        path
    }
}

fn link_dropped(href: &str, text: &str) -> Finding {
    let (href, text) = (paths::shown(href), paths::shown(text));
    Finding::new(
        Severity::Warn,
        "link_dropped",
        "body",
        words(
            format!(
                "“{text}”的链接“{href}”离开原网站就打不开，文件也没有一起保存，已去掉链接，文字保留。"
            ),
            format!(
                "The link {href:?} of {text:?} leads nowhere outside of its site, and no such file came with the page; the text stays without it."
            ),
        ),
        words(
            "附件请下载后与网页放在同一文件夹再导入；其他链接请在网页里改成以 http 开头的完整网址。",
            "Put the attachment beside the page and import again; write other links with their whole address.",
        ),
    )
}

fn picture_missing(picture: &RawPicture) -> Finding {
    let embedded = picture.src.starts_with("data:");
    let src = if embedded {
        "data:…".to_owned()
    } else {
        paths::shown(&picture.src)
    };
    let alt = paths::shown(&picture.alt);
    Finding::new(
        Severity::Warn,
        "picture_missing",
        "body",
        words(
            format!("正文里的图片“{src}”（{alt}）没有一起保存，未导入。"),
            format!(
                "The picture {src:?} ({alt}) of the text did not come with the page and was left out."
            ),
        ),
        words(
            "请把图片文件存到网页所在的文件夹再导入，或用浏览器“另存为”保存完整网页。",
            "Put the picture into the page's folder, or save the complete page in the browser, and import again.",
        ),
    )
}

fn too_small(name: &str) -> Finding {
    Finding::new(
        Severity::Note,
        "picture_too_small",
        format!("asset/{name}"),
        words(
            format!("图片“{name}”不到 {SIDE_MIN} 像素，按图标处理，未导入。"),
            format!(
                "The picture {name:?} has fewer than {SIDE_MIN} pixels, was taken for a sign and left out."
            ),
        ),
        words(
            "如确是正文图片，请换成清晰的原图再导入。",
            "If it belongs to the text, put a clear original in its place and import again.",
        ),
    )
}

fn alt_missing(name: &str) -> Finding {
    rules::alt_missing(
        name,
        words(
            "请在网页的 <img> 里用 alt=\"…\" 写一句话说明图片内容，再导入。",
            "Say in one sentence in alt=\"…\" of the page's <img> what the picture shows, and import again.",
        ),
    )
}
