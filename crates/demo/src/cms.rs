//! A real WordPress beside the static site: what the demo asks of it, and what one of its own staff changes in it.

use std::time::Duration;

use anyhow::anyhow;
use tokio::process::Command;
use yigao_core::{ItemId, Seen, time::between};
use yigao_engine::Hub;

use crate::{
    plot::EVERY,
    stage::Stage,
    wordpress::{NAME, address},
};
use yigao::lang::Say;

/// The post whose words are changed, and the words.
const CHANGED: (&str, &str, &str) = ("museum-policy-qa", "免费", "收费");
/// Longest time until it is noticed.
const PATIENCE: Duration = Duration::from_secs(60);

/// Somebody changes a word on the site; it is seen, and said where.
pub(crate) async fn changed_behind_our_back(
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
        let message = String::from_utf8_lossy(&done.stderr).trim().to_owned();
        return Err(anyhow!("webmaster: {message}"));
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
        if let Some(seen) = seen.filter(|seen| seen.remote_state == Seen::Changed) {
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
