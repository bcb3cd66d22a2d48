//! A real WordPress beside the static site: what it is told, and what somebody of its own staff does to it.

use std::{fs, path::Path, time::Duration};

use anyhow::{Context as _, anyhow};
use tokio::process::Command;
use yigao_core::{ItemId, Seen, time::between};
use yigao_engine::Hub;

use super::{EVERY, stage::Stage};
use crate::{exit::Mistake, lang::Say};

/// Name of the destination.
const NAME: &str = "wordpress";
const URL: &str = "YIGAO_WORDPRESS_URL";
/// The post whose words are changed, and the words.
const CHANGED: (&str, &str, &str) = ("museum-policy-qa", "免费", "收费");
/// Longest time until it is noticed.
const PATIENCE: Duration = Duration::from_secs(60);

/// The site's home page.
pub(super) fn address() -> anyhow::Result<String> {
    let found = std::env::var_os(URL).map(|url| url.to_string_lossy().into_owned());
    found.ok_or_else(|| {
        Mistake::error(
            format!("缺少环境变量 {URL}；make demo CMS=wordpress 会自己启动一个 WordPress"),
            format!("{URL} is not set; make demo CMS=wordpress starts a WordPress"),
        )
    })
}

/// Host and port, for the configuration.
pub(super) fn host() -> anyhow::Result<String> {
    let address = address()?;
    let host = address.trim_start_matches("http://");
    Ok(host.trim_end_matches('/').to_owned())
}

/// Writes the destination's file.
pub(super) fn write_destination(folder: &Path) -> anyhow::Result<()> {
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

/// Somebody changes a word on the site; it is seen, and said where.
pub(super) async fn changed_behind_our_back(
    stage: &Stage,
    hub: &Hub,
    say: &Say,
) -> anyhow::Result<()> {
    let (item, from, to) = CHANGED;
    let done = Command::new(stage.sandbox_program())
        .args(["webmaster", &address()?, "admin"])
        .args(["YIGAO_WORDPRESS_ADMIN_PASSWORD", item, from, to])
        .output()
        .await?;
    if !done.status.success() {
        let says = String::from_utf8_lossy(&done.stderr).trim().to_owned();
        return Err(anyhow!("webmaster: {says}"));
    }
    say.line(
        format!("有人在 WordPress 后台把 {item} 的“{from}”改成“{to}”，等待回读……"),
        format!(
            "somebody changes {from:?} of {item} to {to:?} on the WordPress site; it is read back …"
        ),
    );
    let begun = hub.clock.now();
    loop {
        let all = hub.deliveries_of(&ItemId::parse(item)?).await?;
        let there = all.into_iter().find(|d| d.destination.as_str() == NAME);
        let seen = there.and_then(|d| d.observation);
        if let Some(seen) = seen.filter(|seen| seen.standing == Seen::Changed) {
            for drift in &seen.drift {
                say.line(
                    format!("  走样：{}", drift.zh),
                    format!("  drift: {}", drift.en),
                );
            }
            return Ok(());
        }
        if between(begun, hub.clock.now()) > PATIENCE {
            return Err(anyhow!("the change was not noticed"));
        }
        tokio::time::sleep(EVERY).await;
    }
}
