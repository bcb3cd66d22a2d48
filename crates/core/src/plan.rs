//! What a new delivery finds before it: its prior, what it supersedes, what it waits for. Pure; the store runs it inside
//! the transaction that inserts the delivery, so that nothing can change in between.

use crate::{
    delivery::{Delivery, State},
    finding::Localized,
    id::DeliveryId,
    intent::Intent,
    outcome::{Prior, Receipt, RemoteState, Seen},
};

/// An earlier delivery of the same item at the same destination.
#[derive(Clone, Debug, PartialEq)]
pub struct Before {
    pub delivery: Delivery,
    /// Its journal has an entry of a write.
    pub wrote: bool,
    /// Some entry is open or unsure: something may still become public.
    pub unsure: bool,
}

/// What the new delivery is inserted with.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Planned {
    pub prior: Prior,
    pub supersedes: Vec<DeliveryId>,
    /// It is started after this one has ended.
    pub after: Option<DeliveryId>,
}

/// Why nothing is planned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotPlanned {
    /// The same is under way already.
    #[error("{0} is already under way there")]
    UnderWay(DeliveryId),
    /// It is public already; a change is sent as a correction.
    #[error("it is public there already (delivery {0}); use a correction")]
    OutAlready(DeliveryId),
    /// Nothing of it was ever sent there.
    #[error("nothing of it was ever sent there")]
    NothingThere,
    /// It would only repeat what is public there.
    #[error(
        "the same is public there already ({0}): change the item and import it again, then correct"
    )]
    Same(DeliveryId),
    /// Nothing new is taken there.
    #[error(
        "it takes nothing new ({by}: {why}); yigao destination resume ends that, and a withdrawal is taken at any time"
    )]
    Draining {
        /// Who ordered it.
        by: String,
        /// Why, in their words.
        why: String,
    },
}

impl NotPlanned {
    /// The reason in both languages.
    pub fn localized(&self) -> Localized {
        let zh = match self {
            Self::UnderWay(id) => format!("{id} 正在进行，无需重复"),
            Self::OutAlready(id) => format!("已经发布（{id}），修改请用“更正”"),
            Self::NothingThere => "这里从未发过此稿".to_owned(),
            Self::Same(id) => {
                format!("与已送达的（{id}）相同，没有可更正的；改稿并重新导入后再更正")
            }
            Self::Draining { by, why } => format!(
                "不再接新投递（{by}：{why}）；用 yigao destination resume 恢复，撤稿随时可以"
            ),
        };
        Localized::new(zh, self.to_string())
    }
}

/// Whether what this delivery brought is there, as far as anybody knows: delivered, and not seen to be otherwise since.
fn is_public(delivery: &Delivery) -> bool {
    let seen = delivery.observation.as_ref().map(|seen| seen.remote_state);
    let as_sent = matches!(
        seen,
        None | Some(Seen::Live | Seen::Adopted | Seen::CannotSee)
    );
    delivery.state == State::Delivered && delivery.intent != Intent::Withdraw && as_sent
}

/// The newest planned delivery, if what it brought is public there; `before` is oldest first. None when it has not ended, had
/// no effect, or was last seen to be otherwise.
pub fn stands_by(before: &[Before]) -> Option<&Delivery> {
    let newest = &before.last()?.delivery;
    is_public(newest).then_some(newest)
}

/// Whether the item will be public once what is under way has ended: what waits for a person's answer is not.
pub fn will_stand(before: &[Before]) -> bool {
    let newest = before.last().map(|newest| &newest.delivery);
    match newest.filter(|newest| newest.state.is_under_way()) {
        Some(under_way) => under_way.intent != Intent::Withdraw,
        None => matches!(prior(before).remote_state, RemoteState::Out(_)),
    }
}

/// What the next delivery there would have to be: a publication where nothing is public, otherwise a correction. Where a worker
/// is in a delivery, something may be public by the time anybody approves.
pub fn next_intent(before: &[Before]) -> Intent {
    let begun = before
        .iter()
        .any(|b| b.delivery.fence > 0 && b.delivery.state.is_under_way());
    match prior(before).remote_state {
        RemoteState::Nothing if !begun => Intent::Publish,
        RemoteState::Nothing
        | RemoteState::Out(_)
        | RemoteState::Accepted(_)
        | RemoteState::Unsure => Intent::Correct,
    }
}

/// Plans one delivery after `before`, oldest first.
///
/// # Errors
/// [`NotPlanned`] with the delivery in the way.
pub fn plan(intent: Intent, before: &[Before]) -> Result<Planned, NotPlanned> {
    let live: Vec<&Before> = before
        .iter()
        .filter(|b| !b.delivery.state.is_final())
        .collect();
    let prior = prior(before);
    match intent {
        Intent::Publish => {
            if let Some(live) = live.last() {
                return Err(NotPlanned::UnderWay(live.delivery.id.clone()));
            }
            if matches!(prior.remote_state, RemoteState::Out(_))
                && let Some(out) = before
                    .iter()
                    .rev()
                    .find(|b| b.delivery.state == State::Delivered)
            {
                return Err(NotPlanned::OutAlready(out.delivery.id.clone()));
            }
            Ok(Planned {
                prior,
                ..Planned::default()
            })
        }
        Intent::Correct => {
            if let Some(withdraw) = live.iter().find(|b| b.delivery.intent == Intent::Withdraw) {
                return Err(NotPlanned::UnderWay(withdraw.delivery.id.clone()));
            }
            let unsent = |b: &&&Before| b.delivery.state == State::Waiting && !b.wrote;
            let supersedes = live
                .iter()
                .filter(unsent)
                .map(|b| b.delivery.id.clone())
                .collect();
            let after = live
                .iter()
                .rev()
                .find(|b| !unsent(b))
                .map(|b| b.delivery.id.clone());
            if before.is_empty() {
                return Err(NotPlanned::NothingThere);
            }
            Ok(Planned {
                prior,
                supersedes,
                after,
            })
        }
        Intent::Withdraw => {
            if let Some(withdraw) = live.iter().find(|b| b.delivery.intent == Intent::Withdraw) {
                return Err(NotPlanned::UnderWay(withdraw.delivery.id.clone()));
            }
            if before.is_empty() {
                return Err(NotPlanned::NothingThere);
            }
            let supersedes = live.iter().map(|b| b.delivery.id.clone()).collect();
            Ok(Planned {
                prior,
                supersedes,
                after: None,
            })
        }
    }
}

/// What is public at the destination, as far as the deliveries before can tell.
pub fn prior(before: &[Before]) -> Prior {
    let mut found: Option<Prior> = None;
    for Before {
        delivery,
        wrote,
        unsure,
    } in before.iter().rev()
    {
        let remote_state = remote_state(delivery, *wrote, *unsure);
        match (&mut found, remote_state) {
            (None, Some(remote_state)) => {
                let settled = matches!(remote_state, RemoteState::Out(_) | RemoteState::Nothing);
                let prior = Prior {
                    key: delivery.id.to_string(),
                    remote_state,
                    replaced: None,
                    seen: delivery.observation.clone(),
                    over: None,
                };
                found = Some(prior);
                if settled {
                    break;
                }
            }
            // Something unsure came after it: the last thing known to be public may still be public.
            (Some(prior), Some(RemoteState::Out(receipt))) => {
                prior.replaced = Some(receipt);
                break;
            }
            (Some(_), Some(RemoteState::Nothing)) => break,
            _ => {}
        }
    }
    found.unwrap_or_default()
}

/// `None`: this delivery gives no evidence of what is public there.
fn remote_state(delivery: &Delivery, wrote: bool, unsure: bool) -> Option<RemoteState> {
    let receipt: Option<Receipt> = delivery.receipt.clone();
    match (delivery.state, delivery.intent) {
        // Somebody put it up again after it was gone.
        (State::Delivered, Intent::Withdraw)
            if delivery
                .observation
                .as_ref()
                .is_some_and(|seen| seen.remote_state.is_up()) =>
        {
            Some(RemoteState::Unsure)
        }
        (State::Delivered, Intent::Withdraw) => Some(RemoteState::Nothing),
        (State::Delivered, Intent::Publish | Intent::Correct) => receipt.map(RemoteState::Out),
        // Its worker came back with a receipt after it had been superseded.
        (State::Superseded, Intent::Publish | Intent::Correct) if receipt.is_some() => {
            receipt.map(RemoteState::Out)
        }
        // The ticket is stronger evidence than "unsure", whatever the delivery's state is: polled just now, or in doubt.
        (
            State::Accepted | State::Superseded | State::Waiting | State::Working | State::InDoubt,
            _,
        ) if delivery.ticket.is_some() => delivery.ticket.clone().map(RemoteState::Accepted),
        // What it had done before it failed remains: published, say, and then refused a category. Calling that nothing
        // would make a withdrawal skip it and a new publication publish it a second time.
        (State::Failed, Intent::Publish | Intent::Correct) => wrote.then_some(RemoteState::Unsure),
        (State::Failed, Intent::Withdraw) => unsure.then_some(RemoteState::Unsure),
        _ => wrote.then_some(RemoteState::Unsure),
    }
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
