//! Documents against the program: commands run, targets exist, links lead somewhere, tables name what the profiles hold.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

use crate::program::{Home, program, repository, sample};

fn read(name: &str) -> String {
    fs::read_to_string(repository().join(name)).unwrap()
}

/// Lines of the fenced `sh` blocks, without their comments.
fn commands(text: &str) -> Vec<String> {
    let mut inside = false;
    let mut found = Vec::new();
    for line in text.lines() {
        if line.starts_with("```") {
            inside = line == "```sh";
        } else if inside {
            let line = line.split(" #").next().unwrap_or_default();
            let parts = line.split(" && ").flat_map(|part| part.split(" ; "));
            found.extend(parts.map(|part| part.trim().to_owned()));
        }
    }
    found.retain(|line| !line.is_empty());
    found
}

#[test]
fn the_readmes_everyday_commands_run_in_their_order() {
    let home = Home::new("readme").with_site();
    let name = "museum-policy";
    let mut ran = 0;
    for command in commands(&read("README.md")) {
        let Some(rest) = command.strip_prefix("yigao ") else {
            continue;
        };
        // `serve` never ends: the browser and the plan tests start it.
        if rest.starts_with("serve") {
            continue;
        }
        let mut rest = rest.to_owned();
        let mut into = None;
        if let Some((left, file)) = rest.clone().split_once(" > ") {
            into = Some(home.path.join(file.trim()));
            rest = left.to_owned();
        }
        let delivery = || {
            let all = home.json(&["delivery", "list"]);
            all[0]["id"].as_str().unwrap_or_default().to_owned()
        };
        if rest.contains("correct") {
            // A correction of nothing is refused: something must have changed.
            change(&home, name);
        }
        let words: Vec<String> = shell_words(&rest)
            .into_iter()
            .map(|word| match word.as_str() {
                "FOLDER" => sample(name),
                "NAME" => name.to_owned(),
                "DESTINATION" => "site".to_owned(),
                "ID" => delivery(),
                _ => word,
            })
            .collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        // What a person decides needs a doubt, which this flow rightly does not have.
        if words.contains(&"decide") {
            home.run(&["delivery", "decide", "--help"]).ok();
            continue;
        }
        let done = home.run(&words);
        done.ok();
        ran += 1;
        if let Some(file) = into {
            assert!(done.out.contains("kind ="), "{}", done.out);
            // The example is written beside the site's file: its folder and addresses are the reader's to fill in.
            let own = file.with_extension("example.toml");
            fs::write(own, &done.out).unwrap();
        }
    }
    assert!(ran >= 9, "only {ran} commands of the README were run");
}

fn change(home: &Home, name: &str) {
    let copy = home.path.join("changed");
    fs::create_dir_all(&copy).unwrap();
    for entry in fs::read_dir(sample(name)).unwrap().map(Result::unwrap) {
        let to = copy.join(entry.file_name());
        fs::copy(entry.path(), &to).unwrap();
        if to.extension().is_some_and(|e| e == "md") {
            let text = fs::read_to_string(&to).unwrap();
            fs::write(&to, format!("{text}\n又添了一段。\n")).unwrap();
        }
    }
    home.run(&["item", "import", &copy.display().to_string()])
        .ok();
}

/// Words of a command line; double quotes hold words together.
fn shell_words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (at, part) in line.split('"').enumerate() {
        if at % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(ToOwned::to_owned));
        }
    }
    words
}

/// `path`, `name`: the files of the map of questions exist, and hold what is named behind them.
#[test]
fn every_question_is_answered_where_the_map_says() {
    let text = read("ARCHITECTURE.md");
    let table = text
        .split("## Questions, and the file that answers each")
        .nth(1)
        .and_then(|rest| rest.split("\n\n").nth(1))
        .unwrap();
    let mut rows = 0;
    for row in table.lines().skip(2) {
        rows += 1;
        let mut file = None;
        for quoted in row.split('`').skip(1).step_by(2) {
            if quoted.contains('/') {
                let path = repository().join(quoted);
                assert!(path.exists(), "{row}\nthere is no {quoted}");
                file = fs::read_to_string(path).ok();
            } else if let Some(text) = file.as_ref().filter(|_| !quoted.contains(['.', ' '])) {
                let named = ["fn ", "const ", "struct "].map(|kind| format!("{kind}{quoted}"));
                assert!(
                    named.iter().any(|name| text.contains(name))
                        || text.contains(&format!("{quoted} =")),
                    "{row}\n{quoted} is not there"
                );
            }
        }
    }
    assert!(rows >= 10, "only {rows} questions");
}

#[test]
fn every_make_target_named_in_a_document_exists() {
    let makefile = read("Makefile");
    let targets: BTreeSet<&str> = makefile
        .lines()
        .filter_map(|line| line.split_once(':'))
        .map(|(name, _)| name)
        .filter(|name| !name.contains(' ') && !name.starts_with(['.', '\t', '#']))
        .collect();
    let mut seen = 0;
    for document in ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md"] {
        for quoted in read(document)
            .split('`')
            .skip(1)
            .step_by(2)
            .map(ToOwned::to_owned)
        {
            let Some(target) = quoted.strip_prefix("make ") else {
                continue;
            };
            let target = target.split_whitespace().next().unwrap_or_default();
            assert!(
                targets.contains(target),
                "{document}: make {target} does not exist"
            );
            seen += 1;
        }
    }
    for command in commands(&read("README.md")) {
        if let Some(target) = command.strip_prefix("make ") {
            let target = target.split_whitespace().next().unwrap_or_default();
            assert!(
                targets.contains(target),
                "README.md: make {target} does not exist"
            );
            seen += 1;
        }
    }
    assert!(seen >= 5, "only {seen} targets were found in the documents");
}

fn documents(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() {
            // The last is what `make bench` brings for its peers.
            if !name.starts_with('.') && !["target", "node_modules"].contains(&name.as_str()) {
                documents(&entry.path(), found);
            }
        } else if name.ends_with(".md") && !entry.path().display().to_string().contains("/items/") {
            found.push(entry.path());
        }
    }
}

#[test]
fn every_link_inside_the_tree_leads_somewhere() {
    let mut all = Vec::new();
    documents(&repository(), &mut all);
    let mut seen = 0;
    for path in all {
        let text = fs::read_to_string(&path).unwrap();
        for rest in text.split("](").skip(1) {
            let link = rest.split(')').next().unwrap_or_default();
            let file = link.split('#').next().unwrap_or_default();
            if file.is_empty() || link.contains("://") || link.contains("::") || link.contains(' ')
            {
                continue;
            }
            let target = path.parent().unwrap().join(file);
            assert!(target.exists(), "{}: {link} leads nowhere", path.display());
            seen += 1;
        }
    }
    assert!(seen >= 10, "only {seen} links were found");
}

/// What the first cells of a document's tables name in back quotes.
fn named_in_tables(text: &str) -> BTreeSet<String> {
    text.lines()
        .filter_map(|line| line.strip_prefix("| "))
        .filter_map(|row| row.split(" | ").next())
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .map(ToOwned::to_owned)
        .collect()
}

/// The program itself lists the keys it knows when it refuses one that it does not.
#[test]
fn the_operators_pages_explain_every_key() {
    let home = Home::new("operators-keys");
    for kind in fs::read_dir(repository().join("crates/channels")).unwrap() {
        let kind = kind.unwrap().file_name().to_string_lossy().into_owned();
        let example = read(&format!("crates/channels/{kind}/example.toml"));
        let strange = example.replacen("[channel]", "[channel]\nzzz = 1", 1);
        home.write("destinations/one.toml", strange);
        let refused = home.run(&["config", "check"]);
        let (_, list) = refused
            .err
            .split_once("expected one of ")
            .unwrap_or_else(|| panic!("{kind}: {}", refused.err));
        let keys: Vec<&str> = list.split('`').skip(1).step_by(2).collect();
        assert!(keys.len() >= 3, "{kind}: {keys:?}");
        let named = named_in_tables(&read(&format!("crates/channels/{kind}/README.md")));
        for key in keys {
            let inner = named.iter().any(|n| n.starts_with(&format!("{key}.")));
            assert!(
                named.contains(key) || inner,
                "{kind}/README.md has no row for the key {key}: {named:?}"
            );
        }
    }
}

#[test]
fn the_operators_pages_name_every_operation_of_the_profile() {
    let home = Home::new("ops")
        .with_site()
        .with_sandbox("http://127.0.0.1:9");
    let board = home.write("secrets/board", "0123456789");
    home.write(
        "destinations/board.toml",
        format!("kind = \"memory\"\nname = \"板\"\n[channel]\nbase_url = \"http://127.0.0.1:9\"\ntoken = {{ file = {board:?} }}\ndedupe = \"key\"\n"),
    );
    let gateway = home.write("secrets/gateway", "0123456789");
    let manifest = read("crates/channels/website/example-manifest.toml")
        .replace("home = true\n", "")
        .replace(
            "{ env = \"YIGAO_GATEWAY_PASSWORD\" }",
            &format!("{{ file = {gateway:?} }}"),
        );
    home.write("destinations/gateway.toml", manifest);
    for (destination, page) in [
        ("site", "website/README.md"),
        ("account", "wechat/README.md"),
        ("push", "county/README.md"),
        ("board", "memory/README.md"),
        ("gateway", "website/MANIFEST.md"),
    ] {
        let shown = home.json(&["destination", "show", destination]);
        let ops = shown["ops"].as_array().unwrap_or_else(|| panic!("{shown}"));
        assert!(ops.len() > 2, "{destination} has operations");
        let named = named_in_tables(&read(&format!("crates/channels/{page}")));
        for op in ops {
            let name = op["name"].as_str().unwrap_or_else(|| panic!("{op}"));
            assert!(
                named.contains(name),
                "{page} has no row for the operation {name}"
            );
        }
    }
}

#[test]
fn every_key_of_the_configuration_is_explained_and_shown() {
    let text = read("config/yigao.toml");
    let home = Home::new("keys");
    let shown: Value = home.json(&["config", "show"]);
    let mut before = String::new();
    let mut keys = 0;
    for line in text.lines() {
        let key = line.split(" = ").next().unwrap_or_default();
        if !line.starts_with(['#', '[']) && line.contains(" = ") {
            let explained = before.starts_with('#') || before.contains(" = ");
            assert!(explained, "config/yigao.toml: {key} has no comment");
            assert!(
                shown.to_string().contains(key),
                "config show does not name {key}"
            );
            keys += 1;
        }
        line.clone_into(&mut before);
    }
    assert!(keys > 10);
}

/// The two programs of `examples/` do what their first lines say.
#[test]
fn the_examples_run() {
    for (name, message) in [
        ("first-delivery", "site http://"),
        ("own-channel", "board withdraw delivered"),
    ] {
        let out = Command::new(program(name))
            .current_dir(repository())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&out.stdout).into_owned();
        assert!(
            out.status.success() && said.contains(message),
            "{name}: {said}{}",
            String::from_utf8_lossy(&out.stderr)
        );
    }
}
