//! The style sheet against what the pages emit: a state without its rule loses its colour, and nobody notices.

use std::collections::BTreeSet;

use yigao_core::State;

const SHEET: &str = include_str!("../../static/console.css");

#[test]
fn every_state_has_its_colour_and_no_rule_is_left_over() {
    let ruled: BTreeSet<&str> = SHEET
        .split(".state.")
        .skip(1)
        .map(|rest| {
            rest.split(|c: char| !c.is_ascii_lowercase() && c != '_')
                .next()
                .unwrap()
        })
        .collect();
    // Waiting has the colours of every state that has none of its own; drift is no state of a delivery, and looks like one.
    let mut wanted: BTreeSet<&str> = State::ALL.into_iter().map(State::name).collect();
    assert!(wanted.remove("waiting"));
    wanted.insert("drift");
    assert_eq!(ruled, wanted);
}
