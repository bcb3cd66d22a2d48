//! What is public on the site, as its interface reports it and as a reader gets it.

use yigao_article::{page, shown};
use yigao_channel::{Answer, Interrupt, StepResult};
use yigao_core::{Localized, Observation, Prior, Receipt, Seen};

use super::{
    note::{note, receipts},
    publish::first,
    site::{Held, Marked, RemoteSite, State, Target},
};

pub(crate) async fn observe<S: RemoteSite>(site: &S, prior: &Prior) -> StepResult<Observation> {
    let mut found = site.find().await?;
    let receipt = receipts(prior).next();
    if let Some(receipt) = receipt
        && site.check_id(&receipt.id).is_ok()
        && found.iter().all(|held| held.target.id != receipt.id)
    {
        found.extend(site.read(&target(receipt)).await?);
    }
    let may_be_public =
        |held: &Held<S::Extra>| matches!(held.state, State::Public | State::Unknown);
    let Some(held) = first(&found).filter(|held| may_be_public(held)) else {
        return nothing_public(site, &found, receipt).await;
    };
    let held = whole(site, held).await?;
    let mut seen = Observation::by_remote(Seen::Live, site.cx().now());
    if held.is_whole {
        seen.leaves.clone_from(&held.leaves);
    }
    let url = held.target.url.as_deref().map(|url| site.address(url));
    seen.url = url.or_else(|| receipt.and_then(|receipt| receipt.url.clone()));
    for other in &found {
        if may_be_public(other) && other.target.id != held.target.id {
            seen.remote_state = Seen::Changed;
            seen.drift.push(twice(&other.target));
        }
    }
    let note = receipt.and_then(note::<S::Detail>);
    let detail = note.and_then(|note| note.detail);
    site.compare_details(&held, detail.as_ref(), &mut seen)
        .await?;
    if let Some(url) = seen.url.clone() {
        let page = site.page(&url).await;
        match page {
            Ok(page) => compare(site, &url, &page, &mut seen).await?,
            Err(Interrupt::Fault(error)) => {
                seen.remote_state = Seen::CannotSee;
                seen.drift.push(error.localized());
            }
            Err(stop) => return Err(stop),
        }
    }
    Ok(seen)
}

fn target(receipt: &Receipt) -> Target {
    Target {
        id: receipt.id.clone(),
        url: receipt.url.clone(),
    }
}

/// What was found, with its text: a list of matches rarely has it.
async fn whole<S: RemoteSite>(site: &S, held: &Held<S::Extra>) -> StepResult<Held<S::Extra>> {
    if held.is_whole {
        return Ok(held.clone());
    }
    let read = site.read(&held.target).await?;
    Ok(read.unwrap_or_else(|| held.clone()))
}

/// Nothing is found, or nothing that is public. What readers get has the last word: sites keep pages of what their interface
/// has forgotten.
async fn nothing_public<S: RemoteSite>(
    site: &S,
    found: &[Held<S::Extra>],
    receipt: Option<&Receipt>,
) -> StepResult<Observation> {
    let mut seen = Observation::by_remote(Seen::Gone, site.cx().now());
    let abilities = site.abilities();
    let cannot_ask = !abilities.find && (!abilities.read || receipt.is_none());
    match receipt.and_then(|receipt| receipt.url.as_deref()) {
        Some(url) => {
            let page = site.page(url).await?;
            let is_up = page.status == 200 && site.marked(&page.text()) != Marked::Absent;
            if is_up {
                seen.remote_state = Seen::Live;
                seen.url = Some(url.to_owned());
                compare(site, url, &page, &mut seen).await?;
                if !cannot_ask {
                    seen.drift.push(Localized::new(
                        "网站接口说没有公开，读者仍打得开网页",
                        "the interface says that it is not public, and readers still get its page",
                    ));
                }
            } else if cannot_ask && page.status == 200 {
                compare_text(site, &page, &mut seen);
            }
        }
        None if cannot_ask => seen.remote_state = Seen::CannotSee,
        None => {}
    }
    if let Some(held) = first(found).filter(|_| seen.remote_state == Seen::Gone) {
        seen.drift.push(site.why_hidden(held));
    }
    Ok(seen)
}

/// What a reader gets must be the same as what an editor sees.
async fn compare<S: RemoteSite>(
    site: &S,
    url: &str,
    answer: &Answer,
    seen: &mut Observation,
) -> StepResult<()> {
    match compare_text(site, answer, seen) {
        Some(shown) => site.compare_pictures(url, &shown, seen).await,
        None => Ok(()),
    }
}

/// Answers the markup of the text; none when readers do not get the whole of it.
fn compare_text<S: RemoteSite>(
    site: &S,
    answer: &Answer,
    seen: &mut Observation,
) -> Option<String> {
    let html = answer.text();
    let page = page::read(&html, site.main_text());
    let shown = match site.marked(&html) {
        Marked::CutOff => {
            seen.remote_state = Seen::Truncated;
            seen.drift.push(Localized::new(
                "读者看到的正文被截断",
                "readers see only the beginning of the text",
            ));
            return None;
        }
        Marked::Whole(inner) => Some(inner),
        Marked::Absent => page.main.as_deref(),
    };
    shown::compare(answer.status, &page, shown, seen.at, seen);
    shown.map(ToOwned::to_owned)
}

fn twice(other: &Target) -> Localized {
    let place = other.url.as_deref().unwrap_or(&other.id);
    Localized::new(
        format!("网站上还有一份：{place}"),
        format!("there is a second copy: {place}"),
    )
}
