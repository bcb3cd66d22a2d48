//! The address of a site: https, or http on this machine.

use std::net::IpAddr;

use url::{Host, Url};
use yigao_channel::{ConfigError, web_address};

/// `channel.base_url`, ending in `/`.
pub fn base_url(text: &str) -> Result<Url, ConfigError> {
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
