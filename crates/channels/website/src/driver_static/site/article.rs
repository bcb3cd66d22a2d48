//! The page of an article.

use yigao_core::html::escape;
use yigao_core::time::minute_in_shanghai;

use super::{
    frame::{Frame, Robots, climb, column_path},
    related::{Related, Role},
};
use crate::driver_static::{config::Settings, payload::Article};
use yigao_article::{
    body::{CONTENT_BEGIN, CONTENT_END, FACTS_BEGIN, FACTS_END, Regions, byline, regions},
    render::COVER,
};

/// Size buttons and printing; hidden until the script runs, so that no dead button is shown without it.
const SCRIPT: &str = concat!("<script>\n", include_str!("article.js"), "</script>\n");
const TOOLS: &str = "<p class=\"tools\" hidden><span class=\"sizes\">【字体：<button type=\"button\" data-size=\"l\" aria-pressed=\"false\">大</button> <button type=\"button\" data-size=\"m\" aria-pressed=\"true\">中</button> <button type=\"button\" data-size=\"s\" aria-pressed=\"false\">小</button>】</span> <button type=\"button\" data-print>打印</button></p>\n";

/// The marked regions as they are on the page.
pub(in crate::driver_static) fn marked(article: &Article) -> Regions {
    let root = climb(&article.path);
    regions(&article.text, &|file| {
        let placed = article.media.get(&file.name)?;
        Some(format!("{root}{}", placed.path))
    })
}

/// Builds the page.
pub(in crate::driver_static) fn page(
    settings: &Settings,
    article: &Article,
    related: &[Related],
) -> String {
    let text = &article.text;
    let root = climb(&article.path);
    let column = settings
        .columns
        .named(&text.column)
        .unwrap_or_else(|| settings.columns.of_kind(text.kind));
    let published = minute_in_shanghai(article.published_at);
    let updated = minute_in_shanghai(article.updated_at);
    let regions = marked(article);
    let subtitle = text
        .subtitle
        .as_deref()
        .map(|s| format!("<p class=\"subtitle\">{}</p>\n", escape(s)))
        .unwrap_or_default();
    let main = format!(
        "<article class=\"article\">\n<header>\n<h1 data-leaf=\"title\">{}</h1>\n{subtitle}<p class=\"meta\">{}</p>\n{TOOLS}</header>\n{}{FACTS_BEGIN}{}{FACTS_END}\n<div class=\"content\" id=\"content\">\n{CONTENT_BEGIN}{}{CONTENT_END}\n</div>\n{}</article>\n",
        escape(&text.title),
        byline(text, Some((&published, &updated))),
        replaced(related, &root),
        regions.facts,
        regions.content,
        links(related, &root)
    );
    let description = text.summary.as_deref().unwrap_or(&text.title);
    let image = article.media.get(COVER).map(|p| settings.address(&p.path));
    Frame {
        settings,
        path: &article.path,
        title: &text.title,
        description,
        meta: meta(article, &published, image.as_deref()),
        og: og(article, image),
        column: Some(column),
        crumbs: vec![(&column.name, Some(column_path(column))), ("正文", None)],
        robots: Robots::Index,
        class: "page-article",
        main,
        script: SCRIPT,
    }
    .html()
}

fn meta(article: &Article, published: &str, image: Option<&str>) -> Vec<(&'static str, String)> {
    let text = &article.text;
    let keywords = if text.keywords.is_empty() {
        text.title.clone()
    } else {
        text.keywords.join(",")
    };
    let author = text.author.as_ref().unwrap_or(&text.unit);
    vec![
        ("ArticleTitle", text.title.clone()),
        ("PubDate", published.to_owned()),
        ("ContentSource", text.source.clone()),
        ("Keywords", keywords),
        ("Author", author.clone()),
        ("Image", image.unwrap_or_default().to_owned()),
        ("yigao:mark", article.marker.clone()),
        ("yigao:version", article.version.to_string()),
    ]
}

fn og(article: &Article, image: Option<String>) -> Vec<(&'static str, String)> {
    vec![
        ("og:type", "article".to_owned()),
        ("og:image", image.unwrap_or_default()),
        ("og:locale", "zh_CN".to_owned()),
        ("article:published_time", article.published_at.to_string()),
        ("article:modified_time", article.updated_at.to_string()),
    ]
}

/// Said above the text: who reads a repealed rule must know it first.
fn replaced(related: &[Related], root: &str) -> String {
    related
        .iter()
        .filter(|link| link.role == Role::ReplacedBy)
        .map(|link| {
            format!(
                "<p class=\"replaced\">本文已由{}取代。</p>\n",
                anchor(link, root)
            )
        })
        .collect()
}

fn links(related: &[Related], root: &str) -> String {
    if related.is_empty() {
        return String::new();
    }
    let mut out = "<aside class=\"related\" aria-label=\"相关信息\">\n".to_owned();
    for group in related.chunk_by(|a, b| a.role == b.role) {
        let label = group.first().map(|l| l.role.label()).unwrap_or_default();
        out.push_str(&format!("<h2>{label}</h2>\n<ul>\n"));
        for link in group {
            out.push_str(&format!("<li>{}</li>\n", anchor(link, root)));
        }
        out.push_str("</ul>\n");
    }
    out.push_str("</aside>\n");
    out
}

fn anchor(link: &Related, root: &str) -> String {
    let title = escape(&link.title);
    match &link.path {
        Some(path) => format!("<a href=\"{root}{}\">{title}</a>", escape(path)),
        None => format!("<span>{title}</span>"),
    }
}
