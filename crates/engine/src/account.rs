//! How a run is reported: its outcome as a word, a sentence for the attempt, the verb of the ledger entry.

use yigao_core::{
    Delivery, Localized, Observation, State,
    next::{Change, Event},
};

pub(crate) fn outcome(event: &Event) -> &'static str {
    match event {
        Event::Claimed { .. } => "claimed",
        Event::Stuck { .. } => "stuck",
        Event::HandedBack => "handed_back",
        Event::Receipt { .. } => "receipt",
        Event::Waits { .. } => "waits",
        Event::Accepted { .. } => "accepted",
        Event::Woken => "woken",
        Event::Fault { .. } => "fault",
        Event::Doubt(_) => "doubt",
        Event::Decided { .. } => "decided",
        Event::Superseded { .. } => "superseded",
        Event::Cancelled { .. } => "cancelled",
        Event::Proof { .. } => "proof",
        Event::Observed { .. } => "observed",
        Event::CleanedUp => "cleaned_up",
    }
}

pub(crate) fn message(event: &Event) -> Localized {
    match event {
        Event::Receipt { receipt, .. } => Localized::new(
            format!("回执 {}", receipt.id),
            format!("receipt {}", receipt.id),
        ),
        Event::Waits { why, .. } | Event::Accepted { why, .. } => why.localized(),
        Event::Fault { error, .. } => error.localized(),
        Event::Doubt(doubt) => Localized::new(
            format!("“{}”结果不明：{}", doubt.op, doubt.evidence),
            format!("doubt about {}: {}", doubt.op, doubt.evidence),
        ),
        Event::Proof { seen } | Event::Observed { seen } => {
            let words = seen.remote_state.localized();
            Localized::new(format!("看到：{}", words.zh), format!("seen: {}", words.en))
        }
        Event::Stuck { .. } => {
            Localized::new("多次开始都没有结果", "started too often without an outcome")
        }
        Event::HandedBack => {
            Localized::new("交还，由下一个进程继续", "given back for the next worker")
        }
        Event::CleanedUp => Localized::new("没有残留", "nothing of ours is left"),
        Event::Claimed { .. }
        | Event::Woken
        | Event::Decided { .. }
        | Event::Superseded { .. }
        | Event::Cancelled { .. } => {
            let word = outcome(event);
            Localized::new(word, word)
        }
    }
}

/// What is worth an entry in the ledger: ends, doubts, proofs; and a read-back that differs from the last.
pub(crate) fn ledger_verb(delivery: &Delivery, change: &Change) -> Option<String> {
    let seen = |o: &Option<Observation>| o.as_ref().map(|o| o.remote_state);
    if change.state != delivery.state {
        let worth = matches!(
            change.state,
            State::Delivered
                | State::Failed
                | State::InDoubt
                | State::Accepted
                | State::Unconfirmed
        );
        return worth.then(|| format!("delivery.{}", change.state.name()));
    }
    (seen(&change.observation) != seen(&delivery.observation)).then(|| "delivery.seen".to_owned())
}
