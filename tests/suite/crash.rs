//! The proof of `make crash`, small: processes killed and frozen at every choke point, and the three rules taken out one by
//! one, each of which has to show.

use std::process::{Command, Output};

use crate::program::program;

fn crash(args: &[&str]) -> Output {
    Command::new(program("crash"))
        .args(args)
        .args(["--items", "3", "--deaths", "24", "--beside", "2"])
        .output()
        .unwrap()
}

/// The figure of this name in the last line.
fn figure(last: &str, name: &str) -> u64 {
    let (_, rest) = last.split_once(&format!(" {name}=")).unwrap();
    rest.split(' ').next().unwrap().parse().unwrap()
}

fn last(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout);
    let last = text.lines().last().unwrap_or_default().to_owned();
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(last.starts_with("crash: ledger="), "{text}\n{message}");
    last
}

#[test]
fn nothing_is_lost_doubled_or_hidden_wherever_a_process_dies() {
    let output = crash(&["--small", "--rounds", "2"]);
    let last = last(&output);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}");
    for name in ["lost", "duplicated", "needless_doubts", "hidden_doubts"] {
        assert_eq!(figure(&last, name), 0, "{text}");
    }
    assert!(figure(&last, "fired") > 100, "{text}");
}

fn shows(rule: &str) {
    let output = crash(&["--rounds", "8", "--sabotage", rule]);
    let last = last(&output);
    assert_eq!(output.status.code(), Some(1), "{last}");
    let wrong = figure(&last, "duplicated") + figure(&last, "hidden_doubts");
    assert!(wrong > 0, "{last}");
}

#[test]
fn without_the_journal_it_shows() {
    shows("journal");
}

#[test]
fn without_the_fence_it_shows() {
    shows("fence");
}

#[test]
fn without_looks_it_shows() {
    shows("lookup");
}
