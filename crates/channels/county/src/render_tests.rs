use std::collections::BTreeMap;

use serde_json::{Value, json};
use yigao_channel::{Adapter as _, Channel as _, Opening, Secret};
use yigao_core::{
    AiUse, Asset, DestinationId, Fills, Inline, ItemId, Leaf, LeafKind, Made, Version,
    block::Clip,
    item::{Attachment, Disclosure, Event, Manner},
};

use super::*;
use crate::{Config, County};

const PUSH: &str = "transport = \"push\"\n[push]\nbase_url = \"https://c.cn/county/yunxi\"\napp_key = \"yigao\"\nsecret = { env = \"X\" }";
const PASTE: &str = "transport = \"paste\"\n[paste]\nsecret = { env = \"X\" }";

fn opened(more: &str, public_url: Option<&str>) -> Result<County, String> {
    let config = format!("centre_name = \"云溪县融媒体中心\"\nmin_pictures = 1\n{more}");
    let config: Config = toml::from_str(&config).map_err(|e| e.to_string())?;
    let opening = Opening {
        destination: &DestinationId::parse("yunxi").unwrap(),
        public_url,
        secrets: &|_| Ok(Secret::new("s")),
    };
    County::open(config, &opening).map_err(|e| e.to_string())
}

fn centre(more: &str) -> County {
    opened(more, Some("https://hub.example.cn")).unwrap()
}

fn picture(seed: &str) -> Asset {
    Asset {
        digest: Digest::of_bytes(seed.as_bytes()),
        name: format!("{seed}.jpg"),
        media_type: "image/jpeg".into(),
        bytes: 1_000,
        width: Some(1_600),
        height: Some(900),
        credit: Some("王小明".into()),
        ai: None,
        focus: None,
    }
}

fn paragraph(text: &str) -> Block {
    Block::Paragraph {
        text: vec![Inline::plain(text)],
    }
}

fn content(title: &str) -> Content {
    let asset = picture("street");
    let figure = Figure {
        asset: asset.digest.clone(),
        alt: "老街夜景".into(),
        caption: Some("夜色中的<老街>".into()),
        credit: None,
    };
    Content {
        title: title.into(),
        unit: "临沂市文旅局".into(),
        body: vec![
            paragraph("周末老街开市。"),
            Block::Gallery {
                figures: vec![figure.clone(), figure],
            },
        ],
        assets: BTreeMap::from([(asset.digest.clone(), asset)]),
        ..Content::default()
    }
}

fn everything() -> Content {
    let base = content("非遗市集周末开街");
    let mut body = base.body.clone();
    body.push(Block::Video {
        media: Clip {
            asset: Digest::of_bytes(b"clip"),
            title: "开街现场".into(),
            transcript: Some("欢迎大家".into()),
            poster: None,
        },
    });
    let cover = picture("cover");
    let mut assets = base.assets.clone();
    assets.insert(cover.digest.clone(), cover.clone());
    Content {
        subtitle: Some("四十家老字号亮相".into()),
        summary: Some("本周六开街".into()),
        author: Some("李晓".into()),
        keywords: vec!["非遗".into(), "市集".into()],
        dated: Some("2026-11-24".parse().unwrap()),
        event: Some(Event {
            starts: "2026-11-28T09:00:00+08:00".parse().unwrap(),
            ends: None,
            place: "老街广场".into(),
        }),
        disclosure: Some(Disclosure {
            index_number: Some("11371300-2026-001".into()),
            document_number: Some("临文旅发〔2026〕5号".into()),
            manner: Some(Manner::Active),
            ..Disclosure::default()
        }),
        ai: Some(AiUse::Generated),
        expires: Some("2027-01-01T00:00:00+08:00".parse().unwrap()),
        cover: Some(cover.digest),
        attachments: vec![Attachment {
            asset: Digest::of_bytes(b"form"),
            title: "附件1：报名表".into(),
        }],
        body,
        assets,
        ..base
    }
}

fn rendered(centre: &County, content: Content, intent: Intent, home: bool) -> Rendered {
    let version = Version::new(ItemId::parse("market").unwrap(), 2, content);
    let destination = DestinationId::parse("yunxi").unwrap();
    let site = DestinationId::parse("site").unwrap();
    centre.render(&RenderInput {
        destination: &destination,
        intent,
        version: &version,
        reason: Some("事实<有误>"),
        home: home.then_some(&site),
        cover: None,
    })
}

fn codes(rendered: &Rendered) -> Vec<&str> {
    rendered.findings.iter().map(|f| f.code.as_str()).collect()
}

/// As it goes out: pictures made, slots filled.
fn sent(mut rendition: Rendition) -> crate::payload::Filled {
    let mut fills = Fills::from([("url:site".to_owned(), "https://wl.cn/a?b=1&c=2".to_owned())]);
    for one in &mut rendition.media {
        let digest = Digest::of_bytes(one.name.as_bytes());
        fills.insert(format!("picture:{}", one.name), format!("media/{digest}"));
        one.made = Some(Made {
            file_name: format!("{}.jpg", digest.short()),
            digest,
            media_type: "image/jpeg".into(),
            bytes: 900,
            width: Some(1_600),
            height: Some(900),
        });
    }
    let payload = Payload::of(&rendition).unwrap();
    payload.filled(&rendition, &fills).unwrap()
}

#[test]
fn an_item_is_ninjs_with_everything_it_has_a_word_for() {
    let rendered = rendered(&centre(PUSH), everything(), Intent::Publish, true);
    assert_eq!(codes(&rendered), ["clip_left_out", "attachment_left_out"]);
    let rendition = rendered.rendition.unwrap();
    let filled = sent(rendition);
    let item = &filled.item;
    assert_eq!(item["uri"], "urn:yigao:market@yunxi");
    assert_eq!(item["version"], "2");
    assert_eq!(item["pubStatus"], "usable");
    assert_eq!(item["headlines"][0]["value"], "非遗市集周末开街");
    assert_eq!(item["descriptions"][0]["value"], "本周六开街");
    assert_eq!(item["by"], "通讯员：李晓");
    assert_eq!(item["infoSources"][0]["uri"], "https://wl.cn/a?b=1&c=2");
    assert_eq!(
        item["altIds"],
        json!([
            {"role": "索引号", "value": "11371300-2026-001"},
            {"role": "文号", "value": "临文旅发〔2026〕5号"},
            {"role": "公开方式", "value": "主动公开"},
        ])
    );
    assert_eq!(item["digitalSourceType"]["name"], "trainedAlgorithmicMedia");
    let html = item["bodies"][0]["value"].as_str().unwrap();
    assert_eq!(html, filled.html);
    for part in [
        "<p>（本文由人工智能生成）</p>",
        "<p>【视频：开街现场】（另送）</p>",
        "<p>附件1：报名表（另送）</p>",
        "<p>通讯员：李晓</p>",
        "<a href=\"https://wl.cn/a?b=1&amp;c=2\">",
        "夜色中的&lt;老街&gt;",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
    let pictures = item["associations"].as_array().unwrap();
    let names: Vec<&Value> = pictures.iter().map(|p| &p["name"]).collect();
    assert_eq!(names, ["p1", "cover"]);
    assert_eq!(
        pictures[0]["renditions"][0],
        json!({
            "name": "main",
            "href": format!("media/{}", Digest::of_bytes(b"p1")),
            "contentType": "image/jpeg",
            "width": 1600,
            "height": 900,
            "sizeInBytes": 900,
        })
    );
    let chars = filled.text.chars().count();
    let token = Slot::UrlFrom {
        destination: DestinationId::parse("site").unwrap(),
    }
    .token();
    let counted = chars - "https://wl.cn/a?b=1&c=2".len() + token.chars().count();
    assert_eq!(item["bodies"][0]["charCount"], counted);
}

#[test]
fn the_text_has_marks_where_pictures_stood() {
    let rendered = rendered(&centre(PASTE), content("题"), Intent::Publish, true);
    let text = sent(rendered.rendition.unwrap()).text;
    assert_eq!(
        text,
        "周末老街开市。\n【图1】夜色中的<老街>\n【图1】夜色中的<老街>\n来源：临沂市文旅局\n通讯员：临沂市文旅局\n原文：https://wl.cn/a?b=1&c=2"
    );
}

#[test]
fn headlines_at_the_limit_pass_and_one_over_is_refused() {
    let push = centre(PUSH);
    let of = |n: usize| rendered(&push, content(&"文".repeat(n)), Intent::Publish, false);
    assert_eq!(codes(&of(23)), [""; 0]);
    let over = of(24);
    assert_eq!(codes(&over), ["headline_too_long"]);
    assert_eq!(over.findings[0].predicts.as_deref(), Some("2001"));
    let by_hand = rendered(
        &centre(PASTE),
        content(&"文".repeat(24)),
        Intent::Publish,
        false,
    );
    assert_eq!(by_hand.findings[0].predicts, None);
}

#[test]
fn what_is_missing_is_said_at_once() {
    let bare = Content {
        unit: "局".into(),
        ..Content::default()
    };
    let rendered = rendered(&centre(PUSH), bare, Intent::Publish, false);
    assert_eq!(
        codes(&rendered),
        ["headline_missing", "body_missing", "pictures_missing"]
    );
}

#[test]
fn rendering_twice_gives_the_same() {
    let push = centre(PUSH);
    let of = || rendered(&push, everything(), Intent::Correct, true);
    assert_eq!(of(), of());
    let rendition = of().rendition.unwrap();
    let leaf = Leaf::new(LeafKind::Picture, "p1");
    assert!(rendition.leaves.contains(&leaf));
    let note = sent(rendition).item["edNote"].clone();
    assert_eq!(note, "更正：这是第 2 版，请替换先前的稿件。");
}

#[test]
fn a_withdrawal_is_a_notice_under_the_same_name() {
    let withdraw = rendered(&centre(PUSH), everything(), Intent::Withdraw, true);
    assert_eq!(codes(&withdraw), [""; 0]);
    let rendition = withdraw.rendition.unwrap();
    assert!(rendition.media.is_empty() && rendition.slots.is_empty());
    let item = sent(rendition).item;
    assert_eq!(item["uri"], "urn:yigao:market@yunxi");
    assert_eq!(item["pubStatus"], "canceled");
    assert_eq!(
        item["edNote"],
        "撤稿：请立即从各平台撤下此稿。原因：事实<有误>"
    );
    let html = item["bodies"][0]["value"].as_str().unwrap();
    assert!(html.contains("原因：事实&lt;有误&gt;") && !html.contains("周末老街"));
    for gone in ["associations", "descriptions", "altIds", "by"] {
        assert!(item.get(gone).is_none(), "{gone}");
    }
}

#[test]
fn a_transport_needs_its_own_table_and_no_other() {
    let drop = "transport = \"drop\"\n[drop]\nfolder = \"in-box\"";
    assert!(opened(drop, None).is_ok());
    assert!(opened(PASTE, None).is_err_and(|e| e.contains("public_url")));
    let both = format!("{PUSH}\n[drop]\nfolder = \"in-box\"");
    assert!(opened(&both, None).is_err_and(|e| e.contains("channel.transport")));
    assert!(opened("transport = \"push\"", None).is_err());
    let up = "transport = \"drop\"\n[drop]\nfolder = \"in-box\"\nrejected = \"../x\"";
    assert!(opened(up, None).is_err());
}

#[test]
fn the_example_opens_and_unknown_keys_do_not() {
    let file: toml::Table = toml::from_str(County::EXAMPLE).unwrap();
    assert_eq!(file["kind"].as_str(), Some(County::KIND));
    let config: Result<Config, _> = file["channel"].clone().try_into();
    assert!(config.is_ok(), "{config:?}");
    assert!(opened(&format!("colour = 1\n{PUSH}"), None).is_err());
    assert!(opened(&format!("{PUSH}\nextra = 1"), None).is_err());
}
