//! 网站地图 for people; machines have `sitemap.xml`.

use yigao_core::html::escape;

use super::{
    MAP_PATH,
    column::rows,
    frame::{Frame, Robots, column_path},
};
use crate::driver_static::{
    config::Settings,
    index::{Entry, Index},
};

/// Entries of a column.
const OF_COLUMN: usize = 10;

pub(in crate::driver_static) fn page(settings: &Settings, index: &Index) -> String {
    let mut main = "<h1 class=\"page-title\">网站地图</h1>\n<div class=\"panels\">\n".to_owned();
    for column in &settings.columns.list {
        let shown: Vec<&Entry> = index
            .live_in(&column.slug)
            .into_iter()
            .take(OF_COLUMN)
            .collect();
        let list = if shown.is_empty() {
            "<p class=\"empty\">本栏目暂无内容。</p>\n".to_owned()
        } else {
            format!("<ul class=\"rows\">\n{}</ul>\n", rows(&shown, ""))
        };
        main.push_str(&format!(
            "<section class=\"panel\">\n<h2><a href=\"{}\">{}</a></h2>\n<p class=\"described\">{}</p>\n{list}</section>\n",
            column_path(column),
            escape(&column.name),
            escape(&column.description)
        ));
    }
    main.push_str("</div>\n");
    Frame {
        settings,
        path: MAP_PATH,
        title: "网站地图",
        description: "",
        meta: Vec::new(),
        og: Vec::new(),
        column: None,
        crumbs: vec![("网站地图", None)],
        robots: Robots::Index,
        class: "page-map",
        main,
        script: "",
    }
    .html()
}
