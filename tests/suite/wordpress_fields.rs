//! What a real WordPress holds besides title and text: custom fields, excerpt, column, featured picture; and the hour.

use std::{fs, time::Duration};

use yigao_core::time::later;
use yigao_engine::Clock;

use crate::{
    flows::eventually,
    program::sample,
    wordpress::{home, note, posts, site},
};

const POLICY: &str = "museum-policy";

#[test]
fn custom_fields_are_written_and_their_lack_is_told_before_anything_is_public() {
    let Some(site) = site() else { return };
    let home = home("wordpress-fields", &site);
    let file = home.path.join("destinations/site.toml");
    let config = fs::read_to_string(&file).unwrap();
    let with = |fields: &str| fs::write(&file, format!("{config}[channel.fields]\n{fields}\n"));
    with("gov_index = \"索引\"").unwrap();
    home.run(&["config", "check"])
        .fails(2, &["channel.fields.gov_index", "索引号"]);
    with("gov_index = \"索引号\"\ngov_source = \"source\"").unwrap();
    let message = ["gov_index", "show_in_rest"];
    home.run(&["destination", "check", "site"])
        .fails(2, &message);
    home.run(&["item", "import", &sample(POLICY)]).ok();
    home.run(&["item", "publish", POLICY, "--approve"])
        .fails(5, &message);
    assert!(posts(&site).iter().all(|p| !p.starts_with("publish")));

    let registered = "<?php add_action('init', function () { foreach (['gov_index', 'gov_source'] as $key) { \
        register_post_meta('post', $key, ['show_in_rest' => true, 'single' => true, 'type' => 'string']); } });";
    let plugin = site.root().join("wp-content/mu-plugins/fields.php");
    fs::write(plugin, registered).unwrap();
    // Who we are there, its version, what it takes.
    let check = home.run(&["destination", "check", "site"]);
    for message in ["publisher（editor）", "WordPress 6.", "8 MiB"] {
        assert!(check.ok().out.contains(message), "{}", check.out);
    }
    home.run(&["item", "publish", POLICY, "--approve"]).ok();
    let value = |key: &str| {
        let words = format!("select meta_value from wp_postmeta where meta_key = '{key}'");
        site.sql(&words).unwrap().trim().to_owned()
    };
    assert_eq!(value("gov_index"), "QC003-0502-2026-0012");
    assert!(!value("gov_source").is_empty());
    home.run(&["item", "verify", POLICY]).ok();

    // Staff change a field beside the text: it is reported, and put back once a person has seen it.
    for (statement, message) in [
        (
            "update wp_postmeta set meta_value = '改过' where meta_key = 'gov_index'",
            "gov_index",
        ),
        (
            "update wp_posts set post_excerpt = '别的话' where post_type = 'post'",
            "摘要改过",
        ),
        (
            "update wp_term_relationships r join wp_term_taxonomy x using (term_taxonomy_id) set r.term_taxonomy_id = 1 where x.taxonomy = 'category'",
            "移出原来的栏目",
        ),
    ] {
        site.sql(statement).unwrap();
        home.run(&["item", "verify", POLICY]).fails(5, &[message]);
        home.run(&["item", "correct", POLICY, "--approve", "--overwrite"])
            .ok();
        home.run(&["item", "verify", POLICY]).ok();
    }
    assert_eq!(value("gov_index"), "QC003-0502-2026-0012");
}

#[test]
fn a_featured_picture_that_staff_take_away_is_told() {
    let Some(site) = site() else { return };
    let home = home("wordpress-featured", &site);
    let item = "lantern-festival";
    home.run(&["item", "import", &sample(item)]).ok();
    home.run(&["item", "publish", item, "--approve"]).ok();
    home.run(&["item", "verify", item]).ok();
    site.sql("delete from wp_postmeta where meta_key = '_thumbnail_id'")
        .unwrap();
    home.run(&["item", "verify", item]).fails(5, &["特色图片"]);
}

#[test]
fn an_embargo_is_kept_by_the_hub_and_the_site_sees_nothing_before() {
    let Some(site) = site() else { return };
    let home = home("wordpress-embargo", &site);
    note(&home, "一则消息", "一段话。");
    let at = later(Clock::System.now(), Duration::from_secs(8));
    let hour = at.to_string();
    home.run(&[
        "item",
        "publish",
        "note",
        "--approve",
        "--no-wait",
        "--at",
        &hour,
    ])
    .ok();
    let mut worker = home.command(&["work"]).spawn().unwrap();
    let mut lookups = 0;
    loop {
        let there = posts(&site);
        if Clock::System.now() >= at {
            break;
        }
        assert_eq!(there, [""; 0]);
        lookups += 1;
    }
    assert!(lookups > 0, "the hour had come before anybody looked");
    eventually("the hour", || posts(&site) == ["publish 一则消息"]);
    worker.kill().unwrap();
    worker.wait().unwrap();
    // The site's own clock never held it back.
    let ahead = "select count(*) from wp_posts where post_date_gmt > utc_timestamp()";
    assert_eq!(site.sql(ahead).unwrap().trim(), "0");
}
