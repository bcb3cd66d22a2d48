//! Habits of the project that a file can show: one oldest Rust everywhere, a hosted run of the README's commands, a changelog in groups.

use std::{fs, process::Command};

use serde_json::Value;

use crate::program::repository;

fn read(name: &str) -> String {
    fs::read_to_string(repository().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// `1.94` and `1.94.0` as numbers that compare.
fn version(text: &str) -> (u32, u32) {
    let mut parts = text
        .split('.')
        .map(|part| part.parse().expect("a version of numbers"));
    (parts.next().unwrap(), parts.next().unwrap_or(0))
}

/// The oldest Rust cannot be tried where only one toolchain is installed, so it is derived: it is what the neediest library asks
/// for, and every place that names it names the same.
#[test]
fn the_oldest_rust_is_what_our_libraries_need() {
    // Only this machine's libraries are there for certain: a build fetches no others.
    let out = Command::new("rustc").arg("-vV").output().unwrap();
    let rustc = String::from_utf8(out.stdout).unwrap();
    let host = rustc.lines().find_map(|line| line.strip_prefix("host: "));
    let out = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--offline"])
        .args(["--filter-platform", host.unwrap()])
        .current_dir(repository())
        .output()
        .unwrap();
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    let metadata: Value = serde_json::from_slice(&out.stdout).unwrap();
    let mut needs: Vec<((u32, u32), String)> = Vec::new();
    let mut ours = Vec::new();
    for package in metadata["packages"].as_array().unwrap() {
        let Some(rust) = package["rust_version"].as_str() else {
            continue;
        };
        let name = package["name"].as_str().unwrap().to_owned();
        match package["source"].as_str() {
            Some(_) => needs.push((version(rust), name)),
            None => ours.push((name, rust.to_owned())),
        }
    }
    let (needed, by) = needs
        .into_iter()
        .max()
        .expect("some library says what it needs");
    for (name, rust) in ours {
        assert_eq!(
            version(&rust),
            needed,
            "{name} says {rust}; {by} needs {needed:?}"
        );
    }
    let (major, minor) = needed;
    for (file, text) in [
        (".clippy.toml", format!("msrv = \"{major}.{minor}\"")),
        ("README.md", format!("Rust {major}.{minor} or newer")),
        ("tests/need.sh", format!("-lt {minor}")),
        (
            "tests/need.sh",
            format!("needs Rust {major}.{minor} or newer"),
        ),
    ] {
        assert!(read(file).contains(&text), "{file} does not say {text:?}");
    }
}

#[test]
fn the_hosted_workflow_runs_the_commands_of_the_readme() {
    let workflow = read(".github/workflows/ci.yml");
    let makefile = read("Makefile");
    for command in ["make demo ONCE=1", "make test", "make check"] {
        assert!(workflow.contains(&format!("run: {command}\n")), "{command}");
        let target = command.split(' ').nth(1).unwrap();
        assert!(makefile.contains(&format!("\n{target}:")), "{target}");
    }
    let readme = read("README.md");
    assert!(readme.contains("make demo ") && readme.contains("make test "));
}

#[test]
fn the_changelog_is_grouped_and_each_group_has_entries() {
    let text = read("CHANGELOG.md");
    let mut groups = Vec::new();
    for line in text.lines() {
        if let Some(group) = line.strip_prefix("### ") {
            groups.push((group.to_owned(), 0));
        } else if line.starts_with("- ") {
            let group = groups.last_mut().expect("an entry outside of a group");
            group.1 += 1;
        }
    }
    let names: Vec<&str> = groups.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["Added", "Changed", "Fixed"]);
    for (name, entries) in &groups {
        assert!(*entries > 0, "{name} is empty");
    }
}

#[test]
fn documents_that_a_visitor_looks_for_are_there() {
    for name in [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "SECURITY.md",
        "LICENSE",
    ] {
        assert!(read(name).len() > 500, "{name}");
    }
}
