//! The sample items of the repository read without a problem and are what their readers are told.

use std::{fs, path::Path};

use yigao_core::{Block, Kind, Version, block::figures};
use yigao_formats::{Bundle, BundleLimits, Draft, Format, detect, read, write};

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/items")
}

fn bundle(name: &str) -> Bundle {
    let files = fs::read_dir(folder().join(name)).unwrap().map(|entry| {
        let entry = entry.unwrap();
        (
            entry.file_name().into_string().unwrap(),
            fs::read(entry.path()).unwrap(),
        )
    });
    Bundle {
        name: name.to_owned(),
        files: files.collect(),
        ..Bundle::default()
    }
}

fn sample(name: &str) -> Draft {
    let bundle = bundle(name);
    bundle.check(&BundleLimits::default()).unwrap();
    let format = detect(&bundle).unwrap();
    read(&bundle, format).unwrap_or_else(|problems| panic!("{name}: {problems:#?}"))
}

#[test]
fn every_sample_reads_without_problem_or_finding() {
    let mut names: Vec<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let expected = [
        "lantern-festival",
        "linyi-2019-openness-plan",
        "museum-policy",
        "museum-policy-qa",
        "over-long-title",
        "spring-market",
    ];
    assert_eq!(names, expected);
    let mut bytes = 0;
    for name in &names {
        let draft = sample(name);
        assert_eq!(draft.findings, [], "{name}");
        bytes += draft.files.values().map(Vec::len).sum::<usize>();
        if name != "linyi-2019-openness-plan" {
            assert_eq!(draft.id.as_str(), name);
            let summary = draft.content.summary.unwrap();
            assert!(
                summary.chars().count() <= 40 && summary.len() <= 120,
                "{name}: {summary}"
            );
            let title = draft.content.title.chars().count();
            assert!(
                if name == "over-long-title" {
                    title == 33
                } else {
                    title <= 22
                },
                "{name}: {title}"
            );
        }
        for figure in figures(&draft.content.body) {
            assert!(
                !figure.alt.is_empty() && figure.credit.is_some() && figure.caption.is_some(),
                "{name}: {figure:?}"
            );
        }
    }
    assert!(bytes < 14_000_000, "{bytes}");
}

#[test]
fn every_sample_is_exported_and_reads_the_same() {
    for entry in fs::read_dir(folder()).unwrap() {
        let draft = sample(entry.unwrap().file_name().to_str().unwrap());
        let version = Version::new(draft.id.clone(), 1, draft.content.clone());
        for format in [Format::Markdown, Format::Json] {
            let bundle =
                write(&version, format, &|digest| draft.files.get(digest).cloned()).unwrap();
            let packed = bundle.to_zip().unwrap();
            let bundle = Bundle::from_zip("x.zip", &packed, &BundleLimits::default()).unwrap();
            let back = read(&bundle, format).unwrap();
            assert_eq!(
                (back.id, back.content, back.files),
                (draft.id.clone(), draft.content.clone(), draft.files.clone())
            );
        }
    }
}

#[test]
fn samples_show_what_they_are_there_for() {
    let market = sample("spring-market").content;
    assert_eq!(figures(&market.body).len(), 4);
    let large = market
        .assets
        .values()
        .filter(|a| a.width.unwrap_or(0) * a.height.unwrap_or(0) >= 12_000_000);
    assert_eq!(large.count(), 1);
    assert!(market.body.iter().any(|b| matches!(b, Block::Chart { .. })));

    let policy = sample("museum-policy").content;
    assert_eq!(
        (
            policy.kind,
            policy.attachments.len(),
            policy.relations.len()
        ),
        (Kind::Policy, 2, 1)
    );
    let word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    assert_eq!(policy.assets[&policy.attachments[0].asset].media_type, word);
    assert!(
        policy
            .body
            .iter()
            .any(|b| matches!(b, Block::Table { rows, .. } if rows.len() == 4))
    );

    let answers = sample("museum-policy-qa").content;
    assert_eq!(answers.relations[0].item.as_str(), "museum-policy");
    assert_eq!(policy.relations[0].item.as_str(), "museum-policy-qa");
    let asked = answers
        .body
        .iter()
        .filter(|b| matches!(b, Block::QuestionAnswer { .. }))
        .count();
    assert_eq!(asked, 4);

    let lanterns = sample("lantern-festival").content;
    let event = lanterns.event.unwrap();
    assert_eq!(event.starts.to_string(), "2027-02-18T09:30:00Z");
    assert!(
        lanterns
            .body
            .iter()
            .any(|b| matches!(b, Block::Gallery { figures } if figures.len() == 6))
    );
    assert_eq!(
        detect(&bundle("linyi-2019-openness-plan")),
        Some(Format::GovPage)
    );
}

/// Digests as they were before lists had numbers, tables merged cells, and texts notes: an item without them is the same.
#[test]
fn items_without_new_forms_keep_their_digests() {
    for (item, digest) in [
        (
            "lantern-festival",
            "0e829f6f07e804ca8c93742c408bd76b0a6e405daab65d70bee00b37e4990c8e",
        ),
        (
            "linyi-2019-openness-plan",
            "70d89e9b1fb3166531916aadb46668516abfb687ab569a7e20b48e9c991f6f7b",
        ),
        (
            "museum-policy",
            "cb2c5789c45bd6626064e00175fa4a8f2a5def54e088fd731a612b77bbc7237c",
        ),
        (
            "museum-policy-qa",
            "55d7cf977837bfd64fcf1d71f4e2ad92ee4808a7064f051c855d39bd26ef5b4a",
        ),
        (
            "over-long-title",
            "fa12c7832259e62cfc3cae1cc936f86deb7ce546124fc3eaad45aa649c7aac12",
        ),
        (
            "spring-market",
            "82db062e5801cf8a31fcb697528df5bdad213be5e3ff6ffa294fc12265102afb",
        ),
    ] {
        assert_eq!(
            yigao_core::Digest::of_json(&sample(item).content).as_str(),
            digest,
            "{item}"
        );
    }
}
