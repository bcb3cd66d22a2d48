//! The program and a real WordPress: a post is published, edited by a person, corrected and withdrawn; and mistakes in the
//! setup are reported.

use std::fs;

use serde_json::Value;
use yigao_testkit::{Limits, Part, WordPress, core_only};

use crate::{
    flows::{eventually, the_demo},
    program::{Home, sample},
};

const ITEM: &str = "lantern-festival";

/// A site of this test's own; none where it is not installed and need not be.
pub(crate) fn site() -> Option<WordPress> {
    match WordPress::find() {
        Ok(programs) => Some(WordPress::start(programs, Limits::default()).unwrap()),
        Err(package) => {
            assert!(core_only(), "{package} is not installed");
            None
        }
    }
}

pub(crate) fn home(name: &str, site: &WordPress) -> Home {
    let home = Home::new(name);
    let base = site.url();
    let host = base.trim_start_matches("http://").trim_end_matches('/');
    let config = fs::read_to_string(home.path.join("yigao.toml")).unwrap();
    home.write(
        "yigao.toml",
        format!("{config}[network]\nprivate_hosts = [\"{host}\"]\n"),
    );
    destination(&home, &base, "publisher", site.password("publisher"));
    home
}

fn destination(home: &Home, base: &str, user: &str, password: &str) {
    let secret = home.write("secrets/wordpress", password);
    home.write(
        "destinations/site.toml",
        format!("kind = \"website\"\nname = \"局网站\"\nhome = true\n[channel]\ndriver = \"wordpress\"\nbase_url = \"{base}\"\nuser = \"{user}\"\npassword = {{ file = {secret:?} }}\nlongest_seconds = 20\n"),
    );
}

/// Calls of the interface so far.
fn calls(site: &WordPress) -> usize {
    let log = fs::read_to_string(site.access_log()).unwrap();
    log.lines()
        .filter(|l| l.contains("/wp-json/wp/v2/"))
        .count()
}

/// Status and title of every post that is not a draft of the site's own.
pub(crate) fn posts(site: &WordPress) -> Vec<String> {
    let found = site
        .sql("select concat(post_status, ' ', post_title) from wp_posts where post_type = 'post' order by ID")
        .unwrap();
    found.lines().map(ToOwned::to_owned).collect()
}

fn seen(home: &Home) -> Value {
    let list = home.json(&["delivery", "list", "--limit", "10"]);
    let id = list[0]["id"].as_str().unwrap().to_owned();
    home.json(&["delivery", "show", &id])
}

#[test]
fn a_post_goes_out_is_edited_by_a_person_corrected_and_withdrawn() {
    let Some(site) = site() else { return };
    let home = home("wordpress", &site);
    home.run(&["destination", "check", "site"]).ok();
    home.run(&["item", "import", &sample(ITEM)]).ok();
    let before = calls(&site);
    home.run(&["item", "publish", ITEM, "--approve"]).ok();
    let published = calls(&site) - before;
    assert_eq!(posts(&site), ["publish 2027年青川元宵灯会2月18日开灯"]);
    // Six pictures and a cover, a category and three tags, all of them new to the site.
    assert!(published <= 18, "{published} calls to publish");

    // A person changes a word behind the hub's back.
    site.sql("update wp_posts set post_content = replace(post_content, '免费入园', '凭票入园') where post_type = 'post'")
        .unwrap();
    let mut worker = home.command(&["work"]).spawn().unwrap();
    eventually("the read-back", || {
        seen(&home).to_string().contains("凭票入园")
    });
    worker.kill().unwrap();
    worker.wait().unwrap();

    home.import_again(ITEM, "无需预约", "不需预约");
    home.run(&["item", "correct", ITEM, "--approve"])
        .fails(5, &["有人在网站后台改过这篇文章", "--overwrite"]);
    let before = calls(&site);
    home.run(&[
        "item",
        "correct",
        ITEM,
        "--to",
        "site",
        "--approve",
        "--overwrite",
    ])
    .ok();
    let corrected = calls(&site) - before;
    // The files, the tags, the present post, and the change.
    assert!(corrected <= 4, "{corrected} calls to correct");
    let text = site
        .sql("select post_content from wp_posts where post_type = 'post'")
        .unwrap();
    assert!(
        text.contains("不需预约") && text.contains("免费入园"),
        "{text}"
    );

    home.run(&["item", "withdraw", ITEM, "--reason", "有误"])
        .ok();
    assert_eq!(posts(&site), ["trash 2027年青川元宵灯会2月18日开灯"]);
    let files = site
        .sql("select count(*) from wp_posts where post_type = 'attachment'")
        .unwrap();
    assert_eq!(files, "0", "files that nobody uses");
}

/// Five pictures and the cover are one call each; all the rest are five.
#[test]
fn five_new_pictures_take_few_calls_and_a_change_without_new_ones_fewer() {
    let Some(site) = site() else { return };
    let home = home("wordpress-calls", &site);
    let pictures = [
        "spring-market/night-market-upright.jpg",
        "spring-market/red-gate.jpg",
        "spring-market/night-market.jpg",
        "spring-market/mountains-at-dawn.jpg",
        "museum-policy/reading-room.jpg",
    ];
    let item = |words: &str| {
        let mut text = format!(
            "---\nid: five\nkind: news\ntitle: 五张图的消息\nsummary: 摘要\nunit: 青川市文化和旅游局\ncolumn: 要闻动态\n---\n\n{words}\n"
        );
        for picture in pictures {
            let (_, name) = picture.split_once('/').unwrap();
            home.write(&format!("five/{name}"), fs::read(sample(picture)).unwrap());
            text.push_str(&format!("\n![一张图]({name})\n"));
        }
        home.write("five/item.md", text);
        home.run(&["item", "import", "five"]).ok();
    };
    // The column is there, as on every site after its first day.
    home.write(
        "first/item.md",
        "---\nid: first\nkind: news\ntitle: 第一条\nsummary: 摘要\nunit: 青川市文化和旅游局\ncolumn: 要闻动态\n---\n\n正文。\n",
    );
    home.run(&["item", "import", "first"]).ok();
    home.run(&["item", "publish", "first", "--approve"]).ok();
    let spent = |args: &[&str]| {
        let before = calls(&site);
        home.run(args).ok();
        calls(&site) - before
    };
    item("一段话。");
    let published = spent(&["item", "publish", "five", "--approve"]);
    item("另一段话。");
    let corrected = spent(&["item", "correct", "five", "--approve"]);
    assert!(
        published <= 12 && corrected <= 4,
        "{published} calls to publish, {corrected} to correct"
    );
    // Nothing would change: nothing is asked.
    let before = calls(&site);
    home.run(&["item", "correct", "five", "--approve"])
        .fails(2, &["相同"]);
    assert_eq!(calls(&site), before);
}

/// An item of one paragraph.
pub(crate) fn note(home: &Home, title: &str, words: &str) {
    home.write(
        "note/item.md",
        format!("---\nid: note\nkind: news\ntitle: {title}\nsummary: 摘要\nunit: 青川市文化和旅游局\ncolumn: 要闻动态\n---\n\n{words}\n"),
    );
    home.run(&["item", "import", "note"]).ok();
}

#[test]
fn what_staff_took_back_stays_back() {
    let Some(site) = site() else { return };
    let home = home("wordpress-hidden", &site);
    note(&home, "一则消息", "一段话。");
    home.run(&["item", "publish", "note", "--approve"]).ok();
    site.sql("update wp_posts set post_status = 'private' where post_type = 'post'")
        .unwrap();
    note(&home, "一则消息", "另一段话。");
    home.run(&["item", "correct", "note", "--approve"])
        .fails(5, &["收回"]);
    assert_eq!(posts(&site), ["private 一则消息"]);
}

/// WordPress preserves an editor's markup, and themes print titles as they are.
#[test]
fn markup_in_a_title_stays_words() {
    let Some(site) = site() else { return };
    let home = home("wordpress-title", &site);
    note(&home, "\"<img src=x onerror=alert(1)> 甲<乙\"", "一段话。");
    home.run(&["item", "publish", "note", "--approve"]).ok();
    let there = posts(&site).join("\n");
    assert!(
        there.contains("&lt;img src=x onerror=alert(1)&gt; 甲&lt;乙") && !there.contains("<img"),
        "{there}"
    );
}

#[test]
fn what_is_set_up_wrongly_is_told_before_anything_is_sent() {
    let Some(site) = site() else { return };
    let home = home("wordpress-wrong", &site);
    let check = |base: &str, user: &str, password: &str| {
        destination(&home, base, user, password);
        home.run(&["destination", "check", "site"])
    };
    let url = site.url();
    // WordPress does not refuse it: it continues as if nobody had logged in.
    check(&url, "publisher", "wrong wrong wrong").fails(2, &["应用程序密码", "secrets/wordpress"]);
    check(&url, "nobody", site.password("publisher")).fails(2, &["应用程序密码"]);
    check(&url, "helper", site.password("helper")).fails(2, &["发布文章", "编辑"]);
    // Authors may publish, but neither file under a new category nor change what others published.
    check(&url, "writer", site.password("writer")).fails(2, &["管理栏目", "修改他人的文章"]);
    check(
        &format!("{url}wp-includes/"),
        "publisher",
        site.password("publisher"),
    )
    .fails(2, &["base_url"]);
    check(&url, "publisher", site.password("publisher")).ok();
    site.stop(Part::Php);
    check(&url, "publisher", site.password("publisher")).fails(2, &["502"]);
    site.run(Part::Php).unwrap();
    site.stop(Part::Database);
    check(&url, "publisher", site.password("publisher")).fails(2, &["维护"]);
    site.run(Part::Database).unwrap();
    check(&url, "publisher", site.password("publisher")).ok();
    assert!(posts(&site).is_empty(), "{:?}", posts(&site));
}

#[test]
fn the_demo_beside_it_ends_well_and_a_persons_edit_is_noticed() {
    let Some(site) = site() else { return };
    let places = [
        ("YIGAO_WORDPRESS_URL", site.url()),
        (
            "YIGAO_WORDPRESS_PASSWORD",
            site.password("publisher").to_owned(),
        ),
        (
            "YIGAO_WORDPRESS_ADMIN_PASSWORD",
            site.password("admin").to_owned(),
        ),
    ];
    the_demo(
        &["--once", "--wordpress"],
        &places,
        &["edited_by_others=1", "noticed=1"],
    );
}
