//! How long an article takes from its blocks to WordPress's markup: pure, so nothing waits in it.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use yigao_channel::{Adapter as _, Channel as _, Opening, RenderInput, Secret};
use yigao_core::{
    Asset, Block, Content, DestinationId, Digest, Figure, Inline, Intent, ItemId, Kind, Version,
};
use yigao_website::Website;

const CHARACTERS: usize = 5_000;
const PICTURES: usize = 20;
const RUNS: usize = 500;
const BAR: Duration = Duration::from_millis(2);

/// One line.
pub(crate) fn measure() -> anyhow::Result<String> {
    let id = DestinationId::parse("site")?;
    let opening = Opening {
        destination: &id,
        public_url: None,
        secrets: &|_| Ok(Secret::new("bench")),
    };
    let config = toml::from_str(
        "driver = \"wordpress\"\nbase_url = \"http://127.0.0.1:9/\"\nuser = \"u\"\npassword = { env = \"P\" }\n",
    )?;
    let site = Website::open(config, &opening)?;
    let version = version()?;
    let input = RenderInput {
        destination: &id,
        intent: Intent::Publish,
        version: &version,
        reason: None,
        home: None,
        cover: None,
    };
    let mut took = Vec::with_capacity(RUNS);
    let mut bytes = 0;
    for _ in 0..RUNS {
        let begun = Instant::now();
        let rendition = site.render(&input).rendition;
        let html = rendition.and_then(|r| yigao_website::wordpress_html(&r, "bench@site"));
        took.push(begun.elapsed());
        bytes = html.map_or(0, |html| html.len());
    }
    anyhow::ensure!(bytes > CHARACTERS, "nothing was rendered");
    took.sort_unstable();
    let at = |percent: usize| took.get(RUNS * percent / 100).copied().unwrap_or_default();
    let millis = |time: Duration| time.as_secs_f64() * 1_000.0;
    Ok(format!(
        "bench-render: characters={CHARACTERS} pictures={PICTURES} html_bytes={bytes} p50_ms={:.3} p99_ms={:.3} bar_ms={}",
        millis(at(50)),
        millis(at(99)),
        BAR.as_millis(),
    ))
}

fn version() -> anyhow::Result<Version> {
    let mut body = Vec::new();
    let mut assets = BTreeMap::new();
    for number in 0..PICTURES {
        let digest = Digest::of_bytes(&number.to_le_bytes());
        let asset = Asset {
            digest: digest.clone(),
            name: format!("图{number}.jpg"),
            media_type: "image/jpeg".into(),
            bytes: 200_000,
            width: Some(1_600),
            height: Some(1_200),
            credit: None,
            ai: None,
            focus: None,
        };
        assets.insert(digest.clone(), asset);
        body.push(Block::Paragraph {
            text: vec![Inline::plain("文".repeat(CHARACTERS / PICTURES))],
        });
        body.push(Block::Figure {
            figure: Figure {
                asset: digest,
                alt: format!("图片{number}的说明"),
                caption: Some(format!("图{number}")),
                credit: None,
            },
        });
    }
    let content = Content {
        kind: Kind::News,
        title: "五千字二十图".into(),
        unit: "青川市文化和旅游局".into(),
        body,
        assets,
        ..Content::default()
    };
    Ok(Version::new(ItemId::parse("bench")?, 1, content))
}
