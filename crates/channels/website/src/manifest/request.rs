//! A call as its manifest describes it, with its values. Pure.

use bytes::Bytes;
use serde_json::Value;
use url::Url;
use yigao_channel::{Call, Method, Piece};

use crate::manifest::{
    config::{Fields, Op, Verb},
    site::Site,
    template::{Bad, Scope},
    values::Upload,
};

/// One request, before it is signed.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Body,
}

/// Its body.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    None,
    Json(Value),
    Form(Vec<(String, String)>),
    Multipart(Vec<Piece>),
    Bytes(String, Bytes),
}

impl Request {
    /// Fills an operation's templates.
    pub(crate) fn of(
        site: &Site,
        op: &Op,
        scope: &Scope,
        upload: Option<&Upload>,
    ) -> Result<Self, Bad> {
        let language = &site.language;
        let mut headers = Vec::new();
        for (name, value) in site.manifest.headers.iter().chain(&op.headers) {
            // Of two with one name the call's own counts: some sites take two for none.
            headers.retain(|(known, _): &(String, String)| !known.eq_ignore_ascii_case(name));
            headers.push((name.clone(), one_line(language.text(value, scope)?)?));
        }
        Ok(Self {
            method: method(op.method),
            url: address(site, op, scope)?,
            query: pairs(&language.fields(&op.query, scope)?),
            headers,
            body: body(site, op, scope, upload)?,
        })
    }

    /// The call; what is concealed in its record is added by who knows it.
    pub(crate) fn call(self, op: &'static str) -> Call {
        let mut url = self.url;
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        let mut call = Call::new(op, self.method, url);
        for (name, value) in self.headers {
            call = call.header(name.to_ascii_lowercase(), value);
        }
        match self.body {
            Body::None => call,
            Body::Json(tree) => call.json(&tree),
            Body::Form(fields) => {
                let text = url::form_urlencoded::Serializer::new(String::new())
                    .extend_pairs(&fields)
                    .finish();
                call.bytes("application/x-www-form-urlencoded", Bytes::from(text))
            }
            Body::Multipart(pieces) => call.multipart(&pieces),
            Body::Bytes(kind, bytes) => call.bytes(&kind, bytes),
        }
    }
}

fn method(verb: Verb) -> Method {
    match verb {
        Verb::Get => Method::Get,
        Verb::Post => Method::Post,
        Verb::Put => Method::Put,
        Verb::Patch => Method::Patch,
        Verb::Delete => Method::Delete,
    }
}

/// Nothing is sent to another host, or above the site's own address.
fn address(site: &Site, op: &Op, scope: &Scope) -> Result<Url, Bad> {
    let base = &site.base;
    let text = match (&op.url, &op.path) {
        (Some(url), _) => site.language.text(url, scope)?,
        (None, path) => {
            let path = path.as_deref().unwrap_or_default();
            let path = site.language.path(path, scope)?;
            format!("{base}{}", path.trim_start_matches('/'))
        }
    };
    let url = within(base, &text)?;
    let is_base = text.trim_end_matches('/') == base.as_str().trim_end_matches('/');
    if op.path.is_some() && is_base {
        return Err(Bad {
            message: format!("{text:?} names nothing"),
            line: 1,
        });
    }
    Ok(url)
}

/// An address under the site's own.
pub(crate) fn within(base: &Url, text: &str) -> Result<Url, Bad> {
    let bad = |message: &str| Bad {
        message: format!("{text:?} {message}"),
        line: 1,
    };
    // An empty place would be the site itself.
    if text.trim().is_empty() {
        return Err(bad("names nothing"));
    }
    let url = base.join(text).map_err(|_| bad("is no address"))?;
    let is_here = url.origin() == base.origin()
        && (url.path().starts_with(base.path()) || format!("{}/", url.path()) == base.path())
        && url.username().is_empty()
        && url.password().is_none();
    if is_here {
        Ok(url)
    } else {
        Err(bad("leads away from base_url, where nothing is sent"))
    }
}

fn body(site: &Site, op: &Op, scope: &Scope, upload: Option<&Upload>) -> Result<Body, Bad> {
    let language = &site.language;
    let file = || {
        upload.ok_or_else(|| Bad {
            message: "there is no file in this call".to_owned(),
            line: 1,
        })
    };
    if let Some(tree) = &op.json {
        let tree = language.tree(tree, scope)?;
        return Ok(Body::Json(tree.unwrap_or_default()));
    }
    if let Some(fields) = &op.form {
        return Ok(Body::Form(pairs(&language.fields(fields, scope)?)));
    }
    if let Some(fields) = &op.multipart {
        let fields = pairs(&language.fields(fields, scope)?);
        let mut pieces: Vec<Piece> = fields
            .into_iter()
            .map(|(name, value)| Piece {
                name,
                file_name: None,
                content_type: None,
                bytes: Bytes::from(value),
            })
            .collect();
        if let Some(piece) = &op.file {
            let upload = file()?;
            pieces.push(Piece {
                name: piece.name.clone(),
                file_name: Some(language.text(&piece.file_name, scope)?),
                content_type: Some(upload.made.media_type.clone()),
                bytes: upload.bytes.clone(),
            });
        }
        return Ok(Body::Multipart(pieces));
    }
    if op.raw {
        let upload = file()?;
        let kind = upload.made.media_type.clone();
        return Ok(Body::Bytes(kind, upload.bytes.clone()));
    }
    if let Some(source) = &op.xml {
        let text = language.xml(source, scope)?;
        let kind = "text/xml; charset=utf-8".to_owned();
        return Ok(Body::Bytes(kind, Bytes::from(text)));
    }
    Ok(Body::None)
}

/// Values as forms and queries take them. A list is its name several times.
fn pairs(fields: &Fields) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for (name, value) in fields {
        match value {
            Value::Array(list) => out.extend(list.iter().map(|v| (name.clone(), text_of(v)))),
            value => out.push((name.clone(), text_of(value))),
        }
    }
    out
}

/// A value as text: strings as they are, nothing as an empty one.
pub(crate) fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// A header that holds a line break would be two.
pub(crate) fn one_line(value: String) -> Result<String, Bad> {
    if value.chars().any(char::is_control) {
        return Err(Bad {
            message: "a header with a line break".to_owned(),
            line: 1,
        });
    }
    Ok(value)
}
