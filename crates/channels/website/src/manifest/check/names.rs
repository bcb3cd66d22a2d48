//! Names that templates and expressions ask for: which of them are known where.

use crate::manifest::{
    config::Auth,
    values::{ASSET, ITEM, REMOTE},
};

use super::Check;

/// What templates may ask for besides the values of their call.
const GLOBALS: [&str; 5] = ["omit", "range", "dict", "namespace", "debug"];

impl Check<'_> {
    pub(super) fn names(&mut self, key: &str, source: &str, is_expression: bool, may: &[&str]) {
        let names = match self.language.names(source, is_expression) {
            Ok(names) => names,
            Err(bad) => {
                let line = bad.line;
                let message = bad.message;
                return self.wrong(
                    key,
                    format!("第 {line} 行写法不对：{message}"),
                    format!("line {line}: {message}"),
                );
            }
        };
        for name in names {
            let mut parts = name.split('.');
            let root = parts.next().unwrap_or_default();
            let inner = parts.next();
            if GLOBALS.contains(&root) {
                continue;
            }
            if root == "secrets" && !may.contains(&"secrets") {
                self.wrong(
                    key,
                    "secrets 只能用在 channel.auth 中：别处的内容会被记录和显示",
                    "secrets are for channel.auth alone: everything else is recorded and shown",
                );
            } else if !may.contains(&root) {
                let known = may.join(", ");
                self.wrong(
                    key,
                    format!("没有 {root}；这里可用：{known}"),
                    format!("there is no {root}; here are {known}"),
                );
            } else if let Some(inner) = inner {
                self.inner(key, root, inner);
            }
        }
    }

    /// `root.inner` must be there.
    fn inner(&mut self, key: &str, root: &str, inner: &str) {
        let known: Vec<&str> = match root {
            "item" if is_wordless(key) => vec!["id", "marker"],
            "item" => ITEM.to_vec(),
            "asset" => ASSET.to_vec(),
            "remote" => REMOTE.to_vec(),
            "site" => self.manifest.site.keys().map(String::as_str).collect(),
            "secrets" => self.manifest.secrets.keys().map(String::as_str).collect(),
            "login" => match &self.manifest.auth {
                Auth::LogIn(auth) => auth.call.out.keys().map(String::as_str).collect(),
                _ => Vec::new(),
            },
            _ => return,
        };
        if !known.contains(&inner) {
            let known = known.join(", ");
            self.wrong(
                key,
                format!("没有 {root}.{inner}；有 {known}"),
                format!("there is no {root}.{inner}; there are {known}"),
            );
        }
    }
}

/// Calls that are made when the item's words are not known.
pub(super) const WORDLESS: [&str; 4] = ["find", "withdraw", "read_back", "poll"];

fn is_wordless(key: &str) -> bool {
    let mut names = WORDLESS.iter();
    names.any(|name| key.starts_with(&format!("channel.ops.{name}.")))
}
