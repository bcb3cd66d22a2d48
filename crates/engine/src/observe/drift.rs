//! What was read back beside what was approved: which paragraphs and pictures differ, in words.

use yigao_core::{Leaf, LeafKind, Localized, Observation, Seen};

/// Names the paragraphs and pictures that differ. An adapter that returned no leaves has judged for itself.
pub(super) fn compare(mut seen: Observation, approved: &[Leaf]) -> Observation {
    if seen.leaves.is_empty()
        || !matches!(
            seen.remote_state,
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
    let mut drift = named(&missing, &strange);
    let only_pictures =
        strange.is_empty() && missing.iter().all(|leaf| leaf.kind == LeafKind::Picture);
    let only_the_end = strange.is_empty()
        && approved.ends_with(&missing.iter().map(|l| (*l).clone()).collect::<Vec<_>>());
    let by_leaves = match (only_pictures, only_the_end) {
        (true, _) => Seen::PictureLost,
        (_, true) => Seen::Truncated,
        _ => Seen::Changed,
    };
    match seen.remote_state {
        Seen::Live => seen.remote_state = by_leaves,
        // A changed text is worse than a missing picture.
        Seen::PictureLost | Seen::Truncated if by_leaves == Seen::Changed => {
            seen.remote_state = Seen::Changed;
        }
        _ => {}
    }
    drift.append(&mut seen.drift);
    seen.drift = drift;
    seen
}

/// Most differences of a kind that are named.
const NAMED: usize = 5;
/// Characters that are shown of a text, and before the place where it differs.
const SHOWN: usize = 40;
const BEFORE: usize = 10;

/// What is missing beside what is in its place, then the rest.
fn named(missing: &[&Leaf], strange: &[&Leaf]) -> Vec<Localized> {
    let mut drift = Vec::new();
    let mut others = strange.to_vec();
    for leaf in missing {
        let instead = others.iter().position(|other| is_reworded(leaf, other));
        drift.push(if let Some(other) = instead.map(|at| others.remove(at)) {
            let (was, is) = where_they_differ(&leaf.text, &other.text);
            Localized::new(
                format!("{}改过：批准的是“{was}”，线上是“{is}”", kind_zh(leaf)),
                format!("{} changed: approved “{was}”, there “{is}”", kind_en(leaf)),
            )
        } else {
            let text = cut(&leaf.text, 0);
            Localized::new(
                format!("线上没有{}：{text}", kind_zh(leaf)),
                format!("missing {}: {text}", kind_en(leaf)),
            )
        });
    }
    // Neither kind may hide the other.
    drift.truncate(NAMED);
    drift.extend(others.into_iter().take(NAMED).map(|leaf| {
        let text = cut(&leaf.text, 0);
        Localized::new(
            format!("线上多出{}：{text}", kind_zh(leaf)),
            format!("unexpected {}: {text}", kind_en(leaf)),
        )
    }));
    drift
}

/// The same text with other words in it: half of the shorter is the same at its ends.
fn is_reworded(a: &Leaf, b: &Leaf) -> bool {
    let shorter = a.text.chars().count().min(b.text.chars().count());
    let worded = matches!(
        a.kind,
        LeafKind::Title | LeafKind::Summary | LeafKind::Text | LeafKind::Link
    );
    let begin = same(a.text.chars(), b.text.chars());
    let end = same(a.text.chars().rev(), b.text.chars().rev());
    worded && a.kind == b.kind && shorter > 0 && (begin + end).min(shorter) * 2 >= shorter
}

fn same(a: impl Iterator<Item = char>, b: impl Iterator<Item = char>) -> usize {
    a.zip(b).take_while(|(a, b)| a == b).count()
}

/// Both from a little before their first difference: the beginnings of long paragraphs look alike.
fn where_they_differ(a: &str, b: &str) -> (String, String) {
    let from = same(a.chars(), b.chars()).saturating_sub(BEFORE);
    (cut(a, from), cut(b, from))
}

/// At most [`SHOWN`] characters from `from` on; an ellipsis where something was left out.
fn cut(text: &str, from: usize) -> String {
    let shown: String = text.chars().skip(from).take(SHOWN).collect();
    let before = if from > 0 { "…" } else { "" };
    let after = if text.chars().count() > from + SHOWN {
        "…"
    } else {
        ""
    };
    format!("{before}{shown}{after}")
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

#[cfg(test)]
mod tests {
    use yigao_core::Timestamp;

    use super::*;
    use crate::observe::blind;

    fn leaf(kind: LeafKind, text: &str) -> Leaf {
        Leaf::new(kind, text)
    }

    fn live(leaves: Vec<Leaf>) -> Observation {
        Observation {
            remote_state: Seen::Live,
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
            compare(live(approved.clone()), &approved).remote_state,
            Seen::Live
        );
        let without = |skip: usize| {
            let mut leaves = approved.clone();
            leaves.remove(skip);
            compare(live(leaves), &approved)
        };
        assert_eq!(without(2).remote_state, Seen::PictureLost);
        assert_eq!(without(3).remote_state, Seen::Truncated);
        let mut edited = approved.clone();
        edited[1] = leaf(LeafKind::Text, "壹");
        let seen = compare(live(edited), &approved);
        assert_eq!(seen.remote_state, Seen::Changed);
        assert_eq!(
            seen.drift.iter().map(|w| w.zh.as_str()).collect::<Vec<_>>(),
            ["线上没有段落：一", "线上多出段落：壹"]
        );
    }

    #[test]
    fn a_word_in_a_long_paragraph_is_shown_where_it_stands() {
        let long = |word: &str| {
            let text = format!("{}，{word}，无需预约。{}", "前".repeat(90), "后".repeat(90));
            leaf(LeafKind::Text, &text)
        };
        let approved = vec![long("免费入园"), leaf(LeafKind::Picture, "p1")];
        let there = vec![long("凭票入园"), leaf(LeafKind::Picture, "p1")];
        let seen = compare(live(there), &approved);
        let message: Vec<_> = seen.drift.iter().map(|w| w.zh.as_str()).collect();
        assert_eq!(message.len(), 1, "{message:?}");
        assert!(
            message[0].starts_with("段落改过：批准的是“…前前前"),
            "{message:?}"
        );
        assert!(
            message[0].contains("，免费入园，无需预约。") && message[0].contains("，凭票入园，")
        );
        assert!(message[0].chars().count() < 120);
    }
}
