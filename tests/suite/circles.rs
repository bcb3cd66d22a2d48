//! Files of a crate form no circle: plain data lies below what acts on it, so a file can be read without those that use it.
//!
//! A file refers to another one by `use` or by a path that begins with `crate`, `self` or `super`. Test files, test modules and
//! comments do not count, and a module does not refer to its children by declaring them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// A module's path inside its crate; the crate's root is empty.
type Module = Vec<String>;

/// Name and text of a made-up file.
type Made = (&'static str, &'static str);

/// For each file the files it refers to.
type Graph = BTreeMap<PathBuf, BTreeSet<PathBuf>>;

fn module(src: &Path, file: &Path) -> Module {
    file.strip_prefix(src)
        .unwrap()
        .with_extension("")
        .iter()
        .map(|part| part.to_string_lossy().into_owned())
        .filter(|part| part != "lib" && part != "main")
        .collect()
}

/// The product's files under `src`.
fn files(src: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![src.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            let test = ["test.rs", "tests.rs", "testing.rs"];
            if path.is_dir() {
                folders.push(path);
            } else if name.ends_with(".rs") && !test.iter().any(|end| name.ends_with(end)) {
                found.push(path);
            }
        }
    }
    found
}

/// The text without comments, up to its test module.
fn product_text(text: &str) -> String {
    let text: String = text
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default().to_owned() + "\n")
        .collect();
    text.split("#[cfg(test)]")
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// `a::{b, c::{d}}` as `a::b` and `a::c::d`.
fn flat(tree: &str) -> Vec<String> {
    let tree = tree.trim();
    let Some((head, rest)) = tree.split_once('{') else {
        let path = tree.split(" as ").next().unwrap_or_default();
        return vec![path.trim().to_owned()];
    };
    let rest = rest.rsplit_once('}').map_or(rest, |(inside, _)| inside);
    let mut parts = vec![String::new()];
    let mut depth = 0;
    for character in rest.chars() {
        match character {
            ',' if depth == 0 => parts.push(String::new()),
            other => {
                depth += i32::from(other == '{') - i32::from(other == '}');
                parts.last_mut().unwrap().push(other);
            }
        }
    }
    parts
        .iter()
        .filter(|part| !part.trim().is_empty())
        .flat_map(|part| flat(part))
        .map(|path| format!("{}{path}", head.trim()))
        .collect()
}

/// Whether `character` may be part of a name.
fn in_name(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// Every path of the text that begins with `crate`, `self` or `super`: those of `use` flattened, all others as they are.
fn paths(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("use ") {
        let (before, rest) = text.split_at(at);
        let begins_word = !before.ends_with(in_name);
        let rest = rest.trim_start_matches("use ").trim_start();
        let ours = ["crate", "super", "self"]
            .iter()
            .any(|first| rest.starts_with(first));
        if begins_word && ours {
            found.extend(flat(rest.split(';').next().unwrap_or_default()));
        }
    }
    for first in ["crate::", "super::"] {
        for (at, _) in text.match_indices(first) {
            let (before, rest) = text.split_at(at);
            if !before.ends_with(in_name) && !before.ends_with("::") {
                let path = rest.split(|c: char| !in_name(c) && c != ':');
                // Before a brace it is the tree of a `use`, which is read above.
                let whole = path.take(1).filter(|path| !path.ends_with("::"));
                found.extend(whole.map(ToOwned::to_owned));
            }
        }
    }
    found
}

/// The module that `path`, written in the module `here`, is in, or names.
fn target(here: &Module, path: &str, known: &BTreeMap<Module, PathBuf>) -> Option<Module> {
    let mut names: Vec<String> = path.split("::").map(|n| n.trim().to_owned()).collect();
    let mut want = match names.first().map(String::as_str) {
        Some("crate") => Module::new(),
        Some("self" | "super") => here.clone(),
        _ => return None,
    };
    if names[0] == "super" {
        while names.first().is_some_and(|name| name == "super") {
            want.pop();
            names.remove(0);
        }
    } else {
        names.remove(0);
    }
    want.extend(names);
    // What is left over are names inside the module. The crate's root is nobody's target.
    while !want.is_empty() && !known.contains_key(&want) {
        want.pop();
    }
    (!want.is_empty() && want != *here).then_some(want)
}

fn graph(src: &Path) -> Graph {
    let known: BTreeMap<Module, PathBuf> = files(src)
        .into_iter()
        .map(|file| (module(src, &file), file))
        .collect();
    known
        .iter()
        .map(|(here, file)| {
            let text = product_text(&fs::read_to_string(file).unwrap());
            let targets = paths(&text)
                .iter()
                .filter_map(|path| target(here, path, &known))
                .map(|module| known[&module].clone())
                .collect();
            (file.clone(), targets)
        })
        .collect()
}

/// All files that can be reached from `from`.
fn reached(graph: &Graph, from: &PathBuf) -> BTreeSet<PathBuf> {
    let mut seen = BTreeSet::new();
    let mut open = vec![from];
    while let Some(file) = open.pop() {
        for next in &graph[file] {
            if seen.insert(next.clone()) {
                open.push(next);
            }
        }
    }
    seen
}

/// Groups of files each of which reaches all others of its group.
fn circles(src: &Path) -> Vec<BTreeSet<PathBuf>> {
    let graph = graph(src);
    let reach: BTreeMap<&PathBuf, BTreeSet<PathBuf>> = graph
        .keys()
        .map(|file| (file, reached(&graph, file)))
        .collect();
    let groups: BTreeSet<BTreeSet<PathBuf>> = graph
        .keys()
        .filter(|file| reach[*file].contains(*file))
        .map(|file| {
            let back = |other: &&PathBuf| reach[other].contains(file);
            reach[file].iter().filter(back).cloned().collect()
        })
        .collect();
    groups.into_iter().collect()
}

fn crates() -> Vec<PathBuf> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .join("crates");
    let mut found = Vec::new();
    for folder in [crates.clone(), crates.join("channels")] {
        for entry in fs::read_dir(&folder).unwrap().map(Result::unwrap) {
            let src = entry.path().join("src");
            if src.is_dir() {
                found.push(src);
            }
        }
    }
    found
}

#[test]
fn the_files_of_a_crate_form_no_circle() {
    let crates = crates();
    assert!(crates.len() > 10, "{crates:?}");
    let found: Vec<_> = crates.iter().flat_map(|src| circles(src)).collect();
    assert!(
        found.is_empty(),
        "{} circles; plain data belongs below what acts on it: {found:#?}",
        found.len()
    );
}

/// The check finds what it is for: a crate of made-up files, its circles known.
#[test]
fn a_circle_is_found_and_what_only_looks_like_one_is_not() {
    let src = std::env::temp_dir().join(format!("yigao-circles-{}", std::process::id()));
    let cases: [(&[Made], &[&[&str]]); 6] = [
        // By a tree of `use`, and by a path in the text.
        (
            &[
                ("lib.rs", "mod a;\nmod b;\n"),
                ("a.rs", "use crate::{\n    b::{B, C},\n};\n"),
                ("b.rs", "fn f() -> crate::a::A { crate::a::A }\n"),
            ],
            &[&["a.rs", "b.rs"]],
        ),
        // A parent that uses its child, and a child that uses what its parent defines.
        (
            &[
                ("a.rs", "mod b;\nuse self::b::B;\npub struct A(B);\n"),
                ("a/b.rs", "use super::A;\n"),
            ],
            &[&["a.rs", "a/b.rs"]],
        ),
        // Three in a row, and the crate's root, which declares them all.
        (
            &[
                ("lib.rs", "mod a;\nmod b;\nmod c;\npub use a::A;\n"),
                ("a.rs", "use crate::b;\n"),
                ("b.rs", "use super::c::C;\n"),
                ("c.rs", "use crate::a::A as First;\nuse crate::Root;\n"),
            ],
            &[&["a.rs", "b.rs", "c.rs"]],
        ),
        // One way only.
        (
            &[
                ("a.rs", "use crate::b::B;\n"),
                ("b.rs", "use std::fmt;\nuse other::crate_a::A;\n"),
            ],
            &[],
        ),
        // Comments, test modules and test files do not count.
        (
            &[
                ("a.rs", "use crate::b::B;\n"),
                (
                    "b.rs",
                    "// use crate::a::A;\n#[cfg(test)]\nmod tests { use crate::a::A; }\n",
                ),
                ("b_tests.rs", "use crate::a::A;\n"),
            ],
            &[],
        ),
        // A child that is only declared, and one that only sees its siblings.
        (
            &[
                ("a.rs", "mod b;\nmod c;\n"),
                ("a/b.rs", "use super::{c::{C, D}};\n"),
                ("a/c.rs", "pub struct C;\n"),
            ],
            &[],
        ),
    ];
    for (files, want) in cases {
        for (name, text) in files {
            let path = src.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let found = circles(&src);
        let want: Vec<BTreeSet<PathBuf>> = want
            .iter()
            .map(|group| group.iter().map(|name| src.join(name)).collect())
            .collect();
        fs::remove_dir_all(&src).unwrap();
        assert_eq!(found, want, "{files:#?}");
    }
}
