//! Runs the trials: by name under a test runner, or inside another test.

use std::{
    io::Write as _,
    process::ExitCode,
    sync::{Arc, Mutex, PoisonError},
};

use libtest_mimic::{Arguments, Failed, Trial};

use crate::{
    subject::{Subject, Waiver},
    trials::{CASES, Case},
};

/// Runs the trials whose names contain `filter`, waivers aside. For tests of the kit itself.
pub async fn run(subject: &Subject, filter: &str) -> Vec<(String, Result<(), String>)> {
    let mut out = Vec::new();
    for case in CASES.iter().filter(|case| case.name.contains(filter)) {
        let ended = (case.run)(subject).await;
        out.push((case.name.to_owned(), ended.map(|_| ())));
    }
    out
}

/// `fn main` of an adapter's `tests/conformance.rs` (with `harness = false`): every trial of every subject by its own name,
/// `subject::group::case`. Understands what `cargo test` and `cargo nextest` ask.
pub fn main(subjects: impl IntoIterator<Item = Subject>) -> ExitCode {
    let arguments = Arguments::from_args();
    let trials = subjects.into_iter().flat_map(of_subject).collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn of_subject(subject: Subject) -> Vec<Trial> {
    let name = subject.name;
    let strangers: Vec<&str> = subject
        .waivers
        .iter()
        .map(|w| w.case)
        .filter(|case| CASES.iter().all(|c| c.name != *case))
        .collect();
    let message = (!strangers.is_empty()).then(|| {
        format!(
            "waivers for trials that there are not: {}",
            strangers.join(", ")
        )
    });
    // One at a time: an adapter's fake may be one object, and the machine is shared.
    let subject = Arc::new(Mutex::new(subject));
    let mut trials: Vec<Trial> = CASES
        .iter()
        .map(|case| {
            let subject = Arc::clone(&subject);
            Trial::test(format!("{name}::{}", case.name), move || {
                let subject = subject.lock().unwrap_or_else(PoisonError::into_inner);
                one(&subject, case)
            })
        })
        .collect();
    trials.push(Trial::test(
        format!("{name}::waivers_name_trials"),
        move || message.map_or(Ok(()), |message| Err(Failed::from(message))),
    ));
    trials
}

fn one(subject: &Subject, case: &Case) -> Result<(), Failed> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .map_err(|e| Failed::from(e.to_string()))?;
    let ended = runtime.block_on((case.run)(subject));
    let waiver = subject.waivers.iter().find(|w| w.case == case.name);
    match (ended, waiver) {
        (Ok(message), None) => {
            if !message.is_empty() {
                say(&format!("{}::{}: {message}", subject.name, case.name));
            }
            Ok(())
        }
        (Err(message), None) => Err(Failed::from(message)),
        (Err(message), Some(Waiver { reason, until, .. })) => {
            say(&format!(
                "{}::{}: waived until {until}: {reason} ({message})",
                subject.name, case.name
            ));
            Ok(())
        }
        (Ok(_), Some(_)) => Err(Failed::from(format!(
            "the waiver of {} is not used: take it out",
            case.name
        ))),
    }
}

/// Beside the test runner's own output, which a machine reads.
fn say(line: &str) {
    let written = writeln!(std::io::stderr(), "{line}");
    debug_assert!(written.is_ok(), "standard error is open");
}
