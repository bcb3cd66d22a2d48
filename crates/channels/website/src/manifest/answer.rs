//! What an answer means, by the manifest's rules. Pure.

use std::time::Duration;

use serde_json::{Map, Value};
use yigao_channel::{
    Answer, Interrupt,
    http_status::{http_fault, retry_after},
};
use yigao_core::{ChannelError, Effect, ErrorKind, Localized, Retry};

use crate::manifest::{
    config::{self, Auth, Class, Op, Rule},
    ops,
    request::text_of,
    site::Site,
    template::Scope,
};

/// An answer of a type that was not expected: a log-in page, a firewall, a cache.
pub(crate) const NOT_EXPECTED: &str = "not_expected";
/// A success that the manifest's `ok` does not hold for.
pub(crate) const NOT_OK: &str = "not_ok";
/// An answer that lacks what `out` asks for.
pub(crate) const INCOMPLETE: &str = "incomplete";
/// The name that we chose belongs to something else there.
pub(crate) const TAKEN: &str = "taken";
/// A template that nothing can be made of.
pub(crate) const TEMPLATE: &str = "template";

/// What came of a call.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    /// With `status`, `headers` and `body`.
    Answer(Scope),
    /// It is there already.
    Exists,
    /// It is not there.
    Absent,
}

/// Reads an answer.
pub(crate) fn read(
    site: &Site,
    name: &'static str,
    op: &Op,
    scope: &Scope,
    answer: &Answer,
) -> Result<Outcome, ChannelError> {
    let manifest = &site.manifest;
    let scope = seen(scope, answer);
    // A page of a proxy proves nothing about what is there.
    if op.absent.contains(&answer.status) && is_of_type(answer, &manifest.expect) {
        return Ok(Outcome::Absent);
    }
    if let Auth::LogIn(auth) = &manifest.auth
        && name != ops::LOG_IN
        && site.language.holds(&auth.logged_out, &scope)
    {
        let error = ChannelError::new(ErrorKind::Unauthorized, name, "the log-in is over");
        return Err(error
            .with_code(answer.status)
            .with_advice(log_in(site))
            .with_renew());
    }
    let fits = |rule: &&Rule| {
        (rule.status.is_empty() || rule.status.contains(&answer.status))
            && rule
                .when
                .as_deref()
                .is_none_or(|when| site.language.holds(when, &scope))
    };
    if let Some(rule) = manifest.errors.iter().find(fits) {
        return match rule.class {
            Class::Exists => Ok(Outcome::Exists),
            Class::Gone => Ok(Outcome::Absent),
            class => Err(by_rule(site, name, rule, class, &scope, answer)),
        };
    }
    if let Some(error) = http_fault(name, answer) {
        let error = match error.kind() {
            ErrorKind::Unauthorized => error.with_advice(log_in(site)),
            _ => error,
        };
        return Err(told(site, error, &scope));
    }
    let expect = op.expect.as_deref().unwrap_or(&manifest.expect);
    let kind = answer.header("content-type").unwrap_or_default();
    if !is_of_type(answer, expect) {
        let message = format!("the answer is of type {kind:?}, not {expect:?}");
        let error = ChannelError::new(ErrorKind::Protocol, name, message).with_code(NOT_EXPECTED);
        return Err(error.with_advice(Localized::new(
            "网站回了一个页面而不是数据：可能是登录页、防火墙或缓存，请核对 base_url 和清单中的 expect",
            "the site sent a page instead of data, perhaps a log-in page, a firewall or a cache: check base_url and expect",
        )));
    }
    if let Some(ok) = &op.ok
        && !site.language.holds(ok, &scope)
    {
        let message = format!("the answer is no success: {ok} does not hold");
        // It may have been carried out, and may be no answer of the site at all: looked up, or done again.
        let error = ChannelError::new(ErrorKind::Protocol, name, message).with_code(NOT_OK);
        return Err(told(site, error, &scope));
    }
    Ok(Outcome::Answer(scope))
}

fn is_of_type(answer: &Answer, expect: &str) -> bool {
    let kind = answer.header("content-type").unwrap_or_default();
    kind.contains(expect)
}

/// The answer as expressions see it.
fn seen(scope: &Scope, answer: &Answer) -> Scope {
    let body = serde_json::from_slice(&answer.body).unwrap_or_else(|_| Value::from(answer.text()));
    let headers: Map<String, Value> = answer
        .headers
        .iter()
        .map(|(name, value)| (name.clone(), Value::from(value.clone())))
        .collect();
    scope
        .clone()
        .with("status", answer.status)
        .with("headers", headers)
        .with("body", body)
}

#[expect(
    clippy::too_many_lines,
    reason = "the rules of an answer in the order in which they are asked"
)]
fn by_rule(
    site: &Site,
    name: &str,
    rule: &Rule,
    class: Class,
    scope: &Scope,
    answer: &Answer,
) -> ChannelError {
    let (kind, retry, effect, message) = match class {
        Class::Fix | Class::Exists | Class::Gone => (
            ErrorKind::Rejected,
            Retry::Never,
            Effect::None,
            "the site refuses it",
        ),
        Class::LogIn => (
            ErrorKind::Unauthorized,
            Retry::Never,
            Effect::None,
            "the site does not take the log-in",
        ),
        Class::Rights => (
            ErrorKind::Unauthorized,
            Retry::Never,
            Effect::None,
            "the user may not do this",
        ),
        Class::Setup => (
            ErrorKind::Config,
            Retry::Never,
            Effect::None,
            "the site is set up in another way",
        ),
        Class::Busy => (
            ErrorKind::Unavailable,
            Retry::Backoff,
            Effect::None,
            "not now: the site is busy with it",
        ),
        Class::Limit => (
            ErrorKind::RateLimited,
            Retry::Backoff,
            Effect::None,
            "too often",
        ),
        Class::Unsure => (
            ErrorKind::Unavailable,
            Retry::Backoff,
            Effect::Unknown,
            "the site is in trouble",
        ),
    };
    let wait = rule
        .wait
        .as_deref()
        .and_then(|wait| site.language.expression(wait, scope).ok())
        .and_then(|seconds| text_of(&seconds).parse().ok())
        .map(Duration::from_secs)
        .or_else(|| retry_after(answer));
    let retry = match (retry, wait) {
        (Retry::Backoff, Some(wait)) => Retry::After(wait),
        (retry, _) => retry,
    };
    let effect = match rule.effect {
        Some(config::Effect::None) => Effect::None,
        Some(config::Effect::Unknown) => Effect::Unknown,
        None => effect,
    };
    let error = ChannelError::new(kind, name, message)
        .with_retry(retry)
        .with_effect(effect)
        .with_code(answer.status);
    let error = match (&rule.zh, &rule.en, class) {
        (Some(zh), Some(en), _) => error.with_advice(Localized::new(zh, en)),
        (Some(only), None, _) | (None, Some(only), _) => {
            error.with_advice(Localized::new(only, only))
        }
        (None, None, Class::LogIn) => error.with_advice(log_in(site)),
        (None, None, _) => error,
    };
    told(site, error, scope)
}

/// With the remote's own code, where the manifest names its place. Its words are not passed on: they may repeat what was
/// sent.
fn told(site: &Site, error: ChannelError, scope: &Scope) -> ChannelError {
    let code = site.manifest.code.as_deref();
    let code = code.and_then(|source| site.language.expression(source, scope).ok());
    let is_code = |code: &String| {
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        (1..=60).contains(&code.len()) && code.chars().all(fits)
    };
    match code.map(|code| text_of(&code)).filter(is_code) {
        Some(code) if error.remote_code() != Some(NOT_OK) => error.with_code(code),
        _ => error,
    }
}

pub(crate) fn log_in(site: &Site) -> Localized {
    let places = &site.secret_places;
    Localized::new(
        format!("网站没有认出登录：请核对用户名和口令（{places}），确认该用户仍在且有权发布"),
        format!("the site did not take the log-in: check the user and its secret ({places})"),
    )
}

/// The name that we chose belongs to something else there.
pub(crate) fn taken() -> Interrupt {
    let message = "the name that we chose belongs to something else on the site";
    Interrupt::Fault(
        ChannelError::new(ErrorKind::Rejected, ops::CREATE, message)
            .with_effect(Effect::None)
            .with_code(TAKEN)
            .with_advice(Localized::new(
                "网站上已有同名的内容，且不是这篇稿件：请在网站上改名，或改清单中的命名方式",
                "something else has this name on the site: rename it there, or choose another way of naming in the manifest",
            )),
    )
}

/// The site answered, and did not do it.
pub(crate) fn refused_to(name: &'static str, message: &str) -> Interrupt {
    Interrupt::Fault(
        ChannelError::new(ErrorKind::Rejected, name, message).with_effect(Effect::None),
    )
}
