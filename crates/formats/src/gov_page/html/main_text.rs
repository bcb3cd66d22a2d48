//! Which elements hold the main text: the marks of programs that government sites run on.

/// By `id`.
const IDS: [&str; 8] = [
    "ucap-content",
    "parent-fieldname-text",
    "zoom",
    "zoomcon",
    "trs_editor",
    "article_content",
    "articlecontent",
    "news_content",
];
/// By one of the words of `class`.
const CLASSES: [&str; 16] = [
    "trs_editor",
    "trs_ueditor",
    "trs_editor_view",
    "trs_web",
    "wp-block-post-content",
    "entry-content",
    "article-content",
    "article_content",
    "articlecontent",
    "article-con",
    "pages_content",
    "news_content",
    "news-content",
    "content-text",
    "zwxl-article",
    "xxgk-content",
];
/// Elements that may hold more than the text.
const LOOSE: [&str; 2] = ["article", "main"];

/// Hanweb opens and closes the main text by comments.
pub(super) const HANWEB_BEGINS: &str = "ZJEG_RSS.content.begin";
pub(super) const HANWEB_ENDS: &str = "ZJEG_RSS.content.end";

/// The rank of a mark that only a main text has.
pub(crate) const SURE: u8 = 0;
/// The rank of an element that may hold the title and buttons, too.
const LIKELY: u8 = 1;

/// How surely this element holds the main text.
pub(super) fn rank(name: &str, id: &str, class: &str) -> Option<u8> {
    let id = id.to_ascii_lowercase();
    let class = class.to_ascii_lowercase();
    let sure = IDS.contains(&id.as_str())
        || class
            .split_ascii_whitespace()
            .any(|word| CLASSES.contains(&word));
    if sure {
        Some(SURE)
    } else {
        LOOSE.contains(&name).then_some(LIKELY)
    }
}
