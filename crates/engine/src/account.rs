//! How a run is told: its outcome as a word, a sentence for the attempt, the verb of the ledger entry.

use yigao_core::{
    Delivery, Observation, State, Words,
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
        Event::Cancelled { .. } => "cancelled",
        Event::Proof { .. } => "proof",
        Event::Observed { .. } => "observed",
        Event::Tidied => "tidied",
    }
}

pub(crate) fn says(event: &Event) -> Words {
    match event {
        Event::Receipt { receipt, .. } => Words::new(
            format!("回执 {}", receipt.id),
            format!("receipt {}", receipt.id),
        ),
        Event::Waits { why, .. } | Event::Accepted { why, .. } => why.words(),
        Event::Fault { error, .. } => error.words(),
        Event::Doubt(doubt) => Words::new(
            format!("“{}”结果不明：{}", doubt.op, doubt.evidence),
            format!("doubt about {}: {}", doubt.op, doubt.evidence),
        ),
        Event::Proof { seen } | Event::Observed { seen } => {
            let words = seen.standing.words();
            Words::new(format!("看到：{}", words.zh), format!("seen: {}", words.en))
        }
        Event::Stuck { .. } => {
            Words::new("多次开始都没有结果", "started too often without an outcome")
        }
        Event::HandedBack => Words::new("交还，由下一个进程继续", "given back for the next worker"),
        Event::Tidied => Words::new("没有残留", "nothing is left lying about"),
        Event::Claimed { .. }
        | Event::Rung
        | Event::Told { .. }
        | Event::Overtaken { .. }
        | Event::Cancelled { .. } => {
            let word = outcome(event);
            Words::new(word, word)
        }
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
