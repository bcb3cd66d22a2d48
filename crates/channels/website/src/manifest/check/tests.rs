//! Manifests with one mistake each: which key is named, and what is said.

use crate::manifest::{
    GATEWAY, PLONE, problems,
    testing::{channel, opened},
};

fn wrong(manifest: &str) -> Vec<(String, String)> {
    let config = channel(manifest).try_into().unwrap();
    let found = opened("s3cret", |opening| problems(config, opening));
    found.into_iter().map(|e| (e.key, e.message.en)).collect()
}

fn with(from: &str, to: &str) -> Vec<(String, String)> {
    assert!(GATEWAY.contains(from), "{from}");
    wrong(&GATEWAY.replacen(from, to, 1))
}

#[test]
fn the_two_manifests_have_nothing_wrong() {
    assert_eq!(wrong(GATEWAY), []);
    assert_eq!(wrong(PLONE), []);
}

/// A mistake: what is replaced by what, the key that is named, and words of what is said.
const MISTAKES: &[(&str, &str, &str, &str)] = &[
    (
        "DocTitle = \"{{ item.title }}\"",
        "DocTitle = \"{{ item.titel }}\"",
        "channel.ops.create.form.DocTitle",
        "no item.titel",
    ),
    (
        "ChannelId = \"{{ site.channels[item.column.slug] }}\"",
        "ChannelId = \"{{ channels.news }}\"",
        "channel.ops.create.form.ChannelId",
        "no channels",
    ),
    (
        ", guide = 17",
        "",
        "channel.ops.create.form.ChannelId",
        "tried with column",
    ),
    (
        "serviceid = \"doc\", methodname = \"query\" }",
        "serviceid = \"doc\", methodname = \"query\", key = \"{{ secrets.password }}\" }",
        "channel.ops.find.query.key",
        "channel.auth alone",
    ),
    (
        "DocAbstract = \"{{ item.summary }}\"",
        "DocAbstract = \"{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}\"",
        "channel.ops.create.form.DocAbstract",
        "fuel",
    ),
    (
        "DocAbstract = \"{{ item.summary }}\"",
        "DocAbstract = \"{{ item.summary \"",
        "channel.ops.create.form.DocAbstract",
        "line 1",
    ),
    (
        "query = { token = \"{{ login.token }}\" }",
        "query = { token = \"{{ login.tocken }}\" }",
        "channel.auth.query.token",
        "no login.tocken",
    ),
    (
        "form = { DocExt = \"yigao:{{ item.marker }}\" }",
        "form = { DocExt = \"{{ item.title }}\" }",
        "channel.ops.find.form.DocExt",
        "there are id, marker",
    ),
    (
        "ours = \"match.DOCEXT == 'yigao:' ~ item.marker\"\n",
        "",
        "channel.ops.find.ours",
        "other things",
    ),
    (
        "out = { id = \"match.DATA.DOCID\" }",
        "out = { url = \"match.DATA.DOCID\" }",
        "channel.ops.create.out",
        "id is needed",
    ),
    (
        "form = { ObjectId = \"{{ remote.id }}\" }\nok = \"body.REPORTS.IS_SUCCESS == 'true'\"\nout = { url",
        "form = { ObjectId = \"1\" }\nok = \"body.REPORTS.IS_SUCCESS == 'true'\"\nout = { url",
        "channel.ops.publish",
        "which one",
    ),
    (
        "base_url = \"https://",
        "base_url = \"http://",
        "channel.base_url",
        "https is expected",
    ),
    (
        "file = { name = \"file\", file_name = \"{{ asset.file_name }}\" }",
        "file = { name = \"file\", file_name = \"{{ asset.file_name.stem }}\" }",
        "channel.ops.put_asset.file.file_name",
        "tried with column",
    ),
    (
        "[channel.ops.withdraw]\nmethod = \"POST\"",
        "[channel.ops.withdraw]",
        "channel.ops.withdraw",
        "no GET",
    ),
    (
        "form = { DocExt = \"yigao:{{ item.marker }}\" }",
        "form = { DocExt = \"{{ item['title'] }}\" }",
        "channel.ops.find.form.DocExt",
        "tried with column",
    ),
    (
        ", public = \"match.DOCSTATUS == '10'\"",
        "",
        "channel.ops.find.out",
        "public is needed",
    ),
    (
        "[channel.ops.withdraw]\nmethod = \"POST\"\npath = \"gateway/gov.do\"",
        "[channel.ops.withdraw]\nmethod = \"POST\"\nurl = \"https://other.example.com/{{ remote.id }}\"",
        "channel.ops.withdraw.url",
        "leads away",
    ),
    (
        "dedupe = \"findable\"",
        "dedupe = \"enforced\"",
        "channel.errors",
        "class exists",
    ),
    (
        "PassWord = \"{{ secrets.password }}\"",
        "PassWord = \"{% for a in range(9999) %}{% for b in range(9999) %}{{ secrets.password }}{% endfor %}{% endfor %}\"",
        "channel.auth.call.form.PassWord",
        "cannot be filled",
    ),
    (
        "logged_out = \"body.REPORTS.CODE == 'NOT_LOGGED_IN'\"",
        "logged_out = \"body.REPORTS.CODE ==\"",
        "channel.auth.logged_out",
        "line 1",
    ),
];

#[test]
fn every_mistake_is_told_with_its_key() {
    for (from, to, key, message) in MISTAKES {
        let found = with(from, to);
        assert!(
            found.iter().any(|(k, s)| k == key && s.contains(message)),
            "{to}: {found:?}"
        );
    }
}

#[test]
fn all_mistakes_are_told_at_once() {
    let two =
        GATEWAY
            .replacen("item.summary", "item.sumary", 1)
            .replacen("item.source", "item.sauce", 1);
    assert_eq!(wrong(&two).len(), 2);
}
