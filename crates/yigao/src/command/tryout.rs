//! `yigao destination try FILE --item …`: a destination's file with a real item, first filled and not sent, then for real, in a
//! ledger of its own that is thrown away.

mod log;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use yigao_channel::Opening;
use yigao_core::{DestinationId, Rendition, State, Timestamp, Version};
use yigao_engine::{Hub, Request, read_draft};

use self::log::{Act, Log};
use super::{Call, item::print_reports, send::work_off, verify::verify};
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

/// What was asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct How {
    pub(super) send: bool,
    pub(super) keep: bool,
    pub(super) step: bool,
}

pub(super) async fn run(call: &Call<'_>, file: &Path, item: &Path, how: How) -> anyhow::Result<()> {
    super::lint::run(call, file)?;
    let scratch = Scratch::make()?;
    let mut file = DestinationFile::read(file)?;
    // Under a name that nothing else has: what is public from real work bears another marker, and is not touched.
    let id = ulid::Ulid::generate().to_string().to_lowercase();
    file.id = DestinationId::parse(&format!("try-{id}"))?;
    let mut tuning = call.settings()?.tuning;
    tuning.policy.attempts_max = TRIES;
    let settings = Settings {
        tuning,
        data: scratch.0.clone(),
        ledger: None,
        queue: None,
        destinations: vec![file.clone()],
        webhooks: Vec::new(),
        ..call.settings()?
    };
    let opened = open(&settings).await?;
    let version = read(&opened.hub, item, call).await?;
    let reports = opened.hub.preflight(&version, &[], None, None).await?;
    print_reports(&reports, call.say);
    let rendition = reports.first().and_then(|report| report.rendition.clone());
    let rendition = rendition
        .ok_or_else(|| Mistake::error("这篇稿件发不到那里", "this item cannot go there"))?;
    let now = opened.hub.clock.now();
    dry(call, &file, &settings, &rendition, now);
    if !how.send {
        call.say.line(
            "以上都没有发出；加 --send 真的试一次",
            "nothing of this was sent; --send tries it for real",
        );
        return Ok(());
    }
    real(call, &settings, opened, &version, how).await
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
    how: How,
) -> anyhow::Result<()> {
    let log = Arc::new(Log::new(call.say, how.step));
    let hub = if how.step {
        opened.hub.with_steps(log.clone())
    } else {
        opened.hub
    };
    let again = || Opened {
        hub: hub.clone(),
        queue: opened.queue.clone(),
    };
    let actor = call.actor()?;
    let left = || {
        Mistake::error(
            "试投被中断：网站上可能留有这篇试投稿，请到网站后台查看并删除",
            "the trial was interrupted: something of it may be left on the site, check there and delete it",
        )
    };
    log.begin(Act::Publish);
    let plan = hub
        .publish(&version.item, &Request::approved(), actor)
        .await?;
    let ids: Vec<_> = plan.deliveries.iter().map(|d| d.id.clone()).collect();
    let Some(published) = work_off(call, settings, again(), &ids).await? else {
        return Err(left());
    };
    log.tell(&hub, &published).await?;
    log.begin(Act::Lookup);
    // Whatever is seen, what may be there is taken away in a moment: no advice, and no end here.
    let seen = verify(call, settings, &again(), (&version.item, &[]), |_, _| None).await;
    log.tell(&hub, &published).await?;
    let seen = seen.and_then(|seen| super::verify::verdict(&seen));
    if how.keep {
        crate::follow::verdict(&published)?;
        return seen;
    }
    log.begin(Act::Withdraw);
    let reason = call.say.pick("试投", "a trial");
    let plan = hub
        .withdraw(&version.item, Vec::new(), reason, actor)
        .await?;
    let ids: Vec<_> = plan.deliveries.iter().map(|d| d.id.clone()).collect();
    let Some(killed) = work_off(call, settings, again(), &ids).await? else {
        return Err(left());
    };
    log.tell(&hub, &killed).await?;
    if killed.iter().any(|d| d.state != State::Delivered) {
        for receipt in published.iter().filter_map(|d| d.receipt.as_ref()) {
            let place = receipt.url.as_deref().unwrap_or(&receipt.id);
            call.say.line(
                format!("没能撤下：试投稿还在 {place}，请到网站后台删除"),
                format!("it could not be withdrawn: the trial is still at {place}, delete it on the site"),
            );
        }
    }
    // What may still be there is the worst of it.
    crate::follow::verdict(&killed)?;
    crate::follow::verdict(&published)?;
    seen
}
