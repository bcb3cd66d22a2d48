//! A real WordPress whose staff do what staff do, and whose server answers what is no answer.

use std::fs;

use yigao_testkit::WordPress;

use crate::{
    program::{Home, sample},
    wordpress::{home, note, posts, site},
};

fn one(site: &WordPress, statement: &str) -> String {
    site.sql(statement).unwrap()
}

/// Publishes or corrects the note.
fn send(home: &Home, verb: &str, words: &str) {
    note(home, "一则消息", words);
    home.run(&["item", verb, "note", "--approve"]).ok();
}

const COLUMN: &str = "select group_concat(t.name) from wp_terms t join wp_term_taxonomy x using (term_id) \
    join wp_term_relationships r using (term_taxonomy_id) join wp_posts p on p.ID = r.object_id \
    where x.taxonomy = 'category' and p.post_type = 'post' and p.post_status = 'publish'";

#[test]
fn a_column_that_staff_rename_is_kept_and_one_they_delete_is_made_again() {
    let Some(site) = site() else { return };
    let home = home("wordpress-column", &site);
    send(&home, "publish", "一段话。");
    assert_eq!(one(&site, COLUMN), "要闻动态");
    one(
        &site,
        "update wp_terms set name = '新闻' where slug = 'news'",
    );
    send(&home, "correct", "第二段话。");
    assert_eq!(one(&site, COLUMN), "新闻");
    one(
        &site,
        "delete x from wp_term_taxonomy x join wp_terms t using (term_id) where t.slug = 'news'; \
         delete from wp_terms where slug = 'news'; delete from wp_term_relationships",
    );
    send(&home, "correct", "第三段话。");
    assert_eq!(one(&site, COLUMN), "要闻动态");
}

#[test]
fn a_file_that_staff_delete_is_uploaded_again() {
    let Some(site) = site() else { return };
    let home = home("wordpress-file", &site);
    let picture = fs::read(sample("spring-market/red-gate.jpg")).unwrap();
    home.write("note/red-gate.jpg", picture);
    let words = |words: &str| format!("{words}\n\n![红门](red-gate.jpg)");
    send(&home, "publish", &words("一段话。"));
    let files = "select count(*) from wp_posts where post_type = 'attachment'";
    let there = one(&site, files);
    one(&site, "delete from wp_posts where post_type = 'attachment'");
    send(&home, "correct", &words("另一段话。"));
    assert_eq!(one(&site, files), there);
}

#[test]
fn an_address_that_staff_took_is_left_to_them() {
    let Some(site) = site() else { return };
    let home = home("wordpress-address", &site);
    one(
        &site,
        "insert into wp_posts (post_author, post_date, post_date_gmt, post_content, post_title, post_excerpt, post_status, post_name, to_ping, pinged, post_modified, post_modified_gmt, post_content_filtered, post_type) \
         values (1, now(), now(), '别人的', '别人的文章', '', 'publish', 'note', '', '', now(), now(), '', 'post')",
    );
    send(&home, "publish", "一段话。");
    let names = "select group_concat(post_name order by ID) from wp_posts where post_type = 'post'";
    assert_eq!(one(&site, names), "note,note-2");
    home.run(&["item", "withdraw", "note", "--reason", "有误"])
        .ok();
    assert_eq!(posts(&site), ["publish 别人的文章", "trash 一则消息"]);
}

#[test]
fn what_staff_threw_away_is_not_brought_back_until_it_is_withdrawn_here() {
    let Some(site) = site() else { return };
    let home = home("wordpress-trash", &site);
    send(&home, "publish", "一段话。");
    one(
        &site,
        "update wp_posts set post_status = 'trash' where post_type = 'post'",
    );
    note(&home, "一则消息", "另一段话。");
    home.run(&["item", "correct", "note", "--approve"])
        .fails(5, &["收回", "撤稿"]);
    assert_eq!(posts(&site), ["trash 一则消息"]);
    home.run(&["item", "withdraw", "note", "--reason", "有误"])
        .ok();
    home.run(&["item", "publish", "note", "--approve"]).ok();
    let public = posts(&site)
        .iter()
        .filter(|p| p.starts_with("publish"))
        .count();
    assert_eq!(public, 1, "{:?}", posts(&site));
}

#[test]
fn a_revoked_password_sends_nothing_and_names_its_place() {
    let Some(site) = site() else { return };
    let home = home("wordpress-revoked", &site);
    send(&home, "publish", "一段话。");
    one(
        &site,
        "delete from wp_usermeta where meta_key = '_application_passwords'",
    );
    note(&home, "一则消息", "另一段话。");
    home.run(&["item", "correct", "note", "--approve"])
        .fails(5, &["应用程序密码", "secrets/wordpress"]);
    assert_eq!(posts(&site), ["publish 一则消息"]);
}

/// A security plug-in's page, half an answer, and an answer under another name.
#[test]
fn what_is_no_answer_is_no_success() {
    let Some(site) = site() else { return };
    let home = home("wordpress-garbage", &site);
    let plugin = site.root().join("wp-content/mu-plugins/in-between.php");
    let answers = |kind: &str, body: &str| {
        let php = format!(
            "<?php if (strpos($_SERVER['REQUEST_URI'], '/wp/v2/') !== false) {{ header('Content-Type: {kind}'); echo '{body}'; exit; }}"
        );
        fs::write(&plugin, php).unwrap();
    };
    let check = || home.run(&["destination", "check", "site"]);
    answers(
        "text/html",
        "<h1>Log in</h1><form><input type=password></form>",
    );
    check().fails(2, &["页面而不是数据", "登录页"]);
    answers("application/json", "{\"roles\":[\"edi");
    check().fails(2, &["not as documented"]);
    answers("text/plain", "[]");
    check().fails(2, &["页面而不是数据"]);
    fs::remove_file(&plugin).unwrap();
    check().ok();
}

#[test]
fn a_column_that_staff_add_stays_through_a_correction() {
    let Some(site) = site() else { return };
    let home = home("wordpress-added", &site);
    send(&home, "publish", "一段话。");
    one(
        &site,
        "insert into wp_terms (name, slug) values ('头条', 'top'); \
         insert into wp_term_taxonomy (term_id, taxonomy, description) select term_id, 'category', '' from wp_terms where slug = 'top'; \
         insert into wp_term_relationships (object_id, term_taxonomy_id) \
         select p.ID, x.term_taxonomy_id from wp_posts p join wp_terms t on t.slug = 'top' join wp_term_taxonomy x using (term_id) \
         where p.post_type = 'post' and p.post_status = 'publish'",
    );
    send(&home, "correct", "第二段话。");
    let columns = one(&site, COLUMN);
    assert!(
        columns.contains("头条") && columns.contains("要闻动态"),
        "{columns}"
    );
}

#[test]
fn a_file_of_two_items_goes_with_the_last_of_them() {
    let Some(site) = site() else { return };
    let home = home("wordpress-shared", &site);
    let picture = fs::read(sample("spring-market/red-gate.jpg")).unwrap();
    for id in ["first", "second"] {
        home.write(&format!("{id}/red-gate.jpg"), &picture);
        home.write(
            &format!("{id}/item.md"),
            format!("---\nid: {id}\nkind: news\ntitle: {id}\nsummary: 摘要\nunit: 青川市文化和旅游局\ncolumn: 要闻动态\n---\n\n一段话。\n\n![红门](red-gate.jpg)\n"),
        );
        home.run(&["item", "import", id]).ok();
        home.run(&["item", "publish", id, "--approve"]).ok();
    }
    let files = "select count(*) from wp_posts where post_type = 'attachment'";
    let both = one(&site, files);
    let withdraw = |id| home.run(&["item", "withdraw", id, "--reason", "有误"]);
    withdraw("first").ok();
    assert_eq!(one(&site, files), both, "the second still shows it");
    withdraw("second").ok();
    assert_eq!(one(&site, files).trim(), "0");
}
