//! The proof of `make cms-faults`, small: twenty faults against a real WordPress, two workers, eight items in flight.

use std::process::Command;

use yigao_testkit::{WordPress, core_only};

use crate::program::program;

#[test]
fn twenty_faults_of_a_real_site_lose_and_double_nothing() {
    if let Err(package) = WordPress::find() {
        assert!(core_only(), "{package} is not installed");
        return;
    }
    let ran = Command::new(program("cms-faults"))
        .args(["--rounds", "20", "--seed", "7"])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&ran.stdout);
    let message = String::from_utf8_lossy(&ran.stderr);
    let last = text.lines().last().unwrap_or_default();
    assert!(ran.status.success(), "{text}\n{message}");
    let wrong = "duplicated=0 lost=0 drafts_left=0 files_twice=0 in_doubt=0";
    assert!(
        last.starts_with("cms-faults: rounds=20 ") && last.ends_with(wrong),
        "{text}"
    );
}
