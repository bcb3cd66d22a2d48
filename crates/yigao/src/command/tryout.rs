//! `yigao destination try FILE --item …`: a destination's file with a real item, first filled and not sent, then for real, in a
//! ledger of its own that is thrown away.

use std::path::{Path, PathBuf};

use yigao_channel::Opening;
use yigao_core::{Delivery, DestinationId, Rendition, State, Timestamp, Version};
use yigao_engine::{Hub, Request, read_draft};

use super::{Call, item::tell_sheets, send::work_off};
use crate::{
    channels::dry_calls,
    exit::Mistake,
    lang::out,
    open::{Opened, open},
    settings::{DestinationFile, Settings, secret},
};

/// A trial does not wait for hours until a site comes back.
const TRIES: u32 = 2;

/// The throw-away ledger's folder; goes when the trial ends.
struct Scratch(PathBuf);

impl Scratch {
    fn make() -> anyhow::Result<Self> {
        let id = ulid::Ulid::generate().to_string().to_lowercase();
        let folder = std::env::temp_dir().join(format!("yigao-try-{id}"));
        std::fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

pub(super) async fn run(
    call: &Call<'_>,
    file: &Path,
    item: &Path,
    send: bool,
    keep: bool,
) -> anyhow::Result<()> {
    super::lint::run(call, file)?;
    let scratch = Scratch::make()?;
    let mut file = DestinationFile::read(file)?;
    // Under a name that nothing else has: what is out there from real work bears another mark, and is not touched.
    let id = ulid::Ulid::generate().to_string().to_lowercase();
    file.id = DestinationId::parse(&format!("try-{id}"))?;
    let mut tuning = call.settings()?.tuning;
    tuning.policy.attempts_max = TRIES;
    let settings = Settings {
        tuning,
        data: scratch.0.clone(),
        ledger: None,
        bell: None,
        destinations: vec![file.clone()],
        webhooks: Vec::new(),
        ..call.settings()?
    };
    let opened = open(&settings).await?;
    let version = read(&opened.hub, item, call).await?;
    let sheets = opened.hub.preflight(&version, &[], None, None).await?;
    tell_sheets(&sheets, call.say);
    let rendition = sheets.first().and_then(|sheet| sheet.rendition.clone());
    let rendition = rendition
        .ok_or_else(|| Mistake::error("这篇稿件发不到那里", "this item cannot go there"))?;
    let now = opened.hub.clock.now();
    dry(call, &file, &settings, &rendition, now);
    if !send {
        call.say.line(
            "以上都没有发出；加 --send 真的试一次",
            "nothing of this was sent; --send tries it for real",
        );
        return Ok(());
    }
    real(call, &settings, opened, &version, keep).await
}

async fn read(hub: &Hub, path: &Path, call: &Call<'_>) -> anyhow::Result<Version> {
    let draft = read_draft(path, None)?;
    Ok(hub.ingest(draft, call.actor()?).await?.put.version)
}

/// The calls, filled.
fn dry(
    call: &Call<'_>,
    file: &DestinationFile,
    settings: &Settings,
    rendition: &Rendition,
    now: Timestamp,
) {
    let opening = Opening {
        destination: &file.id,
        public_url: settings.public_url.as_deref(),
        secrets: &secret,
    };
    for filled in dry_calls(&file.kind, file.channel.clone(), &opening, rendition, now) {
        if !call.say.json {
            out(&format!("── {} ──\n{}\n", filled.op, filled.text));
        }
    }
}

/// Publishes, reads back, withdraws.
async fn real(
    call: &Call<'_>,
    settings: &Settings,
    opened: Opened,
    version: &Version,
    keep: bool,
) -> anyhow::Result<()> {
    let again = |opened: &Opened| Opened {
        hub: opened.hub.clone(),
        bell: opened.bell.clone(),
    };
    let actor = call.actor()?;
    let request = Request::approved();
    let plan = opened.hub.publish(&version.item, &request, actor).await?;
    let ids: Vec<_> = plan.deliveries.iter().map(|d| d.id.clone()).collect();
    let left = || {
        Mistake::error(
            "试投被中断：网站上可能留有这篇试投稿，请到网站后台查看并删除",
            "the trial was interrupted: something of it may be left on the site, look there and delete it",
        )
    };
    let Some(published) = work_off(call, settings, again(&opened), &ids).await? else {
        return Err(left());
    };
    tell(call, &opened.hub, &published).await?;
    if keep {
        return crate::follow::verdict(&published);
    }
    // Whatever came of it: what may be there is taken away again.
    let reason = call.say.pick("试投", "a trial");
    let plan = opened
        .hub
        .kill(&version.item, Vec::new(), reason, actor)
        .await?;
    let ids: Vec<_> = plan.deliveries.iter().map(|d| d.id.clone()).collect();
    let Some(killed) = work_off(call, settings, again(&opened), &ids).await? else {
        return Err(left());
    };
    tell(call, &opened.hub, &killed).await?;
    if killed.iter().any(|d| d.state != State::Delivered) {
        for receipt in published.iter().filter_map(|d| d.receipt.as_ref()) {
            let place = receipt.url.as_deref().unwrap_or(&receipt.id);
            call.say.line(
                format!("没能撤下：试投稿还在 {place}，请到网站后台删除"),
                format!("it could not be taken down: the trial is still at {place}, delete it on the site"),
            );
        }
    }
    crate::follow::verdict(&published)?;
    crate::follow::verdict(&killed)
}

/// Each exchange of these deliveries, as it was recorded: its secrets are blotted out there.
async fn tell(call: &Call<'_>, hub: &Hub, deliveries: &[Delivery]) -> anyhow::Result<()> {
    for delivery in deliveries {
        for exchange in hub.store.exchanges(&delivery.id).await? {
            if !call.say.json {
                let took = exchange.took.as_millis();
                out(&format!(
                    "── {} {} {took} ms ──\n→ {}\n← {}\n",
                    delivery.intent.name(),
                    exchange.op,
                    exchange.request.trim_end(),
                    exchange.answer.trim_end()
                ));
            }
        }
        call.say.json(&serde_json::json!({"delivery": delivery, "exchanges": hub.store.exchanges(&delivery.id).await?}));
    }
    Ok(())
}
