//! The home page: a lead with its picture, what is new, the newest of each column.

use yigao_core::html::escape;
use yigao_core::time::day_in_shanghai;

use super::{
    column::rows,
    frame::{Frame, Robots, column_path},
};
use crate::driver_static::{
    config::Settings,
    index::{Cover, Entry, Index},
};

pub(in crate::driver_static) const PATH: &str = "index.html";
/// Entries beside the lead.
const NEWEST: usize = 9;
/// Entries of a column.
const OF_COLUMN: usize = 6;

pub(in crate::driver_static) fn page(settings: &Settings, index: &Index) -> String {
    let live = index.live();
    let lead = lead(settings, &live);
    let newest: Vec<&Entry> = live
        .iter()
        .copied()
        .filter(|e| lead.is_none_or(|(l, _)| l.path != e.path))
        .take(NEWEST)
        .collect();
    let mut main = format!(
        "<h1 class=\"unseen\">{}</h1>\n",
        escape(&settings.site_name)
    );
    if live.is_empty() {
        main.push_str("<p class=\"empty\">本站暂无内容。</p>\n");
    } else {
        let alone = if lead.is_some() && !newest.is_empty() {
            ""
        } else {
            " alone"
        };
        main.push_str(&format!("<div class=\"top{alone}\">\n"));
        if let Some((entry, cover)) = lead {
            main.push_str(&lead_html(entry, cover));
        }
        if !newest.is_empty() {
            main.push_str(&format!(
                "<section class=\"panel newest\">\n<h2>最新发布</h2>\n<ul class=\"rows\">\n{}</ul>\n</section>\n",
                rows(&newest, "")
            ));
        }
        main.push_str("</div>\n");
    }
    main.push_str(&columns(settings, index));
    Frame {
        settings,
        path: PATH,
        title: &settings.site_name,
        description: &settings.site_name,
        meta: Vec::new(),
        og: vec![("og:type", "website".to_owned())],
        column: None,
        crumbs: Vec::new(),
        robots: Robots::Index,
        class: "page-home",
        main,
        script: "",
    }
    .html()
}

/// The newest with a picture, of the default column if it has one.
fn lead<'i>(settings: &Settings, live: &[&'i Entry]) -> Option<(&'i Entry, &'i Cover)> {
    let with_cover = |e: &&'i Entry| -> Option<(&'i Entry, &'i Cover)> {
        let entry: &'i Entry = e;
        Some((entry, entry.cover.as_ref()?))
    };
    let first = live
        .iter()
        .filter(|e| e.column == settings.columns.fallback.slug)
        .find_map(with_cover);
    first.or_else(|| live.iter().find_map(with_cover))
}

fn lead_html(entry: &Entry, cover: &Cover) -> String {
    let day = day_in_shanghai(entry.published_at);
    let summary = entry
        .summary
        .as_deref()
        .map(|s| format!("<p class=\"summary\">{}</p>\n", escape(s)))
        .unwrap_or_default();
    // The title is in the same link: a picture alone would be read out twice.
    format!(
        "<section class=\"lead\" aria-label=\"头条\">\n<a href=\"{}\"><img src=\"{}\" alt=\"{}\" width=\"800\" height=\"450\"><h2>{}</h2></a>\n{summary}<p class=\"when\"><time datetime=\"{day}\">{day}</time></p>\n</section>\n",
        escape(&entry.path),
        escape(&cover.path),
        escape(&cover.alt),
        escape(&entry.title)
    )
}

/// Columns with something in them: an empty one on the home page counts as a fault in inspections.
fn columns(settings: &Settings, index: &Index) -> String {
    let mut out = "<div class=\"panels\">\n".to_owned();
    for column in &settings.columns.list {
        let entries = index.live_in(&column.slug);
        if entries.is_empty() {
            continue;
        }
        let shown: Vec<&Entry> = entries.into_iter().take(OF_COLUMN).collect();
        out.push_str(&format!(
            "<section class=\"panel\">\n<h2><a href=\"{path}\">{name}</a></h2>\n<a class=\"more\" href=\"{path}\" aria-label=\"更多{name}\">更多</a>\n<ul class=\"rows\">\n{}</ul>\n</section>\n",
            rows(&shown, ""),
            path = column_path(column),
            name = escape(&column.name)
        ));
    }
    out.push_str("</div>\n");
    out
}
