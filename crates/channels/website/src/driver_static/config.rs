//! Keys of a static site, and the settings they become.

use serde::Deserialize;
use url::Url;
use yigao_article::{
    address::base_url,
    columns::{Column, Columns, default_columns},
};
use yigao_channel::{ConfigError, web_address};

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
    pub(crate) columns: Columns,
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
        let columns = Columns::check(config.columns, config.default_column.as_deref())?;
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
            columns,
        })
    }

    /// Address at which readers see a file of the site.
    pub(crate) fn address(&self, path: &str) -> String {
        let page = if path == "index.html" { "" } else { path };
        format!("{}{page}", self.base)
    }
}
