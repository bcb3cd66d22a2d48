//! Pages of a column: titles with dates.

use yigao_article::columns::Column;
use yigao_core::html::escape;
use yigao_core::time::day_in_shanghai;

use super::frame::{Frame, Robots, climb, column_path};
use crate::driver_static::{
    config::Settings,
    index::{Entry, Index, PageNo},
};

/// Path of a page of a column.
pub(in crate::driver_static) fn path(column: &Column, number: PageNo) -> String {
    format!("{}/{}", column.slug, number.file())
}

pub(in crate::driver_static) fn page(
    settings: &Settings,
    index: &Index,
    column: &Column,
    number: PageNo,
) -> String {
    let leafed = index.page(&column.slug, number);
    let path = path(column, number);
    let root = climb(&path);
    let list = if leafed.rows.is_empty() {
        "<p class=\"empty\">本页暂无内容。</p>\n".to_owned()
    } else {
        format!("<ul class=\"rows\">\n{}</ul>\n", rows(&leafed.rows, &root))
    };
    let pager = pager(leafed.newer, leafed.older);
    let described = match column.description.trim() {
        "" => String::new(),
        text => format!("<p class=\"described\">{}</p>\n", escape(text)),
    };
    let main = format!(
        "<section class=\"column\">\n<header><h1>{}</h1>\n{described}</header>\n{list}{pager}</section>\n",
        escape(&column.name)
    );
    let here = match number {
        PageNo::Newest => None,
        PageNo::Older(_) => Some(column_path(column)),
    };
    let mut crumbs = vec![(column.name.as_str(), here)];
    if number != PageNo::Newest {
        crumbs.push(("更早的信息", None));
    }
    let robots = if leafed.rows.is_empty() && number != PageNo::Newest {
        Robots::NoIndex
    } else {
        Robots::Index
    };
    Frame {
        settings,
        path: &path,
        title: &column.name,
        description: &column.description,
        meta: Vec::new(),
        og: vec![("og:type", "website".to_owned())],
        column: Some(column),
        crumbs,
        robots,
        class: "page-column",
        main,
        script: "",
    }
    .html()
}

/// List entries with their dates.
pub(super) fn rows(entries: &[&Entry], root: &str) -> String {
    entries
        .iter()
        .map(|entry| {
            let day = day_in_shanghai(entry.published_at);
            format!(
                "<li><a href=\"{root}{}\">{}</a><time datetime=\"{day}\">{day}</time></li>\n",
                escape(&entry.path),
                escape(&entry.title)
            )
        })
        .collect()
}

fn pager(newer: Option<PageNo>, older: Option<PageNo>) -> String {
    if newer.is_none() && older.is_none() {
        return String::new();
    }
    let link = |to: Option<PageNo>, label: &str, rel: &str| {
        to.map_or(String::new(), |to| {
            format!("<a rel=\"{rel}\" href=\"{}\">{label}</a>\n", to.file())
        })
    };
    format!(
        "<nav class=\"pager\" aria-label=\"翻页\">\n{}{}</nav>\n",
        link(newer, "← 较新的信息", "prev"),
        link(older, "更早的信息 →", "next")
    )
}
