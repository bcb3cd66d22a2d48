//! Bad input: one clear message with the place and what to do, and nothing changed.

use std::{fs, process::Command};

use crate::program::{Home, sample};

const HEAD: &str =
    "---\nid: a\nkind: news\ntitle: 题目\nsummary: 摘要\nunit: 青川市文化和旅游局\n---\n\n";

#[track_caller]
fn refused(home: &Home, path: &str, message: &[&str]) {
    home.run(&["item", "import", path]).fails(3, message);
    assert_eq!(
        home.items(),
        Vec::<String>::new(),
        "nothing may have changed"
    );
}

#[test]
fn malformed_front_matter_is_told_with_its_line() {
    let home = Home::new("malformed");
    home.write("a/item.md", "---\nid: a\ntitle: [未闭合\n---\n正文\n");
    refused(&home, "a", &["item.md:"]);
}

#[test]
fn an_unknown_field_is_named_with_its_line() {
    let home = Home::new("unknown-field");
    home.write(
        "a/item.md",
        "---\nid: a\ntitel: 题目\nunit: 局\n---\n正文\n",
    );
    refused(&home, "a", &["item.md:3", "titel", "title"]);
}

#[test]
fn a_missing_picture_is_named() {
    let home = Home::new("missing-picture");
    home.write("a/item.md", format!("{HEAD}![夜景](night.jpg)\n"));
    refused(&home, "a", &["night.jpg"]);
}

#[test]
fn a_truncated_picture_is_refused() {
    let home = Home::new("truncated");
    let whole = fs::read_dir(sample("spring-market"))
        .unwrap()
        .map(|e| e.unwrap().path())
        .find(|p| p.extension().is_some_and(|e| e == "jpg"))
        .unwrap();
    let bytes = fs::read(whole).unwrap();
    home.write("a/item.md", format!("{HEAD}![夜景](night.jpg)\n"));
    home.write("a/night.jpg", &bytes[..bytes.len() / 2]);
    refused(&home, "a", &["night.jpg"]);
}

#[test]
fn a_picture_bomb_is_refused_at_once() {
    let home = Home::new("bomb");
    // A PNG header that claims 30000 × 30000 pixels; its body never comes to be read.
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    png.extend(30_000_u32.to_be_bytes());
    png.extend(30_000_u32.to_be_bytes());
    png.extend([8, 2, 0, 0, 0, 0, 0, 0, 0]);
    home.write("a/item.md", format!("{HEAD}![夜景](bomb.png)\n"));
    home.write("a/bomb.png", png);
    refused(&home, "a", &["bomb.png"]);
}

#[test]
fn a_file_of_200_mb_is_refused_before_it_is_read() {
    let home = Home::new("large");
    home.write("a/item.md", format!("{HEAD}![夜景](large.jpg)\n"));
    let file = fs::File::create(home.path.join("a/large.jpg")).unwrap();
    file.set_len(200 * 1024 * 1024).unwrap();
    refused(&home, "a", &["large.jpg", "60 MB"]);
}

#[test]
fn a_zip_that_climbs_out_writes_nothing() {
    let home = Home::new("climb");
    // One stored entry named ../evil.md, by hand: no library writes such a name.
    let (name, body) = (b"../evil.md", b"x");
    let mut zip = Vec::new();
    let local = |zip: &mut Vec<u8>| {
        zip.extend(b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0");
        zip.extend(0x8cdc_1683_u32.to_le_bytes());
        zip.extend(1_u32.to_le_bytes());
        zip.extend(1_u32.to_le_bytes());
        zip.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        zip.extend(0_u16.to_le_bytes());
        zip.extend(name);
        zip.extend(body);
    };
    local(&mut zip);
    let directory = zip.len();
    zip.extend(b"PK\x01\x02\x14\0\x14\0\0\0\0\0\0\0\0\0");
    zip.extend(0x8cdc_1683_u32.to_le_bytes());
    zip.extend(1_u32.to_le_bytes());
    zip.extend(1_u32.to_le_bytes());
    zip.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
    zip.extend([0; 16]);
    zip.extend(name);
    let size = zip.len() - directory;
    zip.extend(b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
    zip.extend(u32::try_from(size).unwrap().to_le_bytes());
    zip.extend(u32::try_from(directory).unwrap().to_le_bytes());
    zip.extend([0; 2]);
    home.write("in/a.zip", zip);
    refused(&home, "in/a.zip", &["evil.md"]);
    assert!(!home.path.join("evil.md").exists() && !home.path.join("in/evil.md").exists());
}

#[test]
fn a_wrong_digest_is_refused() {
    let home = Home::new("digest");
    let head = HEAD.replace("unit:", &format!("assets:\n  night.txt:\n    digest: {}\nattachments:\n  - file: night.txt\n    title: 附件\nunit:", "0".repeat(64)));
    home.write("a/item.md", format!("{head}正文\n"));
    home.write("a/night.txt", "附件内容\n");
    refused(&home, "a", &["night.txt"]);
}

#[test]
fn invalid_utf8_is_refused_with_its_place() {
    let home = Home::new("utf8");
    let mut text = HEAD.as_bytes().to_vec();
    text.extend(b"\xff\xfe");
    home.write("a/item.md", text);
    refused(&home, "a", &["item.md"]);
}

#[test]
fn a_body_nested_ten_thousand_deep_is_refused() {
    let home = Home::new("deep");
    home.write("a/item.md", format!("{HEAD}{}深\n", "> ".repeat(10_000)));
    refused(&home, "a", &["item.md"]);
    let deep = format!(
        "{{\"id\":\"a\",\"content\":{}1{}}}",
        "[".repeat(10_000),
        "]".repeat(10_000)
    );
    home.write("b/item.json", deep);
    refused(&home, "b", &["item.json"]);
}

#[test]
fn an_unknown_destination_is_told_with_those_there_are() {
    let home = Home::new("unknown-destination").with_site();
    home.run(&["item", "import", &sample("museum-policy")]).ok();
    home.run(&[
        "item",
        "publish",
        "museum-policy",
        "--to",
        "nowhere",
        "--approve",
    ])
    .fails(2, &["nowhere", "site"]);
    assert_eq!(
        home.json(&["delivery", "list"]).as_array().unwrap().len(),
        0
    );
}

#[test]
fn a_bad_key_is_told_with_file_line_and_the_nearest() {
    let home = Home::new("bad-key").with_site();
    home.write("yigao.toml", "[retry]\nfirst_secs = 1\n");
    home.run(&["config", "check"]).fails(
        2,
        &["yigao.toml:2", "retry.first_secs", "retry.first_seconds"],
    );
    let home = Home::new("bad-channel-key").with_site();
    let file = home.path.join("destinations/site.toml");
    let text = fs::read_to_string(&file)
        .unwrap()
        .replace("site_name", "sitename");
    fs::write(&file, text).unwrap();
    home.run(&["config", "check"])
        .fails(2, &["site.toml", "sitename"]);
}

#[test]
fn a_secret_written_into_a_file_is_refused_with_advice() {
    let home = Home::new("literal").with_sandbox("http://127.0.0.1:9");
    let file = home.path.join("destinations/account.toml");
    let text: String = fs::read_to_string(&file)
        .unwrap()
        .lines()
        .map(|l| {
            if l.starts_with("secret") {
                "secret = \"plain\"\n".to_owned()
            } else {
                format!("{l}\n")
            }
        })
        .collect();
    fs::write(&file, text).unwrap();
    home.run(&["config", "check"])
        .fails(2, &["account.toml", "env ="]);
}

#[test]
fn an_occupied_port_is_told_with_the_way_out() {
    let home = Home::new("port").with_site();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    home.run(&["serve", "--listen", &address])
        .fails(2, &[&address, "--listen 127.0.0.1:0"]);
}

#[test]
fn a_locked_ledger_is_told_and_nothing_is_lost() {
    let home = Home::new("locked").with_site();
    home.run(&["item", "import", &sample("museum-policy")]).ok();
    let script = format!(
        "import sqlite3,sys,time\nc=sqlite3.connect({:?}, isolation_level=None)\nc.execute('begin immediate')\nprint('held',flush=True)\nsys.stdin.readline()\n",
        home.path.join("data/ledger.db")
    );
    let Ok(mut holder) = Command::new("python3")
        .args(["-c", &script])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
    else {
        panic!("python3 is needed to hold the lock")
    };
    let mut line = String::new();
    std::io::BufRead::read_line(
        &mut std::io::BufReader::new(holder.stdout.take().unwrap()),
        &mut line,
    )
    .unwrap();
    let held = home.run(&["item", "hold", "museum-policy", "--reason", "核对"]);
    drop(holder.stdin.take());
    holder.wait().unwrap();
    held.fails(1, &["另一个进程占用"]);
    home.run(&["item", "hold", "museum-policy", "--reason", "核对"])
        .ok();
}

#[test]
fn an_unapproved_or_changed_item_is_not_sent() {
    let home = Home::new("unapproved").with_site();
    home.run(&["item", "import", &sample("museum-policy")]).ok();
    home.run(&["item", "publish", "museum-policy"])
        .fails(4, &["site", "item approve"]);
    home.run(&["item", "approve", "museum-policy"]).ok();
    let copy = home.path.join("changed");
    copy_folder(&sample("museum-policy"), &copy);
    let md = fs::read_dir(&copy)
        .unwrap()
        .map(|e| e.unwrap().path())
        .find(|p| p.extension().is_some_and(|e| e == "md"))
        .unwrap();
    let text = fs::read_to_string(&md).unwrap();
    fs::write(&md, format!("{text}\n又添了一段。\n")).unwrap();
    home.run(&["item", "import", &copy.display().to_string()])
        .ok();
    home.run(&["item", "publish", "museum-policy"])
        .fails(4, &["site"]);
    assert_eq!(
        home.json(&["delivery", "list"]).as_array().unwrap().len(),
        0
    );
    assert!(
        !home.path.join("site/index.json").exists(),
        "nothing may have been written"
    );
}

fn copy_folder(from: &str, to: &std::path::Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}
