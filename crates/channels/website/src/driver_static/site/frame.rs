//! What all pages share: head with the government meta tags, header, navigation, breadcrumb, footer.

use yigao_core::Kind;
use yigao_core::html::escape;

use super::{MAP_PATH, STYLE_PATH, feed};
use yigao_article::columns::Column;

use crate::driver_static::config::Settings;

/// One page, to be put into the site's frame.
pub(super) struct Frame<'a> {
    pub(super) settings: &'a Settings,
    /// Path of the page, which decides how its links climb.
    pub(super) path: &'a str,
    /// Of this page, without the site's name.
    pub(super) title: &'a str,
    pub(super) description: &'a str,
    /// Tags besides those of site and column.
    pub(super) meta: Vec<(&'static str, String)>,
    pub(super) og: Vec<(&'static str, String)>,
    pub(super) column: Option<&'a Column>,
    /// Label and path inside the site; the last one is the page itself.
    pub(super) crumbs: Vec<(&'a str, Option<String>)>,
    pub(super) robots: Robots,
    pub(super) class: &'static str,
    pub(super) main: String,
    pub(super) script: &'static str,
}

/// Whether search engines may keep it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Robots {
    Index,
    NoIndex,
}

/// `../` for each folder above a page.
pub(super) fn climb(path: &str) -> String {
    "../".repeat(path.matches('/').count())
}

/// A folder's page is linked by its file name, so that the site also works straight from a disk.
pub(super) fn column_path(column: &Column) -> String {
    format!("{}/index.html", column.slug)
}

impl Frame<'_> {
    pub(super) fn html(&self) -> String {
        let root = climb(self.path);
        format!(
            "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n{}</head>\n<body class=\"{}\">\n<a class=\"skip\" href=\"#main\">跳到正文</a>\n{}{}<main id=\"main\" class=\"wrap\" tabindex=\"-1\">\n{}</main>\n{}{}</body>\n</html>\n",
            self.head(&root),
            self.class,
            self.header(&root),
            self.breadcrumb(&root),
            self.main,
            self.footer(&root),
            self.script
        )
    }

    fn head(&self, root: &str) -> String {
        let settings = self.settings;
        let title = if self.title == settings.site_name {
            escape(self.title)
        } else {
            format!("{} - {}", escape(self.title), escape(&settings.site_name))
        };
        let mut out = format!(
            "<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n"
        );
        let mut tags: Vec<(&str, String)> = vec![
            ("SiteName", settings.site_name.clone()),
            ("SiteDomain", settings.site_domain.clone()),
            (
                "SiteIDCode",
                settings.site_id_code.clone().unwrap_or_default(),
            ),
        ];
        if let Some(column) = self.column {
            let described = if column.description.trim().is_empty() {
                &column.name
            } else {
                &column.description
            };
            tags.extend([
                ("ColumnName", column.name.clone()),
                ("ColumnDescription", described.clone()),
                ("ColumnKeywords", column.name.clone()),
                ("ColumnType", column_type(column.kind).to_owned()),
            ]);
        }
        tags.extend(self.meta.iter().cloned());
        tags.push(("Description", self.description.to_owned()));
        let url = settings.address(self.path);
        tags.push(("Url", url.clone()));
        if self.robots == Robots::NoIndex {
            tags.push(("robots", "noindex".to_owned()));
        }
        // A tag with an empty value counts as a fault in inspections, a missing optional one does not.
        for (name, value) in tags.iter().filter(|(_, value)| !value.trim().is_empty()) {
            out.push_str(&format!(
                "<meta name=\"{name}\" content=\"{}\">\n",
                escape(&one_line(value))
            ));
        }
        let site = [
            ("og:site_name", settings.site_name.clone()),
            ("og:title", self.title.to_owned()),
            ("og:description", self.description.to_owned()),
            ("og:url", url.clone()),
        ];
        for (name, value) in site
            .iter()
            .chain(&self.og)
            .filter(|(_, v)| !v.trim().is_empty())
        {
            out.push_str(&format!(
                "<meta property=\"{name}\" content=\"{}\">\n",
                escape(&one_line(value))
            ));
        }
        out.push_str(&format!(
            "<link rel=\"canonical\" href=\"{}\">\n<link rel=\"alternate\" type=\"application/atom+xml\" title=\"{}\" href=\"{root}{}\">\n<link rel=\"stylesheet\" href=\"{root}{STYLE_PATH}\">\n",
            escape(&url),
            escape(&settings.site_name),
            feed::PATH
        ));
        out
    }

    fn header(&self, root: &str) -> String {
        let settings = self.settings;
        let mut out = format!(
            "<header class=\"site-head\"><div class=\"wrap\"><a class=\"site-name\" href=\"{root}index.html\">{}</a></div></header>\n<nav class=\"site-nav\" aria-label=\"栏目导航\"><div class=\"wrap\"><ul>\n",
            escape(&settings.site_name)
        );
        let home = if self.path == "index.html" {
            " aria-current=\"page\""
        } else {
            ""
        };
        out.push_str(&format!(
            "<li><a href=\"{root}index.html\"{home}>首页</a></li>\n"
        ));
        for column in &settings.columns.list {
            let here = if self.column == Some(column) {
                " aria-current=\"true\""
            } else {
                ""
            };
            out.push_str(&format!(
                "<li><a href=\"{root}{}\"{here}>{}</a></li>\n",
                column_path(column),
                escape(&column.name)
            ));
        }
        out.push_str("</ul></div></nav>\n");
        out
    }

    fn breadcrumb(&self, root: &str) -> String {
        if self.crumbs.is_empty() {
            return String::new();
        }
        let mut out = format!(
            "<nav class=\"crumbs wrap\" aria-label=\"当前位置\"><ol>\n<li><a href=\"{root}index.html\">首页</a></li>\n"
        );
        for (label, path) in &self.crumbs {
            out.push_str(&match path {
                Some(path) => format!("<li><a href=\"{root}{path}\">{}</a></li>\n", escape(label)),
                None => format!("<li aria-current=\"page\">{}</li>\n", escape(label)),
            });
        }
        out.push_str("</ol></nav>\n");
        out
    }

    fn footer(&self, root: &str) -> String {
        let settings = self.settings;
        // Without an address of its own the entrance is the contact in the same footer.
        let report = settings
            .report_url
            .as_deref()
            .map_or("#contact".to_owned(), escape);
        let mut out = format!(
            "<footer class=\"site-foot\"><div class=\"wrap\">\n<p class=\"links\"><a href=\"{root}{}\">网站地图</a><a href=\"{report}\">我为政府网站找错</a><a href=\"{root}{}\">订阅</a></p>\n",
            MAP_PATH,
            feed::PATH
        );
        let contact = settings.contact.as_deref();
        out.push_str(&format!(
            "<p id=\"contact\"><span>主办单位：{}</span>{}</p>\n<p>",
            escape(&settings.organiser),
            contact.map_or(String::new(), |c| format!(
                "<span>联系方式：{}</span>",
                escape(c)
            ))
        ));
        if let Some(code) = &settings.site_id_code {
            out.push_str(&format!("<span>网站标识码：{}</span>", escape(code)));
        }
        if let Some(icp) = &settings.icp {
            out.push_str(&format!(
                "<span><a href=\"https://beian.miit.gov.cn/\">{}</a></span>",
                escape(icp)
            ));
        }
        if let Some(record) = &settings.police_record {
            out.push_str(&format!("<span>{}</span>", escape(record)));
        }
        out.push_str("</p>\n</div></footer>\n");
        out
    }
}

/// Attribute values of one line, without control characters.
fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn column_type(kind: Kind) -> &'static str {
    match kind {
        Kind::News => "工作动态",
        Kind::Policy => "政策文件",
        Kind::Interpretation => "政策解读",
        Kind::Notice => "通知公告",
        Kind::Event => "活动预告",
        Kind::Guide => "办事服务",
    }
}
