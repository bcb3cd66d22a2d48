//! The way of an article to its readers: what bears our marker is found or created, then written and published by its number.
//!
//! Few interfaces know keys: of creations whose answers were lost nobody can tell without looking. So what is created bears our
//! marker and is found by it, and everything after that is a call by number, which may be repeated.

use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use yigao_channel::StepResult;
use yigao_core::{Asks, Found, Receipt, Ticket};

use super::{
    note::{Note, out},
    overwrite::may_overwrite,
    site::{Created, Held, RemoteSite, State, Target, Written},
};

/// What is there after a creation.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Made {
    id: String,
    #[serde(default)]
    url: Option<String>,
    /// It was there before, and may hold an older text. So may what a person reports to be there.
    #[serde(default = "yes")]
    old: bool,
    #[serde(default)]
    job: Option<String>,
}

fn yes() -> bool {
    true
}

impl Made {
    fn found(target: &Target) -> Self {
        Self {
            id: target.id.clone(),
            url: target.url.clone(),
            old: true,
            job: None,
        }
    }

    fn receipted(receipt: &Receipt) -> Self {
        Self::found(&Target {
            id: receipt.id.clone(),
            url: receipt.url.clone(),
        })
    }

    fn target(&self) -> Target {
        Target {
            id: self.id.clone(),
            url: self.url.clone(),
        }
    }
}

/// Publishes, or puts the article in the place of what is public there.
pub(crate) async fn put<S: RemoteSite>(site: &S, content: &S::Content) -> StepResult<Receipt> {
    let cx = site.cx();
    let created = AtomicBool::new(false);
    let made = match out(cx.prior()) {
        Some(receipt) => Made::receipted(receipt),
        None => find_or_create(site, content, &created).await?,
    };
    site.check_id(&made.id)?;
    let target = made.target();
    let writes = site.writes(made.old);
    let mut there = None;
    // What was created in this run is as it was sent; whatever else the text replaces is checked first.
    if let Some(first) = writes.first().filter(|first| first.has_text)
        && !created.load(Ordering::Relaxed)
    {
        there = may_overwrite(site, first.op, &target, content).await?;
    }
    let mut written = Written {
        url: made.url,
        job: made.job,
        wrote: None,
        detail: None,
    };
    for write in writes {
        let now: Written<S::Detail> = cx
            .step(write.op, "", || {
                site.write(write, &target, content, there.as_ref())
            })
            .await?;
        written = Written {
            url: now.url.or(written.url),
            job: now.job.or(written.job),
            wrote: now.wrote,
            detail: now.detail,
        };
    }
    let mut url = written.url;
    if let (Some(job), Some(op)) = (written.job, S::OPS.poll) {
        let ticket = Ticket {
            id: job.clone(),
            asks: Asks::Remote,
            note: Value::Null,
        };
        let finished: Option<String> = cx
            .wait(op, &ticket, |_| site.finished(&job, &target))
            .await?;
        url = finished.or(url);
    }
    let note = Note {
        wrote: written.wrote,
        detail: written.detail,
    };
    let url = url.map(|url| site.address(&url));
    let receipt = Receipt::by_remote(target.id, url, cx.now());
    Ok(receipt.with_note(serde_json::to_value(note).unwrap_or_default()))
}

/// What bears our marker: the one that is there, else a new one.
async fn find_or_create<S: RemoteSite>(
    site: &S,
    content: &S::Content,
    created: &AtomicBool,
) -> StepResult<Made> {
    site.cx()
        .once(
            S::OPS.create,
            "",
            |_| async {
                if !site.abilities().find {
                    let evidence = "the site has no call that finds it".to_owned();
                    return Ok(Found::Cannot(evidence));
                }
                let made = found(site).await?;
                Ok(made.map_or(Found::No, Found::Yes))
            },
            || create(site, content, created),
        )
        .await
}

async fn create<S: RemoteSite>(
    site: &S,
    content: &S::Content,
    created: &AtomicBool,
) -> StepResult<Made> {
    if let Some(made) = found(site).await? {
        return Ok(made);
    }
    if let Some(made) = beneath(site).await? {
        return Ok(made);
    }
    match site.create(content).await? {
        Created::New { target, job } => {
            created.store(true, Ordering::Relaxed);
            Ok(Made {
                old: false,
                job,
                ..Made::found(&target)
            })
        }
        Created::Exists(otherwise) => found(site).await?.ok_or(otherwise),
    }
}

async fn found<S: RemoteSite>(site: &S) -> StepResult<Option<Made>> {
    let all = site.find().await?;
    Ok(first(&all).map(|held| Made::found(&held.target)))
}

/// What is public before what is not, what is in the trash last; then the site's order.
pub(super) fn first<E>(found: &[Held<E>]) -> Option<&Held<E>> {
    found
        .iter()
        .min_by_key(|held| (held.state != State::Public, held.state == State::Trash))
}

/// What was public before something unsure, where no lookup by the marker finds it: it may be public, and is not published twice.
async fn beneath<S: RemoteSite>(site: &S) -> StepResult<Option<Made>> {
    let Some(receipt) = &site.cx().prior().replaced else {
        return Ok(None);
    };
    let made = Made::receipted(receipt);
    let abilities = site.abilities();
    if !abilities.read {
        return Ok((!abilities.find).then_some(made));
    }
    site.check_id(&made.id)?;
    let there = site.read(&made.target()).await?;
    Ok(there.map(|_| made))
}
