//! A stand-in editor at a county centre: opens a hand-over page, fills in its form, sends it.

use std::fmt;
use std::time::Duration;

use reqwest::redirect::Policy;
use url::Url;

use crate::html::{Token, decode, tokens};

const PATIENCE: Duration = Duration::from_secs(30);

/// What the editor is asked to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditorOrder {
    /// The hand-over page.
    pub url: String,
    /// The name for the field `who`.
    pub who: String,
    /// More fields to fill in.
    pub fill: Vec<(String, String)>,
}

/// The form was sent and taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Confirmed {
    /// The HTTP status of the answer.
    pub status: u16,
}

/// Why nothing was confirmed.
#[derive(Debug)]
pub enum EditorError {
    /// The address is none.
    Address(String),
    /// The request failed.
    Call(reqwest::Error),
    /// An answer that is no success.
    Status {
        /// What was asked for.
        what: &'static str,
        /// Its status.
        status: u16,
    },
    /// The page has no form to send.
    NoForm,
}

impl fmt::Display for EditorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => write!(f, "no address: {address:?}"),
            Self::Call(_) => write!(f, "the request failed"),
            Self::Status { what, status } => write!(f, "the {what} was answered with {status}"),
            Self::NoForm => write!(f, "the page has no form with method post"),
        }
    }
}

impl std::error::Error for EditorError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Call(e) => Some(e),
            Self::Address(_) | Self::Status { .. } | Self::NoForm => None,
        }
    }
}

impl From<reqwest::Error> for EditorError {
    fn from(e: reqwest::Error) -> Self {
        Self::Call(e)
    }
}

/// Opens the page, sends its first form with `who` and the other fields filled in.
///
/// # Errors
/// See [`EditorError`].
pub async fn confirm(order: &EditorOrder) -> Result<Confirmed, EditorError> {
    // Refused when another provider is in place already, which serves as well.
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = reqwest::Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .timeout(PATIENCE)
        .build()?;
    let page_url = Url::parse(&order.url).map_err(|_| EditorError::Address(order.url.clone()))?;
    let page = client.get(page_url.clone()).send().await?;
    let status = page.status().as_u16();
    if !page.status().is_success() {
        let what = "page";
        return Err(EditorError::Status { what, status });
    }
    let form = first_form(&page.text().await?).ok_or(EditorError::NoForm)?;
    let action = match form.action.as_str() {
        "" => Ok(page_url.clone()),
        action => page_url.join(action),
    }
    .map_err(|_| EditorError::Address(form.action.clone()))?;
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(filled(&form, order))
        .finish();
    let answer = client
        .post(action)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("origin", page_url.origin().ascii_serialization())
        .header("referer", page_url.as_str())
        .body(body)
        .send()
        .await?;
    let status = answer.status().as_u16();
    if !(answer.status().is_success() || answer.status().is_redirection()) {
        let what = "form";
        return Err(EditorError::Status { what, status });
    }
    Ok(Confirmed { status })
}

#[derive(Debug, PartialEq, Eq)]
struct Form {
    action: String,
    /// Name and value of each field that is there, hidden or to be filled in.
    fields: Vec<Field>,
}

#[derive(Debug, PartialEq, Eq)]
struct Field {
    name: String,
    value: String,
    hidden: bool,
}

/// The first form of the page that is sent by POST.
fn first_form(page: &str) -> Option<Form> {
    let mut form: Option<Form> = None;
    for token in tokens(page) {
        match (&mut form, token) {
            (None, Token::Open { name, attributes }) if name == "form" => {
                let find = |key| attribute(&attributes, key).unwrap_or_default();
                if find("method").eq_ignore_ascii_case("post") {
                    form = Some(Form {
                        action: find("action"),
                        fields: Vec::new(),
                    });
                }
            }
            (Some(form), Token::Open { name, attributes })
                if matches!(name.as_str(), "input" | "select" | "textarea" | "button") =>
            {
                let find = |key| attribute(&attributes, key);
                if let Some(field) = find("name").filter(|name| !name.is_empty()) {
                    form.fields.push(Field {
                        name: field,
                        value: find("value").unwrap_or_default(),
                        hidden: find("type").is_some_and(|t| t.eq_ignore_ascii_case("hidden")),
                    });
                }
            }
            (Some(_), Token::Close(name)) if name == "form" => break,
            _ => {}
        }
    }
    form
}

fn attribute(attributes: &[(String, String)], key: &str) -> Option<String> {
    attributes
        .iter()
        .find(|(name, _)| name == key)
        .map(|(_, value)| decode(value))
}

/// Hidden inputs as they are, then what a person would fill in.
fn filled(form: &Form, order: &EditorOrder) -> Vec<(String, String)> {
    let mut own = vec![("who".to_owned(), order.who.clone())];
    let has_answer = form.fields.iter().any(|f| f.name == "answer");
    if has_answer && !order.fill.iter().any(|(name, _)| name == "answer") {
        own.push(("answer".to_owned(), "received".to_owned()));
    }
    own.extend(order.fill.iter().cloned());
    let kept = form
        .fields
        .iter()
        .filter(|f| f.hidden && !own.iter().any(|(name, _)| *name == f.name));
    kept.map(|f| (f.name.clone(), f.value.clone()))
        .chain(own.iter().cloned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_post_form_is_found_whatever_the_order_of_attributes() {
        let page = r#"<form action="/search"><input name=q></form>
            <FORM action='?a=1&amp;b=2' METHOD="POST"><input value="a &lt; b&quot;" type=hidden name="token">
            <input name=who required><select name="answer"><option value="received"></select></form>
            <form method=post action=/other><input type=hidden name=no></form>"#;
        let form = first_form(page).expect("a form");
        assert_eq!(form.action, "?a=1&b=2");
        let order = EditorOrder {
            url: String::new(),
            who: "李 梅".to_owned(),
            fill: vec![("note".to_owned(), "收到".to_owned())],
        };
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(
            filled(&form, &order),
            [
                pair("token", "a < b\""),
                pair("who", "李 梅"),
                pair("answer", "received"),
                pair("note", "收到"),
            ]
        );
    }
}
