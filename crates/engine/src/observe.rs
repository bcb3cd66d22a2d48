//! 回读: what readers see, compared with what was approved.

use yigao_channel::{Cx, Naming, Stop};
use yigao_core::{
    By, Delivery, DueFor, Intent, Leaf, LeafKind, Observation, Prior, Seen, Standing, State,
    Timestamp, Words, next::Event,
};
use yigao_store::StoreError;

use crate::{
    deliver::{Run, mark},
    destinations::Destination,
    host::DeliveryHost,
    hub::Hub,
    wire::Recorder,
};

/// An observation that saw nothing.
pub(crate) fn blind(now: Timestamp) -> Observation {
    Observation {
        standing: Seen::CannotSee,
        by: By::Remote,
        leaves: Vec::new(),
        url: None,
        at: now,
        drift: Vec::new(),
    }
}

/// Reads back one delivery that has ended, or looks for the proof of a withdrawal.
pub(crate) async fn observe(
    hub: &Hub,
    destination: &Destination,
    delivery: &Delivery,
    recorder: &Recorder,
) -> Result<Option<Run>, StoreError> {
    let (rendition, _) = hub.store.rendition(&delivery.rendition).await?;
    let prior = what_to_look_for(delivery);
    let host = DeliveryHost {
        hub,
        destination,
        delivery,
        purpose: DueFor::Observe,
        recorder,
    };
    let naming = Naming {
        key: delivery.key(),
        mark: mark(delivery),
        spent: false,
    };
    let cx = Cx::new(&host, destination.channel.profile(), &prior, naming);
    let seen = match destination.channel.observe(&cx, &prior).await {
        Ok(seen) => seen,
        Err(Stop::Lost(why)) => {
            tracing::warn!("{why}");
            return Ok(None);
        }
        Err(stop) => {
            let mut seen = blind(hub.clock.now());
            seen.drift.push(Words::new(
                format!("这次没能回读：{stop:?}"),
                format!("could not look: {stop:?}"),
            ));
            seen
        }
    };
    let seen = if delivery.intent == Intent::Kill {
        seen
    } else {
        compare(seen, &rendition.leaves)
    };
    let event = match delivery.state {
        State::Unproven | State::Doubtful => Event::Proof { seen },
        _ => Event::Observed { seen },
    };
    Ok(Some(Run {
        event,
        last: None,
        healthy: None,
        escape: None,
    }))
}

/// For a publication: what its receipt names. For a withdrawal: what it was to take down.
fn what_to_look_for(delivery: &Delivery) -> Prior {
    match (delivery.intent, &delivery.receipt) {
        (Intent::Publish | Intent::Correct, Some(receipt)) => Prior {
            key: delivery.id.to_string(),
            standing: Standing::Out(receipt.clone()),
            ..Prior::default()
        },
        _ => delivery.prior.clone(),
    }
}

/// Names the paragraphs and pictures that differ. An adapter that returned no leaves has judged for itself.
fn compare(mut seen: Observation, approved: &[Leaf]) -> Observation {
    if seen.leaves.is_empty()
        || !matches!(
            seen.standing,
            Seen::Live | Seen::Changed | Seen::Adopted | Seen::PictureLost | Seen::Truncated
        )
    {
        return seen;
    }
    let missing: Vec<&Leaf> = approved
        .iter()
        .filter(|leaf| !seen.leaves.contains(leaf))
        .collect();
    let strange: Vec<&Leaf> = seen
        .leaves
        .iter()
        .filter(|leaf| !approved.contains(leaf))
        .collect();
    if missing.is_empty() && strange.is_empty() {
        return seen;
    }
    let mut drift = Vec::new();
    for leaf in missing.iter().take(5) {
        drift.push(Words::new(
            format!("线上没有{}：{}", kind_zh(leaf), short(leaf)),
            format!("missing {}: {}", kind_en(leaf), short(leaf)),
        ));
    }
    for leaf in strange.iter().take(5) {
        drift.push(Words::new(
            format!("线上多出{}：{}", kind_zh(leaf), short(leaf)),
            format!("unexpected {}: {}", kind_en(leaf), short(leaf)),
        ));
    }
    let only_pictures =
        strange.is_empty() && missing.iter().all(|leaf| leaf.kind == LeafKind::Picture);
    let only_the_end = strange.is_empty()
        && approved.ends_with(&missing.iter().map(|l| (*l).clone()).collect::<Vec<_>>());
    let by_leaves = match (only_pictures, only_the_end) {
        (true, _) => Seen::PictureLost,
        (_, true) => Seen::Truncated,
        _ => Seen::Changed,
    };
    match seen.standing {
        Seen::Live => seen.standing = by_leaves,
        // Other words are worse than a picture that is gone.
        Seen::PictureLost | Seen::Truncated if by_leaves == Seen::Changed => {
            seen.standing = Seen::Changed;
        }
        _ => {}
    }
    drift.append(&mut seen.drift);
    seen.drift = drift;
    seen
}

fn kind_zh(leaf: &Leaf) -> &'static str {
    match leaf.kind {
        LeafKind::Title => "标题",
        LeafKind::Summary => "摘要",
        LeafKind::Text => "段落",
        LeafKind::Picture => "图片",
        LeafKind::Link => "链接",
    }
}

fn kind_en(leaf: &Leaf) -> &'static str {
    match leaf.kind {
        LeafKind::Title => "title",
        LeafKind::Summary => "summary",
        LeafKind::Text => "paragraph",
        LeafKind::Picture => "picture",
        LeafKind::Link => "link",
    }
}

fn short(leaf: &Leaf) -> String {
    let text: String = leaf.text.chars().take(40).collect();
    if text.len() < leaf.text.len() {
        format!("{text}…")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(kind: LeafKind, text: &str) -> Leaf {
        Leaf::new(kind, text)
    }

    fn live(leaves: Vec<Leaf>) -> Observation {
        Observation {
            standing: Seen::Live,
            leaves,
            ..blind(Timestamp::from_second(0).unwrap())
        }
    }

    #[test]
    fn drift_names_what_differs_and_how() {
        let approved = vec![
            leaf(LeafKind::Title, "题"),
            leaf(LeafKind::Text, "一"),
            leaf(LeafKind::Picture, "p1"),
            leaf(LeafKind::Text, "二"),
        ];
        assert_eq!(
            compare(live(approved.clone()), &approved).standing,
            Seen::Live
        );
        let without = |skip: usize| {
            let mut leaves = approved.clone();
            leaves.remove(skip);
            compare(live(leaves), &approved)
        };
        assert_eq!(without(2).standing, Seen::PictureLost);
        assert_eq!(without(3).standing, Seen::Truncated);
        let mut edited = approved.clone();
        edited[1] = leaf(LeafKind::Text, "壹");
        let seen = compare(live(edited), &approved);
        assert_eq!(seen.standing, Seen::Changed);
        assert_eq!(
            seen.drift.iter().map(|w| w.zh.as_str()).collect::<Vec<_>>(),
            ["线上没有段落：一", "线上多出段落：壹"]
        );
    }
}
