//! What replaces a withdrawn article. A file cannot answer 410, so the page states it to people and to machines.

use yigao_core::html::escape;
use yigao_core::{Timestamp, time::minute_in_shanghai};

use super::frame::{Frame, Robots};
use crate::driver_static::config::Settings;

/// Its title; the article's own is not repeated.
pub(in crate::driver_static) const TITLE: &str = "稿件已撤回";

/// The notice's words, without the time.
pub(in crate::driver_static) fn lines(reason: Option<&str>) -> Vec<String> {
    let mut out = vec!["您访问的稿件已由发布单位撤回，原内容不再有效，请勿转载、引用。".to_owned()];
    out.extend(reason.map(|r| format!("撤稿说明：{r}")));
    out
}

pub(in crate::driver_static) fn paragraphs(reason: Option<&str>) -> String {
    lines(reason)
        .iter()
        .map(|line| format!("<p>{}</p>\n", escape(line)))
        .collect()
}

pub(in crate::driver_static) fn page(
    settings: &Settings,
    path: &str,
    marker: &str,
    at: Timestamp,
    reason: Option<&str>,
) -> String {
    let root = super::frame::climb(path);
    let main = format!(
        "<article class=\"notice\">\n<h1>{TITLE}</h1>\n{}<p class=\"when\">撤回时间：{}</p>\n<p><a class=\"back\" href=\"{root}index.html\">返回首页</a></p>\n</article>\n",
        paragraphs(reason),
        minute_in_shanghai(at)
    );
    Frame {
        settings,
        path,
        title: TITLE,
        description: TITLE,
        meta: vec![
            ("yigao:state", "withdrawn".to_owned()),
            ("yigao:mark", marker.to_owned()),
        ],
        og: Vec::new(),
        column: None,
        crumbs: vec![(TITLE, None)],
        robots: Robots::NoIndex,
        class: "page-notice",
        main,
        script: "",
    }
    .html()
}
