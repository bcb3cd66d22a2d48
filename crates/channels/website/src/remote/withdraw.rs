//! The way back: everything of the item that is found or was receipted, then the files that nobody else uses.

use yigao_channel::{Interrupt, StepResult};
use yigao_core::{ChannelError, ErrorKind, Localized, Receipt, RemoteState};

use super::{
    note::{is_own, receipts},
    site::{Noun, Placed, RemoteSite, State, Target},
};

pub(crate) async fn withdraw<S: RemoteSite>(site: &S) -> StepResult<Receipt> {
    let cx = site.cx();
    if cx.prior().remote_state == RemoteState::Nothing {
        return Ok(Receipt::by_remote("nothing was sent", None, cx.now()));
    }
    let all = list(site, Which::AllOfTheItem).await?;
    for target in &all {
        withdraw_one(site, target).await?;
    }
    cx.release(
        S::OPS.upload,
        S::OPS.delete_file,
        |file: Placed| async move { site.delete_file(&file).await },
    )
    .await?;
    let gone: Vec<&str> = all.iter().map(|target| target.id.as_str()).collect();
    let id = if gone.is_empty() {
        "nothing was found".to_owned()
    } else {
        gone.join(", ")
    };
    Ok(Receipt::by_remote(id, None, cx.now()))
}

/// Late drafts: what a creation left whose answer was lost and that was not found in time. What is public, or was, is never
/// swept.
pub(crate) async fn sweep<S: RemoteSite>(site: &S, stays: Option<&Receipt>) -> StepResult<()> {
    let stay: Vec<&str> = stays
        .into_iter()
        .chain(receipts(site.cx().prior()))
        .map(|receipt| receipt.id.as_str())
        .collect();
    for target in list(site, Which::Drafts).await? {
        if !stay.contains(&target.id.as_str()) {
            withdraw_one(site, &target).await?;
        }
    }
    Ok(())
}

/// What is to be withdrawn.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    /// Also what lost its marker; in the trash, too, when it is to be gone for good.
    AllOfTheItem,
    Drafts,
}

/// Written down first, so that a run after a crash withdraws the same ones.
async fn list<S: RemoteSite>(site: &S, which: Which) -> StepResult<Vec<Target>> {
    site.cx()
        .step(S::OPS.list, "", || async move {
            let deletes_trash = site.abilities().deletes_trash;
            let found = site.find().await?;
            let goes = |state: State| match which {
                Which::AllOfTheItem => deletes_trash || state != State::Trash,
                Which::Drafts => state == State::Draft,
            };
            let going = found.iter().filter(|held| goes(held.state));
            let mut targets: Vec<Target> = going.map(|held| held.target.clone()).collect();
            if which == Which::AllOfTheItem {
                let found: Vec<&str> = found.iter().map(|held| held.target.id.as_str()).collect();
                add_receipted(site, &found, &mut targets).await?;
            }
            Ok(targets)
        })
        .await
}

/// What our receipts name and the marker does not find: somebody replaced the whole text. A number that a person gave is taken
/// only when what has it bears the marker, for it may be another's.
async fn add_receipted<S: RemoteSite>(
    site: &S,
    found: &[&str],
    targets: &mut Vec<Target>,
) -> StepResult<()> {
    for receipt in receipts(site.cx().prior()) {
        let is_listed = targets.iter().any(|target| target.id == receipt.id);
        if is_listed || found.contains(&receipt.id.as_str()) {
            continue;
        }
        let is_alone = targets.is_empty() && found.is_empty();
        if let Err(error) = site.check_id(&receipt.id) {
            if is_alone {
                return Err(error.into());
            }
            continue;
        }
        let target = Target {
            id: receipt.id.clone(),
            url: receipt.url.clone(),
        };
        if is_own(receipt) {
            targets.push(target);
            continue;
        }
        // Without reading it nobody here knows whose it is.
        if !site.abilities().read {
            return Err(not_ours::<S>(&receipt.id));
        }
        match site.read(&target).await? {
            Some(held) if held.is_marked => targets.push(target),
            Some(held) if held.state != State::Trash && is_alone => {
                return Err(not_ours::<S>(&receipt.id));
            }
            Some(_) | None => {}
        }
    }
    Ok(())
}

async fn withdraw_one<S: RemoteSite>(site: &S, target: &Target) -> StepResult<()> {
    site.cx()
        .step(S::OPS.withdraw, &target.id, || site.withdraw(target))
        .await
}

fn not_ours<S: RemoteSite>(id: &str) -> Interrupt {
    let Noun { zh, en } = S::NOUN;
    let message = format!("{en} {id} does not bear this item's mark");
    let error = ChannelError::new(ErrorKind::Rejected, S::OPS.list, message);
    Interrupt::Fault(error.with_advice(Localized::new(
        format!("编号 {id} 的{zh}不是由本程序发布的，未撤下：请核对裁定时填写的编号，或在网站上撤下后裁定为已发生"),
        format!("{en} {id} is none of this item's and stays: check the number that was given, or take it down on the site and decide that it happened"),
    )))
}
