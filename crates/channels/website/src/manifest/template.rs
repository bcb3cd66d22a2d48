//! The language of manifests: strings with `{{ … }}`, and expressions. What a value holds is never read as a template again.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use md5::{Digest as _, Md5};
use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior, Value,
    value::Serde,
};
use serde_json::{Map, Value as Json};
use sha2::Sha256;
use url::form_urlencoded;
use yigao_core::time::shanghai;

/// Steps that one string may take: some ten thousand values printed. An endless loop ends here.
const FUEL: u64 = 200_000;
/// Longest template.
const SOURCE_BYTES: usize = 16 << 10;
/// Stands for "leave this field out".
const OMIT: &str = "\u{0}omit";
/// A table with this key alone is an XML text whose values are escaped.
const XML: &str = "$xml";
/// A table with this key alone is the base64 of its string.
const BASE64: &str = "$base64";
/// A table with this key alone is its tree as a JSON text.
const JSON: &str = "$json";

/// What cannot be made of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bad {
    pub(crate) message: String,
    /// Line of the template, from 1.
    pub(crate) line: usize,
}

impl From<Error> for Bad {
    fn from(error: Error) -> Self {
        let detail = error.detail().map(|d| format!(": {d}"));
        Self {
            message: format!("{}{}", error.kind(), detail.unwrap_or_default()),
            line: error.line().unwrap_or(1),
        }
    }
}

/// Values that templates see.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope(Map<String, Json>);

impl Scope {
    pub(crate) fn with(mut self, name: &str, value: impl Into<Json>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    pub(crate) fn get(&self, name: &str) -> Json {
        self.0.get(name).cloned().unwrap_or_default()
    }

    fn value(&self) -> Value {
        Value::from(Serde(&self.0))
    }
}

/// The evaluators: one for each way in which values are put into the text around them.
#[derive(Debug)]
pub(crate) struct Language {
    plain: Environment<'static>,
    path: Environment<'static>,
    xml: Environment<'static>,
}

impl Language {
    pub(crate) fn new() -> Self {
        let mut path = environment();
        path.set_formatter(
            |out: &mut Output<'_>, _: &mut State<'_, '_>, value: &Value| {
                let text = printed(value)?;
                let encoded: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
                Ok(out.write_str(&encoded.replace('+', "%20"))?)
            },
        );
        let mut xml = environment();
        xml.set_auto_escape_callback(|_| AutoEscape::Html);
        Self {
            plain: environment(),
            path,
            xml,
        }
    }

    /// A string; values are inserted as they are.
    pub(crate) fn text(&self, source: &str, scope: &Scope) -> Result<String, Bad> {
        Ok(self.plain.render_str(source, scope.value())?)
    }

    /// A path: what values print is percent-encoded, so that none leads elsewhere.
    pub(crate) fn path(&self, source: &str, scope: &Scope) -> Result<String, Bad> {
        Ok(self.path.render_str(source, scope.value())?)
    }

    /// An XML text: what values print is escaped.
    pub(crate) fn xml(&self, source: &str, scope: &Scope) -> Result<String, Bad> {
        Ok(self.xml.render_str(source, scope.value())?)
    }

    /// What an expression comes to.
    pub(crate) fn expression(&self, source: &str, scope: &Scope) -> Result<Json, Bad> {
        let value = self.plain.compile_expression(source)?.eval(scope.value())?;
        if value.is_undefined() {
            return Err(Bad {
                message: format!("{source} is not there"),
                line: 1,
            });
        }
        serde_json::to_value(&value).map_err(|e| Bad {
            message: e.to_string(),
            line: 1,
        })
    }

    /// Whether an expression holds. One that cannot be answered does not.
    pub(crate) fn holds(&self, source: &str, scope: &Scope) -> bool {
        match self.plain.compile_expression(source) {
            Ok(expression) => expression
                .eval(scope.value())
                .is_ok_and(|value| value.is_true()),
            Err(_) => false,
        }
    }

    /// A tree whose strings are templates. A string that is one `{{ expression }}` keeps the type of its value; `omit`
    /// leaves its field out.
    pub(crate) fn tree(&self, tree: &Json, scope: &Scope) -> Result<Option<Json>, Bad> {
        Ok(Some(match tree {
            Json::String(source) => match whole(source) {
                Some(expression) => match self.expression(expression, scope)? {
                    Json::String(text) if text == OMIT => return Ok(None),
                    value => value,
                },
                None => Json::String(self.text(source, scope)?),
            },
            Json::Array(list) => {
                let mut out = Vec::new();
                for leaf in list {
                    out.extend(self.tree(leaf, scope)?);
                }
                Json::Array(out)
            }
            Json::Object(fields) => {
                if let Some(made) = self.made(fields, scope)? {
                    return Ok(Some(Json::String(made)));
                }
                Json::Object(self.fields(fields, scope)?)
            }
            other => other.clone(),
        }))
    }

    pub(crate) fn fields(
        &self,
        fields: &Map<String, Json>,
        scope: &Scope,
    ) -> Result<Map<String, Json>, Bad> {
        let mut out = Map::new();
        for (name, leaf) in fields {
            if let Some(value) = self.tree(leaf, scope)? {
                out.insert(name.clone(), value);
            }
        }
        Ok(out)
    }

    /// `$xml`, `$base64` and `$json`.
    fn made(&self, fields: &Map<String, Json>, scope: &Scope) -> Result<Option<String>, Bad> {
        let Some((name, inner)) = fields.iter().next().filter(|_| fields.len() == 1) else {
            return Ok(None);
        };
        Ok(match (name.as_str(), inner) {
            (XML, Json::String(source)) => Some(self.xml(source, scope)?),
            (BASE64, Json::String(source)) => Some(STANDARD.encode(self.text(source, scope)?)),
            (JSON, tree) => self.tree(tree, scope)?.map(|tree| tree.to_string()),
            _ => None,
        })
    }

    /// Names that a template or an expression asks for, with one level of attributes.
    pub(crate) fn names(&self, source: &str, is_expression: bool) -> Result<Vec<String>, Bad> {
        if source.len() > SOURCE_BYTES {
            return Err(Bad {
                message: format!("longer than {SOURCE_BYTES} bytes"),
                line: 1,
            });
        }
        let names = if is_expression {
            self.plain
                .compile_expression(source)?
                .undeclared_variables(true)
        } else {
            self.plain
                .template_from_str(source)?
                .undeclared_variables(true)
        };
        let mut names: Vec<String> = names.into_iter().collect();
        names.sort_unstable();
        Ok(names)
    }
}

/// What one call of a helper of templates sees, as people write it.
fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_fuel(Some(FUEL));
    environment.add_global("omit", OMIT);
    environment.add_filter("date", date);
    environment.add_filter("base64", |text: &str| STANDARD.encode(text));
    environment.add_filter("md5", |text: &str| hex(&Md5::digest(text.as_bytes())));
    environment.add_filter("sha256", |text: &str| hex(&Sha256::digest(text.as_bytes())));
    environment
}

/// `now | date('%Y-%m-%d %H:%M')`, in the time of Beijing.
fn date(time: &str, format: &str) -> Result<String, Error> {
    let wrong = |message: String| Error::new(ErrorKind::InvalidOperation, message);
    let time: Timestamp = time
        .parse()
        .map_err(|e| wrong(format!("{time:?} is no time: {e}")))?;
    let there = time.to_zoned_datetime(shanghai());
    jiff::fmt::strtime::format(format, &there).map_err(|e| wrong(format!("{format:?}: {e}")))
}

fn printed(value: &Value) -> Result<String, Error> {
    if value.is_undefined() {
        return Err(Error::from(ErrorKind::UndefinedError));
    }
    Ok(value.to_string())
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The expression of a string that is nothing else.
pub(crate) fn whole(source: &str) -> Option<&str> {
    let inner = source.trim().strip_prefix("{{")?.strip_suffix("}}")?;
    let alone = !inner.contains("}}") && !inner.contains("{{") && !inner.contains("{%");
    alone.then(|| inner.trim())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn scope() -> Scope {
        Scope::default()
            .with("title", "\"}},{{ 7*7 }} <b>&</b> ../x")
            .with("tags", json!(["甲", "乙"]))
            .with("now", "2026-11-24T16:30:00Z")
    }

    #[test]
    fn a_whole_leaf_keeps_its_type_and_values_are_never_read_again() {
        let tree = json!({
            "title": "{{ title }}", "message": "《{{ title }}》", "tags": "{{ tags }}", "n": "{{ tags | length }}",
            "none": "{{ omit }}", "inner": { "$json": { "t": "{{ title }}" } }, "fix": 1
        });
        let made = Language::new().tree(&tree, &scope()).unwrap().unwrap();
        let title = "\"}},{{ 7*7 }} <b>&</b> ../x";
        assert_eq!(
            made,
            json!({
                "title": title, "message": format!("《{title}》"), "tags": ["甲", "乙"], "n": 2,
                "inner": json!({ "t": title }).to_string(), "fix": 1
            })
        );
    }

    #[test]
    fn values_break_out_of_neither_paths_nor_xml() {
        let language = Language::new();
        let path = language.path("/a/{{ title }}", &scope()).unwrap();
        assert!(
            !path.contains("../") && path.starts_with("/a/%22"),
            "{path}"
        );
        let xml = language.xml("<T>{{ title }}</T>", &scope()).unwrap();
        assert!(xml.contains("&lt;b&gt;&amp;"), "{xml}");
    }

    #[test]
    fn times_are_those_of_beijing() {
        let language = Language::new();
        let seen = language.text("{{ now | date('%Y-%m-%d %H:%M') }}", &scope());
        assert_eq!(seen.unwrap(), "2026-11-25 00:30");
        let known = language.text("{{ 'abc' | md5 }}", &scope()).unwrap();
        assert_eq!(known, "900150983cd24fb0d6963f7d28e17f72");
    }

    #[test]
    fn what_is_not_there_and_what_does_not_end_is_an_error() {
        let language = Language::new();
        let missing = language.text("{{ nobody }}", &scope()).unwrap_err();
        assert!(missing.message.contains("undefined"), "{missing:?}");
        let endless =
            "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}";
        let endless = language.text(endless, &scope()).unwrap_err();
        assert!(endless.message.contains("fuel"), "{endless:?}");
        assert!(!language.holds("nobody == 1", &scope()));
    }

    #[test]
    fn only_what_is_one_expression_is_whole() {
        assert_eq!(whole(" {{ a.b }} "), Some("a.b"));
        for not in ["x{{ a }}", "{{ a }}{{ b }}", "{{ a", "a"] {
            assert_eq!(whole(not), None, "{not}");
        }
    }
}
