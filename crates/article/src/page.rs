//! A public page of whichever site, as a reader's browser gets it: what it calls itself, and its main text.
//!
//! By the tags of government sites (附件《网页设计规范》, 国办发〔2017〕47号), by the elements of systems that were met (TRS, UCAP, Hanweb,
//! WordPress, Plone), or by a selector that an operator names.

use jiff::{Timestamp, civil::DateTime, fmt::strtime::BrokenDownTime};
use scraper::{ElementRef, Html, Selector};
use yigao_core::time::shanghai;

/// What a page states.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Page {
    pub title: Option<String>,
    /// Everything on it that may be the article's title: its own tag alone where there is one, else headings and the window's bar.
    pub titles: Vec<String>,
    /// As it is written there.
    pub published: Option<String>,
    pub source: Option<String>,
    /// Markup of the main text; none when nothing on the page looks like one.
    pub main: Option<String>,
    pub kind: PageKind,
}

/// What kind of page it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum PageKind {
    /// Nothing speaks against an article.
    #[default]
    Article,
    /// It asks for a password.
    LogIn,
    /// It reports that something went wrong.
    Error,
}

/// Elements that hold the main text, the surest first.
const MAIN: [&str; 7] = [
    ".TRS_Editor",
    "#UCAP-CONTENT",
    "#parent-fieldname-text",
    ".wp-block-post-content",
    ".entry-content",
    "article",
    "main",
];
/// Hanweb opens and closes the main text by comments.
const HANWEB: (&str, &str) = (
    "<!--ZJEG_RSS.content.begin-->",
    "<!--ZJEG_RSS.content.end-->",
);
/// Words of a title that no article has for its own.
const ERRORS: [&str; 9] = [
    "404",
    "403",
    "500",
    "502",
    "503",
    "页面不存在",
    "无法访问",
    "出错了",
    "Not Found",
];
/// Forms in which government sites write times, all of Beijing.
const TIMES: [&str; 6] = [
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y-%m-%d",
    "%Y/%m/%d",
];

/// Reads a page. `selector` names the element of the main text, where the site's own is known.
pub fn read(html: &str, selector: Option<&str>) -> Page {
    let document = Html::parse_document(html);
    let title = meta(&document, &["ArticleTitle", "og:title"])
        .or_else(|| text(&document, "h1"))
        .or_else(|| text(&document, "title"));
    let main = main(&document, html, selector);
    Page {
        published: meta(&document, &["PubDate", "article:published_time"]),
        source: meta(&document, &["ContentSource"]),
        kind: kind_of(&document, title.as_deref(), main.is_some()),
        titles: titles(&document),
        title,
        main,
    }
}

fn titles(document: &Html) -> Vec<String> {
    if let Some(own) = meta(document, &["ArticleTitle"]) {
        return vec![own];
    }
    let Ok(headings) = Selector::parse("h1, h2, title") else {
        return Vec::new();
    };
    let texts = document.select(&headings).map(|element| {
        let text: String = element.text().collect();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    });
    texts.chain(meta(document, &["og:title"])).collect()
}

/// Whether this is a selector.
pub fn is_selector(text: &str) -> bool {
    Selector::parse(text).is_ok()
}

/// Addresses of the pictures in a piece of markup, as they are written there, each once.
pub fn pictures(html: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    if let Ok(selector) = Selector::parse("img[src]") {
        let fragment = Html::parse_fragment(html);
        for src in fragment.select(&selector).filter_map(|img| img.attr("src")) {
            if !out.iter().any(|known| known == src) {
                out.push(src.to_owned());
            }
        }
    }
    out
}

/// The time at which a page states it was published.
pub fn published(text: &str) -> Option<Timestamp> {
    if let Ok(exact) = text.trim().parse() {
        return Some(exact);
    }
    TIMES.iter().find_map(|form| {
        let broken = BrokenDownTime::parse(form, text.trim()).ok()?;
        let there: DateTime = match broken.to_datetime() {
            Ok(there) => there,
            Err(_) => broken
                .to_date()
                .ok()?
                .to_datetime(jiff::civil::Time::midnight()),
        };
        shanghai().to_timestamp(there).ok()
    })
}

fn main(document: &Html, html: &str, selector: Option<&str>) -> Option<String> {
    if let Some(selector) = selector {
        return first(document, selector).map(|element| element.inner_html());
    }
    if let Some((_, rest)) = html.split_once(HANWEB.0)
        && let Some((inner, _)) = rest.split_once(HANWEB.1)
    {
        return Some(inner.to_owned());
    }
    MAIN.iter()
        .find_map(|selector| first(document, selector))
        .map(|element| element.inner_html())
}

fn kind_of(document: &Html, title: Option<&str>, has_main: bool) -> PageKind {
    let is_article = meta(document, &["ArticleTitle"]).is_some();
    if !is_article && first(document, "input[type=password]").is_some() {
        return PageKind::LogIn;
    }
    let title = title.unwrap_or_default();
    if !is_article && !has_main && ERRORS.iter().any(|word| title.contains(word)) {
        return PageKind::Error;
    }
    PageKind::Article
}

/// The content of the first of these tags that is not empty. Names are written as people like: `ArticleTitle`, `articletitle`.
fn meta(document: &Html, names: &[&str]) -> Option<String> {
    let tags = Selector::parse("meta[content]").ok()?;
    names.iter().find_map(|name| {
        document.select(&tags).find_map(|tag| {
            let own = tag.attr("name").or_else(|| tag.attr("property"))?;
            let content = tag.attr("content")?.trim();
            (own.eq_ignore_ascii_case(name) && !content.is_empty()).then(|| content.to_owned())
        })
    })
}

fn text(document: &Html, selector: &str) -> Option<String> {
    let text: String = first(document, selector)?.text().collect();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

fn first<'d>(document: &'d Html, selector: &str) -> Option<ElementRef<'d>> {
    let selector = Selector::parse(selector).ok()?;
    document.select(&selector).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn main_of(body: &str) -> Option<String> {
        read(&format!("<html><body>{body}</body></html>"), None).main
    }

    #[test]
    fn a_government_page_is_read_by_its_tags() {
        let page = read(
            "<html><head><title>x-市政府</title><meta name=\"ArticleTitle\" content=\"灯会开灯\"><META NAME=\"pubdate\" CONTENT=\"2026-09-30 17:18\">\
             <meta name=\"ContentSource\" content=\"市文旅局\"><meta name=\"Author\" content=\"\"></head><body><h1>别的</h1>\
             <div class=\"TRS_Editor\"><p><span>正文</span></p></div></body></html>",
            None,
        );
        assert_eq!(page.title.as_deref(), Some("灯会开灯"));
        assert_eq!(page.source.as_deref(), Some("市文旅局"));
        assert_eq!(page.main.as_deref(), Some("<p><span>正文</span></p>"));
        let at = published(&page.published.unwrap()).unwrap();
        assert_eq!(at.to_string(), "2026-09-30T09:18:00Z");
    }

    #[test]
    fn the_main_text_is_found_by_the_marks_of_known_programs() {
        let p = "<p>文</p>";
        for body in [
            format!("<div id=\"UCAP-CONTENT\">{p}</div>"),
            format!("<div><!--ZJEG_RSS.content.begin-->{p}<!--ZJEG_RSS.content.end--></div>"),
            format!("<div class=\"entry-content wp-block-post-content\">{p}</div>"),
            format!("<div id=\"parent-fieldname-text\">{p}</div>"),
            format!("<article>{p}</article>"),
        ] {
            assert_eq!(main_of(&body).as_deref(), Some(p), "{body}");
        }
        assert_eq!(main_of("<div>导航</div>"), None);
        let page = read("<div id=\"zoom\"><p>文</p></div>", Some("#zoom"));
        assert_eq!(page.main.as_deref(), Some(p));
    }

    #[test]
    fn log_in_and_error_pages_are_no_articles() {
        let log_in = read("<h1>登录</h1><form><input type=\"password\"></form>", None);
        assert_eq!(log_in.kind, PageKind::LogIn);
        let error = read("<title>404 Not Found</title><h1>404 Not Found</h1>", None);
        assert_eq!(error.kind, PageKind::Error);
        // An article about a telephone number.
        let article = read(
            "<title>12345热线接听404件</title><article><p>文</p></article>",
            None,
        );
        assert_eq!(article.kind, PageKind::Article);
    }

    #[test]
    fn times_are_read_in_every_form_that_was_met() {
        for (text, utc) in [
            ("2026-07-19 07:16", "2026-07-18T23:16:00Z"),
            ("2026-05-20 15:53:00", "2026-05-20T07:53:00Z"),
            ("2025-10-15", "2025-10-14T16:00:00Z"),
            ("2026/01/19 10:00", "2026-01-19T02:00:00Z"),
            ("2026-01-19T10:00:00+08:00", "2026-01-19T02:00:00Z"),
        ] {
            assert_eq!(published(text).unwrap().to_string(), utc, "{text}");
        }
        assert_eq!(published("昨天"), None);
    }
}
