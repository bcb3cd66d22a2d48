//! Rules that are remembered are forgotten; these are run.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

/// Normal dependencies of each workspace package.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let out = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version",
            "1",
            "--no-deps",
            "--offline",
        ])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&out.stdout).unwrap();
    let name = |v: &Value| v["name"].as_str().unwrap().to_owned();
    metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|package| {
            let normal = package["dependencies"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|d| d["kind"].is_null());
            (name(package), normal.map(name).collect())
        })
        .collect()
}

/// Whether a package is one of `crates/channels/`.
fn is_channel(package: &str) -> bool {
    let name = package.strip_prefix("yigao-").unwrap_or_default();
    !name.is_empty() && root().join("crates/channels").join(name).is_dir()
}

#[test]
#[expect(clippy::too_many_lines, reason = "the map of the crates is a table")]
fn crates_import_only_what_the_map_allows() {
    let allowed: BTreeMap<&str, Vec<&str>> = BTreeMap::from([
        ("yigao-core", vec![]),
        ("yigao-channel", vec!["yigao-core"]),
        ("yigao-article", vec!["yigao-core", "yigao-channel"]),
        ("yigao-conformance", vec!["yigao-core", "yigao-channel"]),
        ("yigao-media", vec!["yigao-core"]),
        ("yigao-formats", vec!["yigao-core", "yigao-media"]),
        ("yigao-store", vec!["yigao-core"]),
        ("yigao-sandbox", vec![]),
        // What several adapters' tests share of their fakes; a dev-dependency.
        (
            "yigao-fakes",
            vec![
                "yigao-core",
                "yigao-channel",
                "yigao-conformance",
                "yigao-memory",
                "yigao-sandbox",
            ],
        ),
        // Paints the pictures of tests and samples; a dev-dependency as well.
        ("yigao-paint", vec![]),
        // Starts servers for tests; a dev-dependency, and this map is of normal ones: nobody may import it.
        ("yigao-testkit", vec![]),
        (
            "yigao-engine",
            vec![
                "yigao-core",
                "yigao-channel",
                "yigao-store",
                "yigao-media",
                "yigao-formats",
            ],
        ),
        ("yigao-worker", vec!["yigao-core", "yigao-engine"]),
        (
            "yigao-server",
            vec![
                "yigao-core",
                "yigao-channel",
                "yigao-engine",
                "yigao-formats",
            ],
        ),
    ]);
    for (package, needs) in dependencies() {
        let ours: Vec<&String> = needs.iter().filter(|n| n.starts_with("yigao")).collect();
        let may: Vec<&str> = match package.as_str() {
            channel if is_channel(channel) => vec!["yigao-core", "yigao-channel", "yigao-article"],
            // The program puts everything together, but the ledger it leaves to the engine.
            "yigao" => {
                assert!(
                    !needs.contains("yigao-store"),
                    "yigao may not import yigao-store: the engine opens the ledger"
                );
                continue;
            }
            // A program of its own over the program's library.
            "yigao-demo" => vec![
                "yigao",
                "yigao-core",
                "yigao-engine",
                "yigao-formats",
                "yigao-server",
                "yigao-worker",
            ],
            "yigao-suite" | "yigao-examples" => continue,
            other => allowed.get(other).cloned().unwrap_or_else(|| {
                panic!("{other} is not on the map: add it to ARCHITECTURE and here")
            }),
        };
        for name in ours {
            assert!(
                may.contains(&name.as_str()),
                "{package} may not import {name}"
            );
        }
    }
}

#[test]
fn third_party_fences_hold() {
    let fences: [(&str, &[&str]); 11] = [
        ("rusqlite", &["yigao-store"]),
        ("sqlx", &["yigao-store", "yigao-worker"]),
        ("apalis", &["yigao-worker"]),
        ("apalis-sqlite", &["yigao-worker"]),
        ("apalis-redis", &["yigao-worker"]),
        ("redis", &["yigao-worker"]),
        (
            "axum",
            &[
                "yigao-server",
                "yigao-sandbox",
                "yigao-suite",
                "yigao-examples",
            ],
        ),
        ("clap", &["yigao", "yigao-demo"]),
        (
            "reqwest",
            &[
                "yigao-engine",
                "yigao-sandbox",
                "yigao-suite",
                "yigao-examples",
            ],
        ),
        ("lettre", &["yigao-engine"]),
        (
            "anyhow",
            &["yigao", "yigao-demo", "yigao-suite", "yigao-examples"],
        ),
    ];
    for (package, needs) in dependencies() {
        for (name, inside) in fences {
            assert!(
                !needs.contains(name) || inside.contains(&package.as_str()),
                "{package} may not use {name}; only {inside:?}"
            );
        }
    }
}

fn sources(under: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(under)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() && path.file_name().is_some_and(|n| n != "target") {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path);
            }
        }
    }
    found
}

#[test]
fn files_stay_short() {
    let mut long = Vec::new();
    for path in sources("crates")
        .into_iter()
        .chain(sources("tests"))
        .chain(sources("examples"))
    {
        let shown = path.strip_prefix(root()).unwrap().display().to_string();
        let is_test = shown.contains("tests") || shown.starts_with("tests/");
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        if lines > 400 && !is_test {
            long.push(format!("{shown}: {lines}"));
        }
    }
    assert!(
        long.is_empty(),
        "split by what a reader looks for: {long:#?}"
    );
}

#[test]
fn no_drawers_for_everything_and_no_mod_rs() {
    for path in sources("crates") {
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(
            ![
                "utils", "util", "helpers", "common", "manager", "mod", "misc"
            ]
            .contains(&stem.as_str()),
            "{}",
            path.display()
        );
    }
}

#[test]
fn every_channel_is_registered_and_proven() {
    let list = fs::read_to_string(root().join("crates/yigao/src/channels.rs")).unwrap();
    for entry in fs::read_dir(root().join("crates/channels"))
        .unwrap()
        .map(Result::unwrap)
    {
        let name = entry.file_name().to_string_lossy().into_owned();
        assert!(
            list.contains(&format!("kind::<yigao_{name}::")),
            "{name} is not in channels.rs"
        );
        assert!(
            entry.path().join("tests/conformance.rs").is_file(),
            "{name} does not run the conformance suite"
        );
        assert!(
            entry.path().join("README.md").is_file(),
            "{name} has no operator's page"
        );
    }
}

#[test]
fn one_line_of_tls_and_sqlite() {
    let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let count = |name: &str| lock.matches(&format!("name = \"{name}\"\n")).count();
    assert_eq!(
        (
            count("libsqlite3-sys"),
            count("rustls"),
            count("aws-lc-sys"),
            count("openssl-sys")
        ),
        (1, 1, 0, 0)
    );
}
