//! Where the WordPress of the demo is, and its destination's file.

use std::{fs, path::Path};

use anyhow::Context as _;

use yigao::exit::Mistake;

/// Name of the destination.
pub(crate) const NAME: &str = "wordpress";
const URL: &str = "YIGAO_WORDPRESS_URL";

/// The site's home page.
pub(crate) fn address() -> anyhow::Result<String> {
    let found = std::env::var_os(URL).map(|url| url.to_string_lossy().into_owned());
    found.ok_or_else(|| {
        Mistake::error(
            format!("缺少环境变量 {URL}；make demo CMS=wordpress 会自己启动一个 WordPress"),
            format!("{URL} is not set; make demo CMS=wordpress starts a WordPress"),
        )
    })
}

/// Host and port, for the configuration.
pub(crate) fn host() -> anyhow::Result<String> {
    let address = address()?;
    let host = address.trim_start_matches("http://");
    Ok(host.trim_end_matches('/').to_owned())
}

/// Writes the destination's file.
pub(crate) fn write_destination(folder: &Path) -> anyhow::Result<()> {
    let url = address()?;
    let text = format!(
        "kind = \"website\"\nname = \"局网站（WordPress）\"\n[channel]\ndriver = \"wordpress\"\nbase_url = \"{url}\"\nuser = \"publisher\"\npassword = {{ env = \"YIGAO_WORDPRESS_PASSWORD\" }}\n"
    );
    fs::write(
        folder.join("destinations").join(format!("{NAME}.toml")),
        text,
    )
    .with_context(|| NAME.to_owned())
}
