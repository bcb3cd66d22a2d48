//! How a run is told: its outcome as a word, a sentence for the attempt, the verb of the ledger entry.

use yigao_core::{
    Delivery, Observation, State,
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
        Event::Rung => "rung",
        Event::Fault { .. } => "fault",
        Event::Doubt(_) => "doubt",
        Event::Told { .. } => "told",
        Event::Overtaken { .. } => "overtaken",
        Event::Proof { .. } => "proof",
        Event::Observed { .. } => "observed",
        Event::Tidied => "tidied",
    }
}

pub(crate) fn says(event: &Event) -> String {
    match event {
        Event::Receipt { receipt, .. } => format!("receipt {}", receipt.id),
        Event::Waits { why, .. } | Event::Accepted { why, .. } => why.words().en,
        Event::Fault { error, .. } => error.to_string(),
        Event::Doubt(doubt) => format!("doubt about {}: {}", doubt.op, doubt.evidence),
        Event::Proof { seen } | Event::Observed { seen } => {
            format!("seen: {:?}", seen.standing).to_lowercase()
        }
        Event::Stuck { .. } => "started too often without an outcome".to_owned(),
        Event::HandedBack
        | Event::Claimed { .. }
        | Event::Rung
        | Event::Told { .. }
        | Event::Overtaken { .. }
        | Event::Tidied => outcome(event).replace('_', " "),
    }
}

/// What is worth an entry in the ledger: ends, doubts, proofs; and a read-back that differs from the last.
pub(crate) fn ledger_verb(delivery: &Delivery, change: &Change) -> Option<String> {
    let seen = |o: &Option<Observation>| o.as_ref().map(|o| o.standing);
    if change.state != delivery.state {
        let worth = matches!(
            change.state,
            State::Delivered | State::Failed | State::Doubtful | State::Accepted | State::Unproven
        );
        return worth.then(|| format!("delivery.{}", change.state.name()));
    }
    (seen(&change.observation) != seen(&delivery.observation)).then(|| "delivery.seen".to_owned())
}
