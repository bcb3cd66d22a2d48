//! What is wrong with a manifest, before anything is sent: places that lack, names that nobody knows, secrets where they are
//! written down, templates that do not end.

mod auth;
mod names;
mod rehearsal;
#[cfg(test)]
mod tests;

pub(crate) use rehearsal::sample_text;

use serde_json::Value;
use yigao_article::columns::Columns;
use yigao_channel::ConfigError;

use crate::manifest::{
    config::{Class, Dedupe, Manifest, Op, Verb},
    template::Language,
};

/// Everything that is wrong.
pub(crate) fn problems(
    manifest: &Manifest,
    columns: Option<&Columns>,
    language: &Language,
) -> Vec<ConfigError> {
    let mut check = Check {
        manifest,
        language,
        problems: Vec::new(),
    };
    check.shape();
    check.auth();
    for (name, op) in manifest.ops.named() {
        check.op(&format!("channel.ops.{name}"), name, op, &[]);
    }
    for (at, rule) in manifest.errors.iter().enumerate() {
        let key = format!("channel.errors[{at}]");
        for (field, source) in [("when", &rule.when), ("wait", &rule.wait)] {
            if let Some(source) = source {
                check.answer(&format!("{key}.{field}"), source, &[]);
            }
        }
        if rule.status.is_empty() && rule.when.is_none() {
            check.wrong(
                &key,
                "status 和 when 至少要有一个",
                "status or when is needed",
            );
        }
    }
    if let Some(code) = &manifest.code {
        check.answer("channel.code", code, &[]);
    }
    for (name, source) in &manifest.headers {
        check.request(&format!("channel.headers.{name}"), source, "headers", &[]);
    }
    if check.problems.is_empty() {
        check.rehearse_auth();
    }
    if check.problems.is_empty()
        && let Some(columns) = columns
    {
        check.rehearse(columns);
    }
    check.problems
}

struct Check<'c> {
    manifest: &'c Manifest,
    language: &'c Language,
    problems: Vec<ConfigError>,
}

impl Check<'_> {
    fn wrong(&mut self, key: &str, zh: impl Into<String>, en: impl Into<String>) {
        self.problems.push(ConfigError::new(key, zh, en));
    }

    /// Calls and answers that the way of an article needs.
    #[expect(
        clippy::too_many_lines,
        reason = "one check after the other, each with its mistake"
    )]
    fn shape(&mut self) {
        let manifest = self.manifest;
        let ops = &manifest.ops;
        if manifest.dedupe != Dedupe::None && ops.find.is_none() {
            self.wrong(
                "channel.ops.find",
                "dedupe 为 enforced 或 findable 时要有 find",
                "with dedupe enforced or findable there must be a find",
            );
        }
        // A second one must stay unseen until it is swept.
        if manifest.dedupe == Dedupe::Findable {
            if ops.publish.is_none() {
                self.wrong(
                    "channel.ops.publish",
                    "dedupe 为 findable 时，create 只能建草稿，要有 publish",
                    "with dedupe findable create makes a draft, and there must be a publish",
                );
            }
            if ops
                .find
                .as_ref()
                .is_some_and(|find| !find.out.contains_key("public"))
            {
                self.wrong("channel.ops.find.out", "缺少 public", "public is needed");
            }
        }
        let says_exists = manifest
            .errors
            .iter()
            .any(|rule| rule.class == Class::Exists);
        if manifest.dedupe == Dedupe::Enforced && !says_exists {
            self.wrong(
                "channel.errors",
                "dedupe 为 enforced 时要有一条 class = \"exists\" 的规则",
                "with dedupe enforced there must be a rule of class exists",
            );
        }
        for (key, op, field) in [
            ("channel.ops.create.out", Some(&ops.create), "id"),
            ("channel.ops.find.out", ops.find.as_ref(), "id"),
            ("channel.ops.find_asset.out", ops.find_asset.as_ref(), "url"),
            ("channel.ops.put_asset.out", ops.put_asset.as_ref(), "url"),
            ("channel.ops.read_back.out", ops.read_back.as_ref(), "id"),
        ] {
            if op.is_some_and(|op| !op.out.contains_key(field)) {
                self.wrong(key, format!("缺少 {field}"), format!("{field} is needed"));
            }
        }
        if let Some(poll) = &ops.poll {
            if poll.done.is_none() {
                self.wrong("channel.ops.poll", "缺少 done", "done is needed");
            }
            let gives_job = [Some(&ops.create), ops.publish.as_ref(), Some(&ops.update)];
            if !gives_job
                .iter()
                .flatten()
                .any(|op| op.out.contains_key("job"))
            {
                self.wrong(
                    "channel.ops.poll",
                    "create、update 或 publish 的 out 中要有 job",
                    "the out of create, update or publish must have a job",
                );
            }
        }
        if let Some(selector) = &manifest.main_text
            && !yigao_article::page::is_selector(selector)
        {
            self.wrong(
                "channel.main_text",
                format!("{selector:?} 不是 CSS 选择器"),
                format!("{selector:?} is no CSS selector"),
            );
        }
        for (key, seconds) in [
            ("channel.longest_seconds", manifest.longest_seconds),
            ("channel.settle_seconds", manifest.settle_seconds),
        ] {
            if seconds == 0 {
                self.wrong(key, "至少 1 秒", "at least one second");
            }
        }
    }

    fn op(&mut self, key: &str, name: &str, op: &Op, more: &[&str]) {
        let bodies = [
            op.json.is_some(),
            op.form.is_some(),
            op.multipart.is_some(),
            op.raw,
            op.xml.is_some(),
        ];
        if bodies.iter().filter(|is| **is).count() > 1 {
            self.wrong(
                key,
                "json、form、multipart、raw、xml 只能有一个",
                "one body at most: json, form, multipart, raw or xml",
            );
        }
        let writes = [
            "create",
            "update",
            "publish",
            "withdraw",
            "put_asset",
            "drop_asset",
        ];
        if op.method == Verb::Get && writes.contains(&name) {
            self.wrong(
                key,
                "缺少 method：写操作不会是 GET",
                "method is needed: what writes is no GET",
            );
        }
        match (&op.path, &op.url) {
            (Some(path), None) => self.request(&format!("{key}.path"), path, name, more),
            (None, Some(url)) => self.request(&format!("{key}.url"), url, name, more),
            _ => self.wrong(
                key,
                "path 和 url 要有且只有一个",
                "path or url, one of them",
            ),
        }
        if (op.raw || op.file.is_some()) && name != "put_asset" {
            self.wrong(key, "只有 put_asset 能带文件", "only put_asset has a file");
        }
        for (field, fields) in [
            ("query", Some(&op.query)),
            ("form", op.form.as_ref()),
            ("multipart", op.multipart.as_ref()),
        ] {
            for (inner, leaf) in fields.into_iter().flatten() {
                self.tree(&format!("{key}.{field}.{inner}"), leaf, name, more);
            }
        }
        if let Some(tree) = &op.json {
            self.tree(&format!("{key}.json"), tree, name, more);
        }
        for (inner, source) in &op.headers {
            self.request(&format!("{key}.headers.{inner}"), source, name, more);
        }
        if let Some(source) = &op.xml {
            self.request(&format!("{key}.xml"), source, name, more);
        }
        if let Some(file) = &op.file {
            let key = format!("{key}.file.file_name");
            self.request(&key, &file.file_name, name, more);
        }
        self.expressions(key, name, op);
    }

    fn expressions(&mut self, key: &str, name: &str, op: &Op) {
        let alone = [
            ("ok", &op.ok),
            ("each", &op.each),
            ("done", &op.done),
            ("failed", &op.failed),
        ];
        for (field, source) in alone {
            if let Some(source) = source {
                self.answer(&format!("{key}.{field}"), source, &[]);
            }
        }
        if let Some(source) = &op.ours {
            self.answer(&format!("{key}.ours"), source, &["match"]);
        }
        for (field, source) in &op.out {
            self.answer(&format!("{key}.out.{field}"), source, &["match"]);
        }
        if op.each.is_some() && op.ours.is_none() && name == "find" {
            self.wrong(
                &format!("{key}.ours"),
                "有 each 就要有 ours：网站的搜索会带出别的内容",
                "with each there must be ours: a site's search finds other things, too",
            );
        }
        let by_number = ["update", "publish", "withdraw", "read_back"].contains(&name);
        let places = [
            op.path.clone(),
            op.url.clone(),
            op.json.as_ref().map(Value::to_string),
            op.form.clone().map(|form| Value::from(form).to_string()),
            Some(Value::from(op.query.clone()).to_string()),
        ];
        if by_number && !places.iter().flatten().any(|text| text.contains("remote.")) {
            self.wrong(
                key,
                "没有用到 remote.id：改哪一篇？",
                "remote.id is not used: which one is meant?",
            );
        }
    }

    fn tree(&mut self, key: &str, tree: &Value, name: &str, more: &[&str]) {
        match tree {
            Value::String(source) => self.request(key, source, name, more),
            Value::Array(list) => {
                for (at, leaf) in list.iter().enumerate() {
                    self.tree(&format!("{key}[{at}]"), leaf, name, more);
                }
            }
            Value::Object(fields) => {
                for (inner, leaf) in fields {
                    self.tree(&format!("{key}.{inner}"), leaf, name, more);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// A template of a call.
    fn request(&mut self, key: &str, source: &str, name: &str, more: &[&str]) {
        let mut may = vec!["site", "now"];
        may.extend(match name {
            "find_asset" | "put_asset" => &["asset"][..],
            "drop_asset" => &["remote"],
            "probe" | "log_in" | "headers" => &[],
            "create" => &["item", "assets"],
            "find" => &["item"],
            "poll" => &["item", "remote", "job"],
            "withdraw" | "read_back" => &["item", "remote"],
            _ => &["item", "assets", "remote"],
        });
        may.extend(more);
        self.names(key, source, false, &may);
    }

    /// A template that may hold secrets.
    fn secret(&mut self, key: &str, source: &str, more: &[&str]) {
        let may: Vec<&str> = ["site", "secrets"].iter().chain(more).copied().collect();
        self.names(key, source, false, &may);
    }

    /// An expression over an answer.
    fn answer(&mut self, key: &str, source: &str, more: &[&str]) {
        let known = [
            "site", "now", "item", "asset", "remote", "job", "status", "headers", "body",
        ];
        let may: Vec<&str> = known.iter().chain(more).copied().collect();
        self.names(key, source, true, &may);
    }
}
