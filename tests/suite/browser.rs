//! Real Chromium on the pages that people look at: do they fit, can the work be done by clicks, can everybody read them.

mod driver;
mod stage;

use std::collections::BTreeSet;

use serde_json::Value;

use self::{
    driver::{Browser, DESK, PHONE, axe, wanted},
    stage::Stage,
};

/// What is wrong with the page in its present state, in words; run in the page.
const LOOK: &str = r#"
const root = document.documentElement, wrong = [];
await Promise.all([...document.images].map((i) => { i.loading = 'eager'; return i.decode().catch(() => {}); }));
for (const i of document.images) {
  if (!i.naturalWidth) wrong.push('no picture: ' + i.src);
  if (!i.hasAttribute('alt')) wrong.push('no alt: ' + i.src);
}
// Not innerWidth: a phone zooms out to what overflows, and the two are equal again.
if (root.scrollWidth > screen.width) {
  const wide = [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > screen.width + 1);
  wrong.push('overflows to ' + root.scrollWidth + ': ' + wide.slice(0, 3).map((e) => e.tagName + '.' + e.className));
}
if (!root.lang) wrong.push('no lang');
if (!document.querySelector('main')) wrong.push('no main');
const h1 = document.querySelectorAll('h1').length;
if (h1 !== 1) wrong.push(h1 + ' h1');
for (const e of document.querySelectorAll('button, summary, nav a, .button, input:not([type=hidden], [type=checkbox], [type=radio])')) {
  const box = e.getBoundingClientRect();
  if (box.height && box.height < 24) wrong.push('hard to hit: ' + e.tagName + ' ' + e.textContent.trim());
}
for (const e of document.querySelectorAll('input:not([type=hidden]), textarea')) {
  if (!e.labels.length && !e.ariaLabel) wrong.push('no label: ' + e.name);
}
return wrong;
"#;

/// Addresses that the open page links to and that match.
async fn links(browser: &Browser, of: &str) -> Vec<String> {
    let script = format!(
        "return [...new Set([...document.querySelectorAll('a[href]')].map((a) => a.href))].filter((h) => {of}.test(h))"
    );
    let found = browser.js(&script).await;
    let found = found.as_array().unwrap();
    found
        .iter()
        .map(|h| h.as_str().unwrap().to_owned())
        .collect()
}

/// The stage with a policy, its interpretation, news with pictures and a gallery that was withdrawn, at rest.
async fn full_stage(name: &str) -> Stage {
    let stage = Stage::set(name, true).await;
    for item in [
        "spring-market",
        "museum-policy",
        "museum-policy-qa",
        "lantern-festival",
    ] {
        stage.publish(item);
    }
    stage.rests();
    let withdraw = [
        "item",
        "withdraw",
        "lantern-festival",
        "--reason",
        "因天气取消",
        "--no-wait",
    ];
    stage.home.run(&withdraw).ok();
    stage.rests();
    stage
}

/// One of each kind of page of the hub, in the language that was chosen last.
async fn hub_pages(browser: &Browser, stage: &Stage) -> BTreeSet<String> {
    let base = &stage.base;
    let mut all: BTreeSet<String> = [
        "/send",
        "/deliveries",
        "/deliveries?state=failed",
        "/destinations",
        "/nothing",
    ]
    .into_iter()
    .map(|path| format!("{base}{path}"))
    .collect();
    browser.go(&format!("{base}/send")).await;
    all.extend(links(browser, r"/\/items\//").await);
    browser.go(&format!("{base}/deliveries")).await;
    let deliveries = links(browser, r"/\/deliveries\/d-/").await;
    assert!(deliveries.len() > 10, "{deliveries:?}");
    all.extend(deliveries.into_iter().take(6));
    all.extend(stage.hand_overs());
    all
}

async fn stand_ins(browser: &Browser, stage: &Stage) -> BTreeSet<String> {
    let base = stage.sandbox.base();
    let mut all = BTreeSet::from([
        format!("{base}/"),
        format!("{base}/wechat/phone?tab=drafts"),
    ]);
    for (page, of) in [
        ("/wechat/phone", r"/\/wechat\/s\?/"),
        ("/county/yunxi/inbox", r"/\/inbox\//"),
    ] {
        browser.go(&format!("{base}{page}")).await;
        let found = links(browser, of).await;
        assert!(found.len() > 2, "{page}: {found:?}");
        all.extend(found);
        all.insert(format!("{base}{page}"));
    }
    all
}

/// Every page of the site, by following its links.
async fn site_pages(browser: &Browser, stage: &Stage) -> BTreeSet<String> {
    let home = format!("{}/site/index.html", stage.sandbox.base());
    let (mut all, mut next) = (BTreeSet::from([home.clone()]), vec![home]);
    while let Some(page) = next.pop() {
        browser.go(&page).await;
        for link in links(browser, r"/\/site\/[^#]*\.html$/").await {
            if all.insert(link.clone()) {
                next.push(link);
            }
        }
    }
    assert!(all.len() > 8, "{all:?}");
    all
}

/// Withdrawn: nothing links to it, but people have its address.
fn withdrawn(stage: &Stage) -> String {
    let base = stage.sandbox.base();
    let deliveries = stage.deliveries();
    let killed = deliveries
        .iter()
        .find(|d| d["intent"] == "withdraw" && d["destination"] == "site");
    let url = killed.unwrap()["receipt"]["url"].as_str().unwrap();
    assert!(url.starts_with(base), "{url}");
    url.to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_overflows_a_phone_or_lacks_a_picture() {
    if !wanted() {
        return;
    }
    let stage = full_stage("phone").await;
    let browser = Browser::open(PHONE, &stage.home.path).await;
    browser.go(&stage.link).await;
    browser.shows("选择稿件").await;
    let width = browser
        .js("return document.documentElement.clientWidth")
        .await;
    assert_eq!(width, 390, "the width that was asked for");
    let mut wrong = Vec::new();
    let mut examine = async |page: &str| {
        browser.go(page).await;
        let found = browser.js(LOOK).await;
        if found != Value::Array(Vec::new()) {
            wrong.push(format!("{page}: {found}"));
        }
    };
    let site = site_pages(&browser, &stage).await;
    for page in site.iter().chain([&withdrawn(&stage)]) {
        examine(page).await;
    }
    for page in stand_ins(&browser, &stage).await {
        examine(&page).await;
    }
    for lang in ["zh", "en"] {
        browser.go(&format!("{}/lang?to={lang}", stage.base)).await;
        for page in hub_pages(&browser, &stage).await {
            examine(&page).await;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_nothing_serious_on_any_kind_of_page() {
    if !wanted() {
        return;
    }
    let axe = axe();
    let stage = full_stage("axe").await;
    let browser = Browser::open(DESK, &stage.home.path).await;
    browser.go(&format!("{}/sign-in", stage.base)).await;
    let mut pages = vec![format!("{}/sign-in?t=wrong", stage.base)];
    browser.go(&stage.link).await;
    browser.shows("选择稿件").await;
    pages.extend(site_pages(&browser, &stage).await);
    pages.push(withdrawn(&stage));
    pages.extend(stand_ins(&browser, &stage).await);
    pages.extend(hub_pages(&browser, &stage).await);
    let mut wrong = Vec::new();
    for page in pages {
        browser.go(&page).await;
        // A message that is still fading in has not its final colours: the page is judged as readers see it a moment later.
        let found = browser.js(&format!(
            "document.getAnimations().forEach((animation) => animation.finish());
             {axe}; const seen = await axe.run(document, {{ iframes: false, resultTypes: ['violations'] }});
             return seen.violations.filter((v) => ['serious', 'critical'].includes(v.impact))
               .map((v) => v.id + ': ' + v.nodes.slice(0, 2).map((n) => n.html.slice(0, 160) + ' ' + n.failureSummary).join(' | '))"
        ))
        .await;
        if found != Value::Array(Vec::new()) {
            wrong.push(format!("{page}: {found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_link_opens_one_session_and_no_second() {
    if !wanted() {
        return;
    }
    let stage = Stage::set("link", false).await;
    let browser = Browser::open(DESK, &stage.home.path).await;
    browser.go(&format!("{}/deliveries", stage.base)).await;
    browser.shows("请打开 yigao serve 启动时").await;
    browser.go(&stage.link).await;
    browser.shows("还没有稿件").await;
    drop(browser);
    let other = Browser::open(DESK, &stage.home.path).await;
    other.go(&stage.link).await;
    other.shows("这个链接已用过或已失效").await;
    other.go(&format!("{}/send", stage.base)).await;
    other.shows("登录").await;
    assert!(!other.text().await.contains("选择稿件"));
}

const UPLOAD: &str = "//input[@type='file']";
const IMPORT: &str = "//button[normalize-space()='导入并预检']";
/// How many cells of the board are at rest, by intent.
const RESTS: &str = "return [...document.querySelectorAll('.grid td')].filter((c) => c.innerText.includes('已送达')).length";

async fn import(browser: &Browser, stage: &Stage, item: &str, more: &str) {
    browser.click("//nav//a[normalize-space()='发稿']").await;
    let file = stage.zip(item, more).display().to_string();
    browser.type_into(UPLOAD, &file).await;
    browser.click(IMPORT).await;
}

/// The item's page shows every destination at rest with this version and intent, without a reload by hand.
async fn shows(browser: &Browser, text: &str) {
    browser
        .until(&format!("shows {text} delivered three times"), |page| {
            let row = |l: &&str| l.contains(text) && l.contains("✓ 已送达");
            page.lines().filter(row).count() == 3
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_send_correct_and_withdraw_an_item_by_clicks() {
    if !wanted() {
        return;
    }
    let stage = Stage::set("clicks", false).await;
    let browser = Browser::open(DESK, &stage.home.path).await;
    browser.go(&stage.link).await;

    // What would be refused is said before anything is sent, and cannot be sent.
    import(&browser, &stage, "over-long-title", "").await;
    browser.shows("标题长 33 字，公众号最多 32 字").await;
    let closed = "return [...document.querySelectorAll('input[name=card]')].filter((c) => c.disabled).length";
    assert_eq!(browser.js(closed).await, 2, "the account and the centre");

    import(&browser, &stage, "spring-market", "").await;
    browser.shows("已导入为版本 1").await;
    browser.shows("网站没有“文旅动态”栏目").await;
    // The number on the button follows the ticks.
    browser.shows("批准并发布 (3)").await;
    let account = "//label[contains(., '公众号')]/input";
    browser.click(account).await;
    browser.shows("批准并发布 (2)").await;
    browser.click(account).await;
    browser.click("//button[contains(., '批准并发布')]").await;
    browser.click("//nav//a[normalize-space()='投递']").await;
    browser.shows("青川春日文旅市集").await;
    loop {
        if browser.js(RESTS).await == 3 {
            break;
        }
        browser.until("ends", |page| !page.contains("失败")).await;
    }

    import(
        &browser,
        &stage,
        "spring-market",
        "\n开放时间调整为9:00。\n",
    )
    .await;
    browser.shows("已导入为版本 2").await;
    browser.click("//button[contains(., '批准并更正')]").await;
    shows(&browser, "更正 v2").await;

    browser.click("//summary[contains(., '撤稿')]").await;
    let reason = "//details[contains(@class, 'danger')]//input[@name='reason']";
    browser.type_into(reason, "内容有误").await;
    browser.click("//input[@name='sure']").await;
    browser
        .click("//button[normalize-space()='从所有渠道撤稿']")
        .await;
    shows(&browser, "撤稿 v2").await;

    browser.go(&withdrawn(&stage)).await;
    browser.shows("撤稿说明：内容有误").await;
    browser
        .go(&format!("{}/county/yunxi/inbox", stage.sandbox.base()))
        .await;
    browser.shows("来稿方已撤稿").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_editor_confirms_on_a_phone_and_the_board_knows() {
    if !wanted() {
        return;
    }
    let stage = Stage::set("editor", true).await;
    stage.publish("museum-policy");
    stage.rests();
    let browser = Browser::open(PHONE, &stage.home.path).await;
    browser.go(stage.hand_overs().first().unwrap()).await;
    browser.shows("请采用这篇稿件").await;
    browser.click("//button[@data-copy='copy-title']").await;
    browser.shows("已复制").await;
    browser.type_into("//input[@name='who']", "王编辑").await;
    browser.click("//label[contains(., '已采用')]").await;
    browser
        .type_into("//input[@name='url']", "https://qs.example/a1")
        .await;
    browser.click("//button[normalize-space()='提交']").await;
    browser.shows("已记录：贵中心已采用此稿").await;
    browser.go(&stage.link).await;
    browser.shows("✓ 已送达 4").await;
}
