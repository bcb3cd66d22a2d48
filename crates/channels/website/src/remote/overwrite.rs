//! Whether what is public on the site may be overwritten.

use serde_json::Value;
use yigao_channel::{Interrupt, StepResult};
use yigao_core::{ChannelError, Digest, Effect, ErrorKind, Localized, Prior};

use super::{
    note::{notes, out, receipts},
    site::{Held, Noun, RemoteSite, State, Target},
};

/// Why it may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    Deleted,
    NotOurs,
    TakenBack,
    Changed,
}

/// What is compared with what is public there.
#[derive(Debug)]
pub(super) struct Wanted<'w> {
    pub(super) target: &'w Target,
    /// Digest of what would be written now.
    pub(super) checksum: &'w Digest,
    /// Saving a text hides it until it is published again.
    pub(super) saving_hides: bool,
}

/// What is public there, when it may be overwritten; a site where nothing can be read is overwritten unseen.
pub(super) async fn may_overwrite<S: RemoteSite>(
    site: &S,
    op: &'static str,
    target: &Target,
    content: &S::Content,
) -> StepResult<Option<Held<S::Extra>>> {
    let abilities = site.abilities();
    if !abilities.read {
        return Ok(None);
    }
    let there = site.read(target).await?;
    let wanted = Wanted {
        target,
        checksum: &site.checksum(content),
        saving_hides: abilities.saving_hides,
    };
    match judge(site.cx().prior(), &wanted, there.as_ref()) {
        Ok(()) => Ok(there),
        Err(refusal) => Err(refused(op, refusal, S::NOUN)),
    }
}

/// The questions are asked from the outside in, and an earlier answer outweighs all later ones:
///
/// 1. Is it there?
/// 2. Is it this item's? It bears the marker, or a receipt of our own names it. This comes before everything that staff may
///    have done to it and before a person's agreement: a wrong number that somebody gave leads to another's text, whose draft
///    is no withdrawal of ours and which nobody agreed to replace.
/// 3. Did staff take it back? No agreement to replace a text makes it public again.
/// 4. Is it as this program left it, or as it would be written now, or exactly what a person agreed to replace?
pub(super) fn judge<E>(
    prior: &Prior,
    wanted: &Wanted<'_>,
    there: Option<&Held<E>>,
) -> Result<(), Refusal> {
    let there = there.ok_or(Refusal::Deleted)?;
    let is_named = receipts(prior).any(|receipt| receipt.id == wanted.target.id);
    let is_known = notes::<Value>(prior).next().is_some();
    if is_named && !there.is_marked && !is_known {
        return Err(Refusal::NotOurs);
    }
    let as_new = there.checksum.as_ref() == Some(wanted.checksum);
    let was_out = out(prior).is_some();
    let is_hidden = match there.state {
        State::Public | State::Unknown => false,
        // A draft may be our own, and what we withdrew is in the trash.
        State::Draft | State::Trash => was_out,
        State::Hidden => true,
    };
    // Where saving hides it, what this very delivery saved is not what staff took back.
    if is_hidden && !(wanted.saving_hides && as_new) {
        return Err(Refusal::TakenBack);
    }
    let is_agreed = prior.over.is_some() && prior.over == Some(Digest::of_json(&there.leaves));
    if is_agreed || as_new || there.has_checksum || is_remembered(prior, there) {
        return Ok(());
    }
    Err(Refusal::Changed)
}

/// Whether a receipt remembers exactly this.
fn is_remembered<E>(prior: &Prior, there: &Held<E>) -> bool {
    let wrote = notes::<Value>(prior).filter_map(|note| note.wrote);
    there.checksum.is_some() && wrote.map(Some).any(|wrote| wrote == there.checksum)
}

fn refused(op: &'static str, refusal: Refusal, noun: Noun) -> Interrupt {
    let Noun { zh, en } = noun;
    let (message, zh, en) = match refusal {
        Refusal::Deleted => (
            format!("the {en} was deleted on the site"),
            format!("{zh}已在网站上被人删除：请先撤稿，再重新投递"),
            "it was deleted on the site: withdraw it here, then publish again".to_owned(),
        ),
        Refusal::NotOurs => (
            format!("the {en} does not bear this item's mark"),
            format!("该编号的{zh}不是由本程序发布的，未覆盖：请核对裁定时填写的编号"),
            format!("the {en} of this number is none of this item's: check the number that was given"),
        ),
        Refusal::TakenBack => (
            format!("somebody of the site's staff took the {en} back"),
            format!(
                "网站工作人员已把{zh}收回（草稿、私密、定时或回收站），未再公开：请在网站上恢复公开，或先撤稿再重新投递"
            ),
            "the site's staff took it back (draft, private, scheduled or trash), so it is not made public: put it back there, or withdraw it here and publish again".to_owned(),
        ),
        Refusal::Changed => (
            format!("the {en} was changed on the site"),
            format!(
                "有人在网站后台改过这篇{zh}，未覆盖；先看改了什么：yigao item verify 稿件；确认要覆盖所看到的：yigao item correct 稿件 --to 目的账号 --overwrite"
            ),
            "somebody changed it on the site, so it was not overwritten: see what it is: yigao item verify ITEM; to replace exactly that: yigao item correct ITEM --to DESTINATION --overwrite".to_owned(),
        ),
    };
    let error = ChannelError::new(ErrorKind::Rejected, op, message).with_effect(Effect::None);
    Interrupt::Fault(error.with_advice(Localized::new(zh, en)))
}
