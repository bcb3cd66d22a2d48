//! A rehearsal: every call filled with a sample, so that what does not end, or lacks a column, is reported before it is needed.

use serde_json::{Value, json};
use yigao_article::{address::base_url, columns::Columns, render::LABELS, text::Text};
use yigao_core::Kind;

use super::{Check, names::WORDLESS};
use crate::manifest::{
    config::{Auth, Manifest, Op},
    request::within,
    template::{Bad, Scope},
    values::{self, ASSET},
};

impl Check<'_> {
    /// Makes every text of a call once for each column, with much and with little in it: what does not end, or lacks a column,
    /// is reported now.
    pub(super) fn rehearse(&mut self, columns: &Columns) {
        let manifest = self.manifest;
        for column in &columns.list {
            for full in [true, false] {
                let text = sample(&column.slug, column.kind, full);
                let item = values::item("sample", 1, &"0".repeat(32), &text, columns, "<p>文</p>");
                let scope = sample_scope(manifest, item, full);
                // These are made when the item's words are not known.
                let few = json!({ "id": "sample", "marker": "0".repeat(32) });
                let wordless = scope.clone().with("item", few);
                for (name, op) in manifest.ops.named() {
                    let key = format!("channel.ops.{name}");
                    let scope = if WORDLESS.contains(&name) {
                        &wordless
                    } else {
                        &scope
                    };
                    if let Err((field, bad)) = self.once(op, scope) {
                        let (field, message) = (format!("{key}.{field}"), bad.message);
                        if self.problems.iter().all(|known| known.key != field) {
                            let column = &column.name;
                            self.wrong(
                                &field,
                                format!("以栏目“{column}”试填未成：{message}"),
                                format!("tried with column {column}: {message}"),
                            );
                        }
                    }
                }
            }
        }
    }

    /// The same for what lets a call in, with secrets that are none. What a log-in gives can be anything: what is made of it is
    /// not filled here.
    pub(super) fn rehearse_auth(&mut self) {
        let manifest = self.manifest;
        let xs = |names: &mut dyn Iterator<Item = &String>| {
            let pairs = names.map(|name| (name.clone(), Value::from("x")));
            pairs.collect::<serde_json::Map<_, _>>()
        };
        let scope = Scope::default()
            .with("site", manifest.site.clone())
            .with("secrets", xs(&mut manifest.secrets.keys()))
            .with("now", "2026-11-24T08:00:00Z");
        let mut texts: Vec<(String, &String)> = Vec::new();
        let mut own = scope.clone();
        match &manifest.auth {
            Auth::None => {}
            Auth::Basic { user, password } => {
                texts.extend([("user".into(), user), ("password".into(), password)]);
            }
            Auth::Bearer { token } => texts.push(("token".into(), token)),
            Auth::Key { value, .. } => texts.push(("value".into(), value)),
            Auth::LogIn(auth) => {
                if let Err((field, bad)) = self.once(&auth.call, &scope) {
                    self.unfilled(&format!("channel.auth.call.{field}"), &bad);
                }
            }
            Auth::Signed(signed) => {
                for name in [
                    "nonce",
                    "seconds",
                    "millis",
                    "method",
                    "path",
                    "body_sha256",
                ] {
                    own = own.with(name, "1");
                }
                own = own.with("pairs", json!(["a=1", "b=2"]));
                let params = signed.params.iter();
                texts.extend(params.map(|(n, s)| (format!("params.{n}"), s)));
                texts.push(("text".into(), &signed.text));
                texts.extend(signed.key.iter().map(|key| ("key".into(), key)));
            }
        }
        for (field, source) in texts {
            if let Err(bad) = self.language.text(source, &own) {
                self.unfilled(&format!("channel.auth.{field}"), &bad);
            }
        }
    }

    fn unfilled(&mut self, field: &str, bad: &Bad) {
        let message = &bad.message;
        self.wrong(
            field,
            format!("试填未成：{message}"),
            format!("cannot be filled: {message}"),
        );
    }

    fn once(&self, op: &Op, scope: &Scope) -> Result<(), (String, Bad)> {
        let language = self.language;
        let at = |field: &str| {
            let field = field.to_owned();
            move |bad| (field, bad)
        };
        if let Some(path) = &op.path {
            language.path(path, scope).map_err(at("path"))?;
        }
        if let Some(url) = &op.url {
            let text = language.text(url, scope).map_err(at("url"))?;
            if let Ok(base) = base_url(&self.manifest.base_url) {
                within(&base, &text).map_err(at("url"))?;
            }
        }
        for (name, fields) in [
            ("query", Some(&op.query)),
            ("form", op.form.as_ref()),
            ("multipart", op.multipart.as_ref()),
        ] {
            for (inner, leaf) in fields.into_iter().flatten() {
                let key = format!("{name}.{inner}");
                language.tree(leaf, scope).map_err(at(&key))?;
            }
        }
        if let Some(tree) = &op.json {
            self.leaves("json", tree, scope)?;
        }
        if let Some(file) = &op.file {
            language
                .text(&file.file_name, scope)
                .map_err(at("file.file_name"))?;
        }
        if let Some(xml) = &op.xml {
            language.xml(xml, scope).map_err(at("xml"))?;
        }
        for (name, source) in &op.headers {
            let key = format!("headers.{name}");
            language.text(source, scope).map_err(at(&key))?;
        }
        Ok(())
    }

    /// Leaf by leaf, so that the one that fails is named.
    fn leaves(&self, key: &str, tree: &Value, scope: &Scope) -> Result<(), (String, Bad)> {
        match tree {
            Value::Object(fields) if !fields.keys().any(|name| name.starts_with('$')) => fields
                .iter()
                .try_for_each(|(name, leaf)| self.leaves(&format!("{key}.{name}"), leaf, scope)),
            leaf => match self.language.tree(leaf, scope) {
                Ok(_) => Ok(()),
                Err(bad) => Err((key.to_owned(), bad)),
            },
        }
    }
}

/// Values as a real call has them.
fn sample_scope(manifest: &Manifest, item: Value, full: bool) -> Scope {
    let file = json!({ "id": "1", "url": "https://example.invalid/1.jpg" });
    let assets = if full {
        json!({ "cover": file, "p1": file, "a1": file })
    } else {
        json!({})
    };
    let asset: serde_json::Map<String, Value> = ASSET
        .iter()
        .map(|name| ((*name).to_owned(), Value::from("x")))
        .collect();
    Scope::default()
        .with("site", manifest.site.clone())
        .with("now", "2026-11-24T08:00:00Z")
        .with("item", item)
        .with("assets", assets)
        .with("asset", asset)
        .with("remote", json!({ "id": "1", "url": manifest.base_url }))
        .with("job", "1")
}

/// An item with little in it.
pub(crate) fn sample_text(columns: &Columns) -> Text {
    sample(&columns.fallback.slug, columns.fallback.kind, false)
}

/// An item of a column.
fn sample(column: &str, kind: Kind, full: bool) -> Text {
    let some = |text: &str| full.then(|| text.to_owned());
    let rows = LABELS
        .iter()
        .take(8)
        .map(|label| yigao_article::text::Fact::new(label, "值"));
    Text {
        kind,
        column: column.to_owned(),
        title: "题".to_owned(),
        subtitle: some("副题"),
        summary: some("摘要"),
        source: "来源".to_owned(),
        unit: "单位".to_owned(),
        author: some("作者"),
        keywords: some("词").into_iter().collect(),
        dated: some("2026-11-24"),
        disclosure: full.then(|| rows.collect()),
        event: Vec::new(),
        guide: Vec::new(),
        ai: None,
        body: "<p>文</p>".to_owned(),
        attachments: Vec::new(),
        cover: some("图"),
        relations: Vec::new(),
    }
}
