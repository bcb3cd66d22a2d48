//! How a request is let in. Secrets are seen here and nowhere else.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use yigao_channel::Answer;
use yigao_core::{ChannelError, ErrorKind};

use crate::{
    answer::INCOMPLETE,
    api::with_secrets,
    manifest::{Auth, LogIn, Place},
    profile,
    request::{Request, one_line},
    sign::{Instant, sign},
    site::Site,
    template::{Bad, Scope},
};

/// What a log-in gave: values by their names in `out`, and cookies.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct LoggedIn {
    values: Map<String, Value>,
    #[serde(default)]
    cookies: String,
}

impl std::fmt::Debug for LoggedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LoggedIn(…)")
    }
}

/// Reads what a log-in was answered.
pub(crate) fn logged_in(
    site: &Site,
    auth: &LogIn,
    scope: &Scope,
    answer: &Answer,
) -> Result<LoggedIn, ChannelError> {
    let lacks = |what: &str| {
        let says = format!("the answer to the log-in has no {what}");
        ChannelError::new(ErrorKind::Unauthorized, profile::LOG_IN, says)
            .with_code(INCOMPLETE)
            .with_advice(crate::answer::log_in(site))
    };
    let mut values = Map::new();
    for (name, source) in &auth.call.out {
        let value = site
            .language
            .expression(source, scope)
            .ok()
            .filter(|value| !value.is_null())
            .ok_or_else(|| lacks(name))?;
        values.insert(name.clone(), value);
    }
    let set = answer
        .headers
        .iter()
        .filter(|(name, _)| name == "set-cookie");
    let pairs: Vec<&str> = set
        .filter_map(|(_, value)| value.split(';').next())
        .map(str::trim)
        .collect();
    if auth.cookies && pairs.is_empty() {
        return Err(lacks("cookie"));
    }
    let cookies = if auth.cookies {
        pairs.join("; ")
    } else {
        String::new()
    };
    Ok(LoggedIn { values, cookies })
}

/// Adds to a request what lets it in.
pub(crate) fn dress(
    site: &Site,
    mut request: Request,
    login: Option<&LoggedIn>,
    instant: Instant<'_>,
) -> Result<Request, Bad> {
    let scope = with_secrets(site, Scope::default());
    let text = |source: &str| one_line(site.language.text(source, &scope)?);
    match &site.manifest.auth {
        Auth::None => {}
        Auth::Basic { user, password } => {
            let pair = format!("{}:{}", text(user)?, text(password)?);
            let value = format!("Basic {}", STANDARD.encode(pair));
            request.headers.push(("authorization".to_owned(), value));
        }
        Auth::Bearer { token } => {
            let value = format!("Bearer {}", text(token)?);
            request.headers.push(("authorization".to_owned(), value));
        }
        Auth::Key { name, value, place } => match place {
            Place::Header => request.headers.push((name.clone(), text(value)?)),
            Place::Query | Place::Form => request.query.push((name.clone(), text(value)?)),
        },
        Auth::LogIn(auth) => {
            if let Some(login) = login {
                pass(site, auth, &mut request, login, scope)?;
            }
        }
        Auth::Signed(signed) => request = sign(site, signed, request, instant, &scope)?,
    }
    Ok(request)
}

fn pass(
    site: &Site,
    auth: &LogIn,
    request: &mut Request,
    login: &LoggedIn,
    scope: Scope,
) -> Result<(), Bad> {
    let scope = scope.with("login", login.values.clone());
    for (name, source) in &auth.headers {
        let value = one_line(site.language.text(source, &scope)?)?;
        request.headers.push((name.clone(), value));
    }
    for (name, source) in &auth.query {
        let value = site.language.text(source, &scope)?;
        request.query.push((name.clone(), value));
    }
    if !login.cookies.is_empty() {
        let value = one_line(login.cookies.clone())?;
        request.headers.push(("cookie".to_owned(), value));
    }
    Ok(())
}
