//! Whether what stands on a site may be written over, question by question and in their order.

use serde_json::{Value, json};
use yigao_core::{Digest, Leaf, LeafKind, Prior, Receipt, RemoteState, Timestamp};

use super::{
    overwrite::{Refusal, Wanted, judge},
    site::{Held, State, Target},
};

const OURS: &str = "what would be written now";

fn digest(of: &str) -> Digest {
    Digest::of_bytes(of.as_bytes())
}

fn target() -> Target {
    Target {
        id: "7".to_owned(),
        url: None,
    }
}

/// What staff changed, out and with our marker.
fn held(state: State) -> Held<()> {
    Held {
        target: target(),
        state,
        is_marked: true,
        has_checksum: false,
        is_whole: true,
        leaves: vec![Leaf::new(LeafKind::Title, "夜游节")],
        checksum: Some(digest("theirs")),
        extra: (),
    }
}

/// A receipt of the number that stands there. `note`: what this program remembers; a person's receipt has none.
fn receipt(note: Value) -> Receipt {
    let now: Timestamp = "2026-11-30T08:00:00Z".parse().unwrap();
    Receipt::by_remote("7", None, now).with_note(note)
}

fn own() -> Receipt {
    receipt(json!({ "wrote": digest("before") }))
}

fn by_person() -> Receipt {
    receipt(Value::Null)
}

fn out(receipt: Receipt) -> Prior {
    Prior {
        remote_state: RemoteState::Out(receipt),
        ..nothing()
    }
}

fn nothing() -> Prior {
    Prior {
        key: String::new(),
        remote_state: RemoteState::Nothing,
        replaced: None,
        seen: None,
        over: None,
    }
}

/// The same, and a person agreed to replace what is seen there.
fn agreed(prior: Prior, there: &Held<()>) -> Prior {
    Prior {
        over: Some(Digest::of_json(&there.leaves)),
        ..prior
    }
}

fn judged(prior: &Prior, there: Option<&Held<()>>, saving_hides: bool) -> Result<(), Refusal> {
    let wanted = Wanted {
        target: &target(),
        checksum: &digest(OURS),
        saving_hides,
    };
    judge(prior, &wanted, there)
}

#[test]
fn what_nobody_changed_is_written_over() {
    let changed = held(State::Public);
    assert_eq!(
        judged(&out(own()), Some(&changed), false),
        Err(Refusal::Changed)
    );
    let checked = Held {
        has_checksum: true,
        ..held(State::Public)
    };
    let as_new = Held {
        checksum: Some(digest(OURS)),
        ..held(State::Public)
    };
    let remembered = Held {
        checksum: Some(digest("before")),
        ..held(State::Public)
    };
    for there in [&checked, &as_new, &remembered] {
        assert_eq!(judged(&out(own()), Some(there), false), Ok(()));
    }
    // A site that reports no text is not taken to hold what a receipt states.
    let untold = Held {
        checksum: None,
        ..held(State::Public)
    };
    let untold_before = out(receipt(json!({ "wrote": null })));
    assert_eq!(
        judged(&untold_before, Some(&untold), false),
        Err(Refusal::Changed)
    );
    assert_eq!(judged(&out(own()), None, false), Err(Refusal::Deleted));
}

#[test]
fn exactly_what_a_person_saw_is_replaced() {
    let there = held(State::Public);
    let prior = agreed(out(own()), &there);
    assert_eq!(judged(&prior, Some(&there), false), Ok(()));
    let other = Held {
        leaves: vec![Leaf::new(LeafKind::Title, "又改")],
        ..held(State::Public)
    };
    assert_eq!(judged(&prior, Some(&other), false), Err(Refusal::Changed));
}

/// Whose it is comes before what became of it: a wrong number leads to another's text.
#[test]
fn a_number_of_another_text_is_never_written_over_nor_taken_for_withdrawn() {
    for state in [
        State::Public,
        State::Draft,
        State::Hidden,
        State::Trash,
        State::Unknown,
    ] {
        let other = Held {
            is_marked: false,
            ..held(state)
        };
        for prior in [out(by_person()), agreed(out(by_person()), &other)] {
            assert_eq!(
                judged(&prior, Some(&other), false),
                Err(Refusal::NotOurs),
                "{state:?}"
            );
        }
        let beneath = Prior {
            replaced: Some(by_person()),
            ..agreed(nothing(), &other)
        };
        assert_eq!(
            judged(&beneath, Some(&other), false),
            Err(Refusal::NotOurs),
            "{state:?}"
        );
    }
    // Staff replaced the whole of what a receipt of ours names: it is ours still.
    let replaced = Held {
        is_marked: false,
        ..held(State::Public)
    };
    assert_eq!(
        judged(&out(own()), Some(&replaced), false),
        Err(Refusal::Changed)
    );
    let prior = agreed(out(own()), &replaced);
    assert_eq!(judged(&prior, Some(&replaced), false), Ok(()));
}

/// An agreement to replace a text is none to make it public again.
#[test]
fn what_staff_took_back_stays_back() {
    for state in [State::Draft, State::Hidden, State::Trash] {
        let checked = Held {
            has_checksum: true,
            ..held(state)
        };
        let prior = agreed(out(own()), &checked);
        assert_eq!(
            judged(&prior, Some(&checked), false),
            Err(Refusal::TakenBack),
            "{state:?}"
        );
    }
    // Nothing was out: a draft is a late one of our own, and what is in the trash was withdrawn by us.
    for state in [State::Draft, State::Trash] {
        let checked = Held {
            has_checksum: true,
            ..held(state)
        };
        assert_eq!(
            judged(&nothing(), Some(&checked), false),
            Ok(()),
            "{state:?}"
        );
    }
    let private = Held {
        has_checksum: true,
        ..held(State::Hidden)
    };
    assert_eq!(
        judged(&nothing(), Some(&private), false),
        Err(Refusal::TakenBack)
    );
}

/// Where saving hides it, a second run meets what the first one saved; elsewhere that is what staff took back.
#[test]
fn what_this_delivery_saved_is_not_taken_for_withdrawn() {
    let saved = Held {
        checksum: Some(digest(OURS)),
        ..held(State::Draft)
    };
    assert_eq!(judged(&out(own()), Some(&saved), true), Ok(()));
    assert_eq!(
        judged(&out(own()), Some(&saved), false),
        Err(Refusal::TakenBack)
    );
    let older = Held {
        has_checksum: true,
        ..held(State::Draft)
    };
    assert_eq!(
        judged(&out(own()), Some(&older), true),
        Err(Refusal::TakenBack)
    );
}
