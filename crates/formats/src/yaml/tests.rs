use proptest::{collection::vec, prelude::*, sample::select};

use super::*;

/// The values, when nothing is said of the lines.
fn parsed(text: &str, first: usize) -> Option<Node> {
    let parsed = parse("t", text, first, Root::Matter);
    assert_eq!(
        (parsed.problems, parsed.findings),
        (vec![], vec![]),
        "{text}"
    );
    parsed.node
}

#[test]
fn scalars_read_as_written() {
    let texts = [
        "",
        "null",
        "~",
        "2026",
        "a: b",
        "- x",
        "# no",
        "\"q\" \\ 'a'",
        " 前后 ",
        "多\n行",
        "春\u{3000}夏",
        "是",
        "[x]",
        "&a",
        "*b",
    ];
    for text in texts {
        let line = format!("k: {}\n", scalar(text));
        let Some(Node {
            value: Value::Map(entries),
            ..
        }) = parsed(&line, 1)
        else {
            panic!("{line}")
        };
        assert_eq!(
            entries[0].node.value,
            Value::Text(text.to_owned()),
            "{line}"
        );
    }
}

#[test]
fn lines_are_those_of_the_file() {
    let node = parsed("a: 1\nb:\n  - x\n  - {c: d}\n", 10).unwrap();
    let Value::Map(entries) = node.value else {
        panic!()
    };
    assert_eq!((entries[1].key.as_str(), entries[1].line), ("b", 11));
    let Value::List(items) = &entries[1].node.value else {
        panic!()
    };
    assert_eq!((items[0].line, items[1].line), (12, 13));
}

#[test]
fn what_is_hostile_is_refused_with_its_place() {
    let deep = format!("a: {}", "[".repeat(10_000));
    for (text, line, code) in [
        ("a: b\n  c: [\n", 2, "malformed_yaml"),
        ("a: &x 1\nb: *x\n", 1, "malformed_yaml"),
        ("a: !!binary x\n", 1, "malformed_yaml"),
        ("a: 1\na: 2\n", 2, "duplicate_key"),
        ("a: 1\n--- \nb: 1\n", 2, "malformed_yaml"),
        (deep.as_str(), 1, "malformed_yaml"),
    ] {
        let parsed = parse("t", text, 1, Root::Matter);
        let [problem] = parsed.problems.as_slice() else {
            panic!("{:?}", parsed.problems)
        };
        assert_eq!(
            (problem.line, problem.code.as_str()),
            (Some(line), code),
            "{:?}",
            problem.message
        );
    }
}

/// Lines of front matter with whatever people and programs put there.
#[expect(clippy::too_many_lines, reason = "a table of pieces")]
fn document() -> impl Strategy<Value = String> {
    let line = prop_oneof![select(vec![
        "title: ",
        "unit: ",
        "summary: ",
        "keywords: ",
        "disclosure: ",
        "  publisher: ",
        "  overview: ",
        "guide: ",
        "  materials: ",
        "  matter: ",
        "assets: ",
        "  \"p.jpg\": ",
        "    credit: ",
        "attachments: ",
        "- ",
        "  - ",
        "  - file: ",
        "    title: ",
        "event: ",
        "kind: ",
        "dated: ",
        "overrides: ",
        "  wechat: ",
        "",
        "  ",
        "    ",
        "    a",
        "# 注",
        "  # 注",
        "odd: ",
    ]),];
    let value = select(vec![
        "",
        "春茶",
        "春 茶",
        "“春”",
        "\"春\"",
        "'春'",
        "\"春",
        "茶\"",
        "|",
        ">-",
        "|2",
        "[春, 茶]",
        "[春,",
        "茶]",
        "{file: a.jpg, title: 春}",
        "{",
        "}",
        "# 注",
        "春 # 注",
        "\"春\" # 注",
        "#春#",
        "2026-05-01",
        "~",
        "null",
        "a: b",
        "- 春",
        "*春",
        "&a",
        "[]",
        "{}",
        "true",
        "https://a.cn/#x",
    ]);
    vec((line, value), 1..10).prop_map(|lines| {
        lines
            .into_iter()
            .map(|(line, value)| format!("{line}{value}\n"))
            .collect()
    })
}

/// The same values, but for texts that YAML had cut at a `#`, or read as lists, keys or nothing.
fn agree(yaml: &Node, typed: &Node) -> bool {
    match (&yaml.value, &typed.value) {
        (one, other) if one == other => true,
        (Value::Text(one), Value::Text(other)) => other.starts_with(one) && other.contains('#'),
        (Value::List(_) | Value::Map(_) | Value::Null, Value::Text(_)) => true,
        (Value::List(one), Value::List(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| agree(one, other))
        }
        (Value::Map(one), Value::Map(other)) => {
            one.len() == other.len()
                && one.iter().zip(other).all(|(one, other)| {
                    one.key == other.key && one.line == other.line && agree(&one.node, &other.node)
                })
        }
        _ => false,
    }
}

/// Keys below a key of texts: refused in any case.
fn nests_wrongly(node: &Node) -> bool {
    let texts = [
        "title",
        "unit",
        "summary",
        "keywords",
        "publisher",
        "overview",
        "materials",
        "matter",
        "credit",
        "file",
    ];
    match &node.value {
        Value::Map(entries) => entries.iter().any(|entry| {
            let map = matches!(entry.node.value, Value::Map(_) | Value::List(_));
            (map && texts.contains(&entry.key.as_str())) || nests_wrongly(&entry.node)
        }),
        Value::List(items) => items.iter().any(nests_wrongly),
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// What YAML reads is read the same, or it is refused; where nothing is odd, it is not refused.
    #[test]
    fn what_yaml_reads_is_read(text in document()) {
        let (Some(yaml), problems) = values("t", &text, 1) else { return Ok(()) };
        // A document that is one text, or has keys within a text, is refused anyway.
        if !problems.is_empty() || matches!(yaml.value, Value::Text(_)) || nests_wrongly(&yaml) {
            return Ok(());
        }
        let typed = parse("t", &text, 1, Root::Matter);
        match typed.node {
            Some(node) if typed.problems.is_empty() => {
                prop_assert!(agree(&yaml, &node), "{}\n{:?}\n{:?}", text, yaml, node);
            }
            _ => {
                let odd = text.contains(['#', '~', '{', '}', '[', ']', '"', '|']) || text.contains("null");
                prop_assert!(odd, "{}\n{:?}", text, typed.problems);
            }
        }
    }
}
