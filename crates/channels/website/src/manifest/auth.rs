//! How a request is let in. Secrets are seen here and nowhere else.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use yigao_channel::{Answer, Secret};
use yigao_core::{ChannelError, ErrorKind, Localized};

use crate::manifest::{
    answer::INCOMPLETE,
    config::{Auth, LogIn, Place},
    ops,
    request::{Request, one_line},
    sign::{Instant, sign},
    site::Site,
    template::{Bad, Scope},
};

/// The secrets, for templates under `auth`.
pub(crate) fn with_secrets(site: &Site, scope: Scope) -> Scope {
    let secrets: Map<String, Value> = site
        .secrets
        .iter()
        .map(|(name, secret): (&String, &Secret)| (name.clone(), secret.reveal().into()))
        .collect();
    scope
        .with("site", site.manifest.site.clone())
        .with("secrets", secrets)
}

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
        let message = format!("the answer to the log-in has no {what}");
        let places = &site.secret_places;
        ChannelError::new(ErrorKind::Unauthorized, ops::LOG_IN, message)
            .with_code(INCOMPLETE)
            .with_advice(Localized::new(
                format!("登录的答复里没有 {what}：或者口令不对（{places}），或者清单里 auth.call.out 写错了"),
                format!("the answer to the log-in has no {what}: the secret is wrong ({places}), or auth.call.out in the manifest is"),
            ))
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

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn site(auth: &str) -> Site {
        crate::manifest::testing::site(auth, "s3c r+t")
    }

    fn dressed(site: &Site, login: Option<&LoggedIn>) -> Request {
        let scope = Scope::default().with("site", site.manifest.site.clone());
        let request = Request::of(site, &site.manifest.ops.probe, &scope, None).unwrap();
        let instant = Instant {
            now: "2026-11-24T08:00:00Z".parse().unwrap(),
            key: "k",
        };
        dress(site, request, login, instant).unwrap()
    }

    fn last(pairs: &[(String, String)]) -> &str {
        pairs.last().map_or("", |(_, value)| value)
    }

    #[test]
    fn each_way_in_is_where_it_belongs() {
        let request = dressed(
            &site("kind = \"basic\"\nuser = \"u\"\npassword = \"{{ secrets.password }}\""),
            None,
        );
        assert_eq!(last(&request.headers), "Basic dTpzM2Mgcit0");
        let request = dressed(
            &site("kind = \"bearer\"\ntoken = \"{{ secrets.password }}\""),
            None,
        );
        assert_eq!(last(&request.headers), "Bearer s3c r+t");
        let key = |place: &str| {
            format!(
                "kind = \"key\"\nname = \"X-Key\"\nvalue = \"{{{{ secrets.password }}}}\"\nplace = \"{place}\""
            )
        };
        assert_eq!(
            last(&dressed(&site(&key("header")), None).headers),
            "s3c r+t"
        );
        assert_eq!(last(&dressed(&site(&key("query")), None).query), "s3c r+t");
    }

    #[test]
    fn cookies_of_a_log_in_go_with_every_call_and_none_is_no_log_in() {
        let site = site(
            "kind = \"log_in\"\ncookies = true\n[call]\nmethod = \"POST\"\npath = \"login\"\nform = { u = \"u\", p = \"{{ secrets.password }}\" }",
        );
        let Auth::LogIn(auth) = &site.manifest.auth else {
            unreachable!("the test's own manifest logs in");
        };
        let mut answer = Answer {
            status: 200,
            headers: vec![
                ("set-cookie".into(), "SID=abc; Path=/; HttpOnly".into()),
                ("set-cookie".into(), "lang=zh".into()),
            ],
            body: Bytes::new(),
        };
        let login = logged_in(&site, auth, &Scope::default(), &answer).unwrap();
        let request = dressed(&site, Some(&login));
        assert_eq!(last(&request.headers), "SID=abc; lang=zh");
        assert_eq!(format!("{login:?}"), "LoggedIn(…)");
        answer.headers.clear();
        let none = logged_in(&site, auth, &Scope::default(), &answer).unwrap_err();
        assert!(none.to_string().contains("cookie"), "{none}");
    }

    #[test]
    fn a_secret_of_two_lines_is_refused_without_being_said() {
        let site = site("kind = \"bearer\"\ntoken = \"{{ secrets.password }}\\nX: y\"");
        let scope = Scope::default().with("site", site.manifest.site.clone());
        let request = Request::of(&site, &site.manifest.ops.probe, &scope, None).unwrap();
        let instant = Instant {
            now: "2026-11-24T08:00:00Z".parse().unwrap(),
            key: "k",
        };
        let bad = dress(&site, request, None, instant).unwrap_err();
        assert!(!bad.message.contains("s3c"), "{bad:?}");
    }
}
