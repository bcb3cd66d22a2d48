//! Calls of a site: built from the manifest, let in by its authentication, read by its rules.

use serde_json::{Value, json};
use yigao_channel::{Answer, Call, Cx, Interrupt, Method, Secret, StepResult};
use yigao_core::{
    ChannelError, Effect, ErrorKind, Found, Localized, Retry, Timestamp, time::later,
};

use super::{
    answer::{INCOMPLETE, Outcome, TEMPLATE, read},
    article::marker,
    auth::{LoggedIn, dress, logged_in, with_secrets},
    config::{Auth, LogIn, Op},
    ops,
    request::{Request, text_of},
    sign::Instant,
    site::Site,
    template::{Bad, Scope},
    values::Upload,
};

/// The site, as one run of a method sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Api<'a> {
    pub(crate) cx: &'a Cx<'a>,
    pub(crate) site: &'a Site,
}

/// One call: its name, its description and what its templates see.
#[derive(Clone, Debug)]
pub(crate) struct Ask<'a> {
    pub(crate) name: &'static str,
    pub(crate) op: &'a Op,
    pub(crate) scope: Scope,
    pub(crate) upload: Option<&'a Upload>,
}

impl Api<'_> {
    /// What is seen by every template.
    pub(crate) fn scope(&self) -> Scope {
        Scope::default()
            .with("site", self.site.manifest.site.clone())
            .with("now", self.cx.now().to_string())
    }

    /// Values for calls that know no more of an item than its marker and its name.
    pub(crate) fn named(&self) -> Scope {
        let marker = marker(self.cx.marker());
        let (id, _) = self
            .cx
            .marker()
            .split_once('@')
            .unwrap_or((self.cx.marker(), ""));
        self.scope()
            .with("item", json!({ "marker": marker, "id": id }))
    }

    pub(crate) fn asking<'o>(&self, name: &'static str, op: &'o Op, scope: &Scope) -> Ask<'o> {
        Ask {
            name,
            op,
            scope: scope.clone(),
            upload: None,
        }
    }

    /// Calls, logging in first where that is how one is let in; once more when the log-in turns out to be over.
    pub(crate) async fn ask(&self, ask: Ask<'_>) -> StepResult<Outcome> {
        let Auth::LogIn(auth) = &self.site.manifest.auth else {
            return self.send(&ask, None).await;
        };
        let ask = &ask;
        self.cx
            .shared_with(
                ops::LOG_IN,
                "",
                || async { Ok(Found::<LoggedIn>::No) },
                || self.log_in(auth),
                |login: LoggedIn| async move { self.send(ask, Some(&login)).await },
            )
            .await
    }

    /// The same with a log-in of its own: whether the secret is good, not whether an earlier log-in still is.
    pub(crate) async fn ask_anew(&self, ask: Ask<'_>) -> StepResult<Outcome> {
        match &self.site.manifest.auth {
            Auth::LogIn(auth) => {
                let (login, _) = self.log_in(auth).await?;
                self.send(&ask, Some(&login)).await
            }
            _ => self.send(&ask, None).await,
        }
    }

    async fn log_in(&self, auth: &LogIn) -> StepResult<(LoggedIn, Option<Timestamp>)> {
        let name = ops::LOG_IN;
        let scope = with_secrets(self.site, self.scope());
        let request =
            Request::of(self.site, &auth.call, &scope, None).map_err(|bad| unusable(name, &bad))?;
        // Nothing of what a log-in gives is recorded.
        let call = self.concealed(request.call(name), &[]).conceal_field("*");
        let login = self
            .cx
            .http(call, |answer| {
                match read(self.site, name, &auth.call, &self.scope(), answer)? {
                    Outcome::Answer(scope) => logged_in(self.site, auth, &scope, answer),
                    Outcome::Exists | Outcome::Absent => Err(refused_log_in(self.site)),
                }
            })
            .await?;
        let life = std::time::Duration::from_secs(auth.life_seconds);
        Ok((login, Some(later(self.cx.now(), life))))
    }

    async fn send(&self, ask: &Ask<'_>, login: Option<&LoggedIn>) -> StepResult<Outcome> {
        let bad = |bad: Bad| Interrupt::Fault(unusable(ask.name, &bad));
        let request = Request::of(self.site, ask.op, &ask.scope, ask.upload).map_err(bad)?;
        let key = self.cx.key(ask.name, "");
        let instant = Instant {
            now: self.cx.now(),
            key: &key,
        };
        let (headers, query) = (request.headers.len(), request.query.len());
        let request = dress(self.site, request, login, instant).map_err(bad)?;
        // Whatever lets it in is redacted, in whichever form it is there.
        let added = request.headers.iter().skip(headers);
        let added = added.chain(request.query.iter().skip(query));
        let passes: Vec<String> = added.map(|(_, value)| value.clone()).collect();
        let call = self.concealed(request.call(ask.name), &passes);
        self.cx
            .http(call, |answer| {
                read(self.site, ask.name, ask.op, &ask.scope, answer)
            })
            .await
    }

    /// Secrets and passes are removed from the record, also where they are in a query, in JSON or in XML.
    fn concealed(&self, call: Call, passes: &[String]) -> Call {
        let secrets = self.site.secrets.values().map(Secret::reveal);
        let passes = passes.iter().map(String::as_str);
        let all = secrets.chain(passes).filter(|text| text.len() >= 4);
        all.flat_map(shapes)
            .map(Secret::new)
            .fold(call, Call::conceal)
    }

    /// A page as a reader gets it: nobody is logged in.
    pub(crate) async fn page_of(&self, url: &str) -> StepResult<Answer> {
        let call = Call::new(ops::PAGE, Method::Get, url).header("accept", "text/html, image/*");
        self.cx.http(call, |answer| Ok(answer.clone())).await
    }

    /// What an answer holds under this name, by `out`.
    pub(crate) fn out(&self, op: &Op, name: &str, scope: &Scope) -> Option<Value> {
        let source = op.out.get(name)?;
        let value = self.site.language.expression(source, scope).ok()?;
        // An empty name is none.
        (!value.is_null() && value != "").then_some(value)
    }

    /// The same, where nothing can go on without it.
    pub(crate) fn must(&self, ask: &Ask<'_>, name: &str, scope: &Scope) -> StepResult<String> {
        match self.out(ask.op, name, scope) {
            Some(value) => Ok(text_of(&value)),
            None => {
                let message = format!("the answer has no {name}");
                let error = ChannelError::new(ErrorKind::Protocol, ask.name, message);
                Err(error.with_code(INCOMPLETE).into())
            }
        }
    }

    /// The matches of an answer, each with its own `match`.
    pub(crate) fn matches(&self, ask: &Ask<'_>, answer: &Scope) -> StepResult<Vec<Scope>> {
        let language = &self.site.language;
        let all = match &ask.op.each {
            None => vec![answer.get("body")],
            Some(each) => match language.expression(each, answer) {
                Ok(Value::Array(all)) => all,
                Ok(Value::Null) => Vec::new(),
                Ok(_) | Err(_) => {
                    let message = format!("the answer has no list {each}");
                    let error = ChannelError::new(ErrorKind::Protocol, ask.name, message);
                    return Err(error.with_code(INCOMPLETE).into());
                }
            },
        };
        let matches = all
            .into_iter()
            .map(|one| answer.clone().with("match", one))
            .filter(|one| {
                let ours = ask.op.ours.as_deref();
                ours.is_none_or(|ours| language.holds(ours, one))
            });
        Ok(matches.collect())
    }

    /// An address in an answer, whole.
    pub(crate) fn whole_address(&self, text: &str) -> String {
        match self.site.base.join(text) {
            Ok(url) => url.to_string(),
            Err(_) => text.to_owned(),
        }
    }
}

/// A single answer is its own match.
pub(crate) fn answered(answer: Scope) -> Scope {
    let body = answer.get("body");
    answer.with("match", body)
}

/// A text as it is written in a query, in JSON, in XML and alone.
fn shapes(text: &str) -> [String; 5] {
    let encoded: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    let json = Value::from(text).to_string();
    [
        text.to_owned(),
        encoded.replace('+', "%20"),
        encoded,
        json.trim_matches('"').to_owned(),
        yigao_core::html::escape(text),
    ]
}

fn refused_log_in(site: &Site) -> ChannelError {
    ChannelError::new(
        ErrorKind::Unauthorized,
        ops::LOG_IN,
        "the site does not take the log-in",
    )
    .with_advice(crate::manifest::answer::log_in(site))
}

/// A template that nothing can be made of; nothing was sent.
pub(crate) fn unusable(name: &str, bad: &Bad) -> ChannelError {
    ChannelError::new(
        ErrorKind::Config,
        name,
        format!("channel.ops.{name}: {}", bad.message),
    )
    .with_retry(Retry::Never)
    .with_effect(Effect::None)
    .with_code(TEMPLATE)
    .with_advice(Localized::new(
        "请修改该目的账号的清单，并用 yigao destination lint 检查",
        "mend the destination's manifest and check it with yigao destination lint",
    ))
}
