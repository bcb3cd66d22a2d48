//! Keys of a static site, and the settings they become.

use std::net::IpAddr;

use serde::Deserialize;
use url::{Host, Url};
use yigao_channel::{ConfigError, web_address};
use yigao_core::Kind;

/// Keys under `[channel]` besides `driver`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StaticConfig {
    /// Folder the pages are written into; identity of the destination.
    pub folder: String,
    /// Address at which readers see the folder: `https`, or `http` on this machine.
    pub base_url: String,
    /// 网站名称, as registered.
    pub site_name: String,
    /// 网站域名, without scheme.
    pub site_domain: String,
    /// 政府网站标识码, ten characters.
    #[serde(default)]
    pub site_id_code: Option<String>,
    /// 主办单位.
    pub organiser: String,
    /// 联系方式, printed in the footer.
    #[serde(default)]
    pub contact: Option<String>,
    /// ICP备案号.
    #[serde(default)]
    pub icp: Option<String>,
    /// 公安备案号.
    #[serde(default)]
    pub police_record: Option<String>,
    /// Address of the site's 我为政府网站找错 entrance; without one the footer points at the contact.
    #[serde(default)]
    pub report_url: Option<String>,
    /// 栏目, in the order of the navigation.
    #[serde(default = "default_columns")]
    pub columns: Vec<Column>,
    /// Slug or name of the column for what fits no other; the first one when absent.
    #[serde(default)]
    pub default_column: Option<String>,
}

/// 栏目.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    pub name: String,
    /// Folder of its pages: `a-z 0-9 -`.
    pub slug: String,
    /// Items of this kind go here when they name no column.
    pub kind: Kind,
    #[serde(default)]
    pub description: String,
}

fn default_columns() -> Vec<Column> {
    let rows = [
        (
            "要闻动态",
            "news",
            Kind::News,
            "文化和旅游工作要闻、活动动态",
        ),
        (
            "通知公告",
            "notices",
            Kind::Notice,
            "面向社会发布的通知、公告、公示",
        ),
        (
            "政策文件",
            "policy",
            Kind::Policy,
            "本机关制发的规范性文件和其他政策文件",
        ),
        (
            "政策解读",
            "interpretation",
            Kind::Interpretation,
            "政策文件的文字、图表、问答解读",
        ),
        (
            "活动预告",
            "events",
            Kind::Event,
            "演出、展览、节会等活动预告",
        ),
        ("办事服务", "guide", Kind::Guide, "办事指南和服务信息"),
    ];
    rows.into_iter()
        .map(|(name, slug, kind, description)| Column {
            name: name.to_owned(),
            slug: slug.to_owned(),
            kind,
            description: description.to_owned(),
        })
        .collect()
}

/// Names under the site's root that are no columns.
const TAKEN: [&str; 2] = ["media", "articles"];

/// A checked configuration: what pages are built with.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) folder: String,
    /// Ends in `/`.
    pub(crate) base: Url,
    pub(crate) site_name: String,
    pub(crate) site_domain: String,
    pub(crate) site_id_code: Option<String>,
    pub(crate) organiser: String,
    pub(crate) contact: Option<String>,
    pub(crate) icp: Option<String>,
    pub(crate) police_record: Option<String>,
    pub(crate) report_url: Option<String>,
    pub(crate) columns: Vec<Column>,
    pub(crate) fallback: Column,
}

impl Settings {
    pub(crate) fn check(config: StaticConfig) -> Result<Self, ConfigError> {
        for (key, value) in [
            ("channel.folder", &config.folder),
            ("channel.site_name", &config.site_name),
            ("channel.site_domain", &config.site_domain),
            ("channel.organiser", &config.organiser),
        ] {
            if value.trim().is_empty() {
                return Err(ConfigError::new(key, "不能为空", "may not be empty"));
            }
        }
        if config.site_domain.contains(['/', ' ', ':']) {
            return Err(ConfigError::new(
                "channel.site_domain",
                "请只写域名，不带协议、端口和路径：www.example.gov.cn",
                "a domain without scheme, port and path is expected: www.example.gov.cn",
            ));
        }
        if let Some(code) = &config.site_id_code
            && !(code.len() == 10 && code.bytes().all(|b| b.is_ascii_alphanumeric()))
        {
            return Err(ConfigError::new(
                "channel.site_id_code",
                "政府网站标识码是 10 位字母或数字；没有就删去这一项",
                "the site's identification code has 10 letters or digits; leave the key out when there is none",
            ));
        }
        if let Some(address) = &config.report_url {
            web_address("channel.report_url", address)?;
        }
        let base = base_url(&config.base_url)?;
        check_columns(&config.columns)?;
        let fallback = fallback(&config)?;
        Ok(Self {
            folder: config.folder,
            base,
            site_name: config.site_name,
            site_domain: config.site_domain,
            site_id_code: config.site_id_code,
            organiser: config.organiser,
            contact: config.contact,
            icp: config.icp,
            police_record: config.police_record,
            report_url: config.report_url,
            columns: config.columns,
            fallback,
        })
    }

    /// The column with this slug or name.
    pub(crate) fn column(&self, name: &str) -> Option<&Column> {
        self.columns
            .iter()
            .find(|c| c.slug == name || c.name == name)
    }

    /// Where an item of this kind goes by itself.
    pub(crate) fn column_of(&self, kind: Kind) -> &Column {
        self.columns
            .iter()
            .find(|c| c.kind == kind)
            .unwrap_or(&self.fallback)
    }

    /// Address at which readers see a file of the site.
    pub(crate) fn address(&self, path: &str) -> String {
        let page = if path == "index.html" { "" } else { path };
        format!("{}{page}", self.base)
    }
}

fn base_url(text: &str) -> Result<Url, ConfigError> {
    const KEY: &str = "channel.base_url";
    let mut url = web_address(KEY, text)?;
    if url.scheme() == "http" && !is_here(&url) {
        return Err(ConfigError::new(
            KEY,
            "须为 https；http 只用于本机（http://127.0.0.1:8086/）",
            "https is expected; http is taken for this machine only (http://127.0.0.1:8086/)",
        ));
    }
    if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
        return Err(ConfigError::new(
            KEY,
            "网址不能带 ? 参数、# 片段或登录名",
            "an address without query, fragment and log-in is expected",
        ));
    }
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Ok(url)
}

fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => IpAddr::V4(ip).is_loopback(),
        Some(Host::Ipv6(ip)) => IpAddr::V6(ip).is_loopback(),
        None => false,
    }
}

fn check_columns(columns: &[Column]) -> Result<(), ConfigError> {
    const KEY: &str = "channel.columns";
    if columns.is_empty() {
        return Err(ConfigError::new(
            KEY,
            "至少要有一个栏目",
            "at least one column is needed",
        ));
    }
    for (at, column) in columns.iter().enumerate() {
        let slug = &column.slug;
        let fits = !slug.is_empty()
            && slug.len() <= 40
            && slug
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !fits || TAKEN.contains(&slug.as_str()) {
            return Err(ConfigError::new(
                KEY,
                format!("slug {slug:?}：1 至 40 个 a-z 0-9 -，且不能是 media 或 articles"),
                format!("slug {slug:?}: 1 to 40 of a-z 0-9 -, and not media or articles"),
            ));
        }
        if column.name.trim().is_empty() {
            return Err(ConfigError::new(
                KEY,
                format!("栏目 {slug:?} 没有名称"),
                format!("column {slug:?} has no name"),
            ));
        }
        let twice = columns
            .iter()
            .take(at)
            .any(|c| c.slug == *slug || c.name == column.name);
        if twice {
            return Err(ConfigError::new(
                KEY,
                format!("{slug:?} 或它的名称重复了"),
                format!("{slug:?} or its name stands there twice"),
            ));
        }
    }
    Ok(())
}

fn fallback(config: &StaticConfig) -> Result<Column, ConfigError> {
    const KEY: &str = "channel.default_column";
    let found = match &config.default_column {
        None => config.columns.first(),
        Some(name) => config
            .columns
            .iter()
            .find(|c| c.slug == *name || c.name == *name),
    };
    found.cloned().ok_or_else(|| {
        let known: Vec<&str> = config.columns.iter().map(|c| c.slug.as_str()).collect();
        ConfigError::new(
            KEY,
            format!("没有这个栏目；有 {}", known.join("、")),
            format!("no such column; there are {}", known.join(", ")),
        )
    })
}
