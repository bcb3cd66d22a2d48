//! Publish, correct, withdraw and observe on a real folder, with the process stopped at every write.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests: a broken premise should stop the test where it stands"
)]

mod host;
mod paint;
mod samples;

use std::{collections::BTreeMap, fs, path::Path};

use host::{Site, is_death};
use yigao_channel::{Adapter, Channel, Cx, Naming, Opening, RenderInput, SecretRef, run};
use yigao_core::{
    Content, DestinationId, Intent, ItemId, Observation, Prior, Receipt, RemoteState, Rendition,
    Seen, Version,
};
use yigao_website::{Config, Website};

fn destination() -> DestinationId {
    DestinationId::parse("site").unwrap()
}

fn website() -> Website {
    let table: toml::Table = toml::from_str(Website::EXAMPLE).unwrap();
    let config: Config = table.get("channel").unwrap().clone().try_into().unwrap();
    let site = destination();
    let secrets = |_: &SecretRef| unreachable!("no secrets");
    let opening = Opening {
        destination: &site,
        public_url: None,
        secrets: &secrets,
    };
    Website::open(config, &opening).unwrap()
}

/// Renders and makes the derivatives, as the engine would.
fn render(site: &mut Site, item: &str, number: u32, content: Content, intent: Intent) -> Rendition {
    let version = Version::new(ItemId::parse(item).unwrap(), number, content);
    let input = RenderInput {
        destination: &destination(),
        intent,
        version: &version,
        reason: Some("内容有误"),
        home: None,
        cover: None,
    };
    let rendered = website().render(&input);
    assert!(
        !yigao_core::finding::blocks(&rendered.findings),
        "{:?}",
        rendered.findings
    );
    let mut rendition = rendered.rendition.unwrap();
    for derivative in &mut rendition.media {
        let (bytes, made) = paint::make(derivative);
        site.media.insert(made.digest.clone(), bytes);
        derivative.made = Some(made);
    }
    rendition
}

/// Runs a delivery to its end, again from the top after every death.
async fn deliver(site: &Site, rendition: &Rendition, prior: &Prior) -> Receipt {
    {
        let mut state = site.state();
        state.journal.clear();
        state.uses.clear();
        state.now += 600;
    }
    let channel = website();
    for _ in 0..3 {
        let naming = naming(rendition.item.as_str());
        let cx = Cx::new(site, channel.profile(), prior, naming);
        match run(&channel, rendition.intent, &cx, rendition).await {
            Ok(receipt) => return receipt,
            Err(stop) => assert!(is_death(&stop), "{stop:?}"),
        }
    }
    unreachable!("a delivery dies once at most");
}

fn naming(item: &str) -> Naming {
    Naming {
        key: "d-1".into(),
        marker: format!("{item}@site"),
        spent: false,
    }
}

fn out(receipt: Receipt) -> Prior {
    Prior {
        remote_state: RemoteState::Out(receipt),
        ..Prior::default()
    }
}

async fn observe(site: &Site, item: &str, prior: &Prior) -> Observation {
    let channel = website();
    let cx = Cx::new(site, channel.profile(), prior, naming(item));
    channel.observe(&cx, prior).await.unwrap()
}

fn tree(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().display().to_string();
                all.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    all
}

/// Policy out, interpretation out, interpretation corrected, policy withdrawn; `dies` counts writes over all of it.
async fn story(name: &str, dies: Option<usize>) -> (Site, usize) {
    let mut site = Site::new(name);
    site.state().dies = dies;
    let policy = render(&mut site, "rules", 1, samples::policy(), Intent::Publish);
    let receipt = deliver(&site, &policy, &Prior::default()).await;
    let reading = render(
        &mut site,
        "reading",
        1,
        samples::interpretation(),
        Intent::Publish,
    );
    deliver(&site, &reading, &Prior::default()).await;
    let mut better = samples::interpretation();
    better.title = "改过的标题".into();
    let corrected = render(&mut site, "reading", 2, better, Intent::Correct);
    deliver(&site, &corrected, &Prior::default()).await;
    let notice = render(&mut site, "rules", 1, samples::policy(), Intent::Withdraw);
    deliver(&site, &notice, &out(receipt)).await;
    let writes = site.state().writes;
    (site, writes)
}

#[tokio::test]
#[expect(
    clippy::too_many_lines,
    reason = "the crash matrix of one operation, read from top to bottom"
)]
async fn an_article_is_published_observed_corrected_and_withdrawn() {
    let mut site = Site::new("life");
    let policy = render(&mut site, "rules", 1, samples::policy(), Intent::Publish);
    let receipt = deliver(&site, &policy, &Prior::default()).await;
    assert_eq!(
        receipt.url.as_deref(),
        Some("http://127.0.0.1:8086/policy/2026/rules.html")
    );
    let prior = out(receipt);
    let seen = observe(&site, "rules", &prior).await;
    assert_eq!((seen.remote_state, seen.drift), (Seen::Live, vec![]));
    assert_eq!(seen.leaves, policy.leaves);

    let reading = render(
        &mut site,
        "reading",
        1,
        samples::interpretation(),
        Intent::Publish,
    );
    let reading_prior = out(deliver(&site, &reading, &Prior::default()).await);
    let page = site.text("policy/2026/rules.html").unwrap();
    assert!(
        page.contains("../../interpretation/2026/reading.html"),
        "the policy links back"
    );
    assert_eq!(
        observe(&site, "rules", &prior).await.remote_state,
        Seen::Live,
        "links are no drift"
    );

    let mut better = samples::interpretation();
    better.title = "改过的标题".into();
    let corrected = render(&mut site, "reading", 2, better, Intent::Correct);
    site.state().now += 400 * 86_400;
    let again = deliver(&site, &corrected, &reading_prior).await;
    assert_eq!(
        again.id, "interpretation/2026/reading.html",
        "it keeps its address over new year"
    );
    assert_eq!(
        observe(&site, "reading", &reading_prior).await.remote_state,
        Seen::Changed
    );
    let home = site.text("index.html").unwrap();
    assert!(home.contains("改过的标题") && home.contains("policy/2026/rules.html"));
    assert!(
        site.text("policy/2026/rules.html")
            .unwrap()
            .contains("改过的标题")
    );

    let pictures: Vec<String> = policy
        .media
        .iter()
        .map(|d| d.made.as_ref().unwrap().file_name.clone())
        .collect();
    let notice = render(&mut site, "rules", 1, samples::policy(), Intent::Withdraw);
    site.state().shared_value.retain(|(_, part), _| {
        policy
            .media
            .iter()
            .any(|d| d.made.as_ref().unwrap().digest.as_str() == part)
    });
    deliver_with_uses(&site, &notice, &prior, &policy).await;
    assert_eq!(
        observe(&site, "rules", &prior).await.remote_state,
        Seen::Gone
    );
    for name in [
        "index.html",
        "policy/index.html",
        "sitemap.xml",
        "sitemap.html",
    ] {
        assert!(
            !site.text(name).unwrap().contains("policy/2026/rules.html"),
            "{name}"
        );
    }
    assert!(
        site.text("feed.xml")
            .unwrap()
            .contains("<at:deleted-entry ref=\"tag:wlj.linyi.gov.cn,2026-01-01:rules\"")
    );
    assert!(
        !site
            .text("interpretation/2026/reading.html")
            .unwrap()
            .contains("rules.html")
    );
    assert_eq!(site.text("articles/rules.json"), None);
    assert!(
        pictures
            .iter()
            .all(|p| !site.root.join("media").join(p).exists())
    );
}

/// A withdrawal whose item still counts as user of its pictures.
async fn deliver_with_uses(site: &Site, notice: &Rendition, prior: &Prior, of: &Rendition) {
    let channel = website();
    let digests = of
        .media
        .iter()
        .map(|d| d.made.as_ref().unwrap().digest.to_string());
    {
        let mut state = site.state();
        state.journal.clear();
        state.uses = digests.collect();
    }
    let cx = Cx::new(site, channel.profile(), prior, naming(notice.item.as_str()));
    run(&channel, notice.intent, &cx, notice).await.unwrap();
}

#[tokio::test]
async fn a_death_at_any_write_ends_in_the_same_site() {
    let (calm, writes) = story("calm", None).await;
    let expected = tree(&calm.root);
    assert!(writes > 60, "{writes}");
    for dies in 0..writes {
        let (site, _) = story("storm", Some(dies)).await;
        let seen = tree(&site.root);
        assert_eq!(
            seen.keys().collect::<Vec<_>>(),
            expected.keys().collect::<Vec<_>>(),
            "death at {dies}"
        );
        let differ: Vec<&String> = seen
            .iter()
            .filter(|(k, v)| expected.get(*k) != Some(v))
            .map(|(k, _)| k)
            .collect();
        assert_eq!(differ, Vec::<&String>::new(), "death at {dies}");
    }
}

#[tokio::test]
async fn drift_names_the_place() {
    let mut site = Site::new("drift");
    let news = render(&mut site, "news-1", 1, samples::news(), Intent::Publish);
    let receipt = deliver(&site, &news, &Prior::default()).await;
    let path = site.root.join(&receipt.id);
    let prior = out(receipt);
    let page = fs::read_to_string(&path).unwrap();

    fs::write(&path, page.replace("136 家", "163 家")).unwrap();
    let seen = observe(&site, "news-1", &prior).await;
    assert_eq!(seen.remote_state, Seen::Changed);
    assert!(
        seen.drift.iter().any(|w| w.zh.contains("段被改动")),
        "{:?}",
        seen.drift
    );

    fs::write(&path, page.replace("开幕式现场", "别的图说")).unwrap();
    assert_eq!(
        observe(&site, "news-1", &prior).await.remote_state,
        Seen::Changed
    );

    fs::write(&path, "<h1>请登录</h1>").unwrap();
    assert_eq!(
        observe(&site, "news-1", &prior).await.remote_state,
        Seen::NotThePage
    );

    fs::write(&path, &page).unwrap();
    assert_eq!(
        observe(&site, "news-1", &prior).await.remote_state,
        Seen::Live
    );
    let picture = news
        .derivative("p1")
        .unwrap()
        .made
        .clone()
        .unwrap()
        .file_name;
    fs::remove_file(site.root.join("media").join(picture)).unwrap();
    let seen = observe(&site, "news-1", &prior).await;
    assert_eq!(
        (seen.remote_state, seen.drift.len()),
        (Seen::PictureLost, 1)
    );

    deliver(&site, &news, &prior).await;
    assert_eq!(
        observe(&site, "news-1", &prior).await.remote_state,
        Seen::Live,
        "a lost picture is uploaded again"
    );
    fs::remove_file(&path).unwrap();
    assert_eq!(
        observe(&site, "news-1", &prior).await.remote_state,
        Seen::Gone
    );
}

#[tokio::test]
async fn what_is_not_there_is_withdrawn_without_a_write() {
    let mut site = Site::new("nothing");
    let notice = render(&mut site, "never", 1, samples::news(), Intent::Withdraw);
    let receipt = deliver(&site, &notice, &Prior::default()).await;
    assert_eq!((receipt.url, site.root.exists()), (None, false));
}

#[tokio::test]
async fn a_probe_leaves_nothing_behind() {
    let site = Site::new("probe");
    let (channel, prior) = (website(), Prior::default());
    let cx = Cx::new(&site, channel.profile(), &prior, naming("probe"));
    assert_eq!(channel.probe(&cx).await, Ok(Vec::new()));
    assert_eq!(tree(&site.root).len(), 0);
}

/// The site people look at while working on the pages: `sample-site` in the tests' folder.
#[tokio::test]
async fn a_sample_site_is_built() {
    let mut site = Site::new("sample-site");
    for (item, content) in samples::all() {
        let rendition = render(&mut site, &item, 1, content, Intent::Publish);
        deliver(&site, &rendition, &Prior::default()).await;
    }
    let notice = render(
        &mut site,
        "old-notice-1",
        1,
        samples::news(),
        Intent::Withdraw,
    );
    deliver(&site, &notice, &Prior::default()).await;
    let column = site.text("notices/index.html").unwrap();
    assert_eq!(column.matches("<time ").count(), 50);
    assert!(column.contains("href=\"page-1.html\""));
    let older = site.text("notices/page-1.html").unwrap();
    assert!(older.contains("old-notice-0.html") && !older.contains("old-notice-1.html"));
}
