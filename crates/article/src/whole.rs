//! An article as one piece of markup, for sites whose own templates frame it.

use yigao_core::html::escape;

use super::{
    body::{byline, regions},
    text::{File, Text},
};

/// Subtitle, byline, facts and content. `href` tells where an attachment stands.
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
        (
            "<p class=\"sign\">",
            "<p style=\"text-align:right\" class=\"sign\">".to_owned(),
        ),
        (
            "<ul class=\"numbered\">",
            "<ul style=\"list-style:none;padding-left:0\" class=\"numbered\">".to_owned(),
        ),
        (
            "<em class=\"dots\">",
            "<em style=\"font-style:normal;text-emphasis:filled dot;text-emphasis-position:under right\" class=\"dots\">".to_owned(),
        ),
        (
            "<section class=\"notes\"",
            "<section style=\"border-top:1px solid #bbb;margin-top:2em;font-size:.9em\" class=\"notes\"".to_owned(),
        ),
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
        .fold(with_cells(html), |html, (tag, fit)| html.replace(tag, fit))
}

/// Cells with their lines, and set as their class says: an element has one style.
fn with_cells(html: &str) -> String {
    let mut out = String::with_capacity(html.len() + html.len() / 8);
    let mut rest = html;
    while let Some((before, after)) = rest.split_once("<t") {
        out.push_str(before);
        out.push_str("<t");
        rest = after;
        let Some(attributes) = after
            .strip_prefix(['h', 'd'])
            .filter(|attributes| attributes.starts_with([' ', '>']))
        else {
            continue;
        };
        let tag = attributes.split('>').next().unwrap_or_default();
        let align = ["left", "center", "right"]
            .into_iter()
            .find(|align| tag.contains(&format!("class=\"{align}\"")));
        let align = align.map(|align| format!(";text-align:{align}"));
        out.push_str(after.get(..1).unwrap_or_default());
        out.push_str(&format!(
            " style=\"border:1px solid #bbb;padding:.3em .6em{}\"",
            align.unwrap_or_default()
        ));
        rest = attributes;
    }
    out.push_str(rest);
    out
}
