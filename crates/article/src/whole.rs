//! An article as one piece of markup, for sites whose own templates frame it.

use yigao_core::html::{escape, with_inline_styles};

use super::{
    body::{byline, regions},
    text::{File, Text},
};

/// Subtitle, byline, facts and content. `href` is the address of an attachment.
pub fn whole(text: &Text, href: &dyn Fn(&File) -> Option<String>) -> String {
    let subtitle = text.subtitle.as_deref().map(|subtitle| {
        let words = escape(subtitle);
        format!("<p class=\"subtitle\">{words}</p>")
    });
    let parts = regions(text, href);
    format!(
        "{}<p class=\"byline\">{}</p>{}{}",
        subtitle.unwrap_or_default(),
        byline(text, None),
        parts.facts,
        parts.content
    )
}

/// Themes style what their own editor makes. Pictures that overflow a phone, tables without lines and a
/// disclosure box that looks like running text are not left to them.
pub fn fitted(html: &str) -> String {
    const FIT: &str = "style=\"max-width:100%;height:auto\"";
    let tags = [
        ("<img ", format!("<img {FIT} ")),
        ("<video ", format!("<video {FIT} ")),
        (
            "<table",
            "<table style=\"width:100%;border-collapse:collapse\"".to_owned(),
        ),
        (
            "<dl ",
            "<dl style=\"box-sizing:border-box;border:1px solid #bbb;padding:.6em 1em\" "
                .to_owned(),
        ),
        (
            "<div class=\"fact",
            "<div style=\"display:flex;gap:.5em\" class=\"fact".to_owned(),
        ),
        (
            "<dt>",
            "<dt style=\"min-width:5em;font-weight:bold\">".to_owned(),
        ),
        ("<dd>", "<dd style=\"margin:0\">".to_owned()),
    ];
    tags.iter()
        .fold(with_inline_styles(html), |html, (tag, fit)| {
            html.replace(tag, fit)
        })
}
