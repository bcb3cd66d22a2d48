//! Access tokens: two families that know nothing of each other.
//!
//! Pages 获取接口调用凭据 and 获取稳定版接口调用凭据, read 2026-11.

use serde_json::{Value, json};

use super::{Account, Refusal, Reply, text};
use crate::call::Call;
use crate::clock::beijing_day;

/// How long a replaced token continues to work, and the least life that a normal stable call gives.
const OVERLAP_MS: i64 = 300_000;
const FORCED_APART_MS: i64 = 30_000;
const FORCED_PER_DAY: u32 = 20;
const TOKEN_LENGTH: usize = 136;
/// Dead tokens that are still recognised.
const DEAD_KEPT: usize = 500;

#[derive(Debug, Clone)]
struct Token {
    value: String,
    expires: i64,
}

#[derive(Debug, Default)]
struct Family {
    current: Option<Token>,
    previous: Option<Token>,
}

#[derive(Debug, Default)]
pub(crate) struct Tokens {
    plain: Family,
    stable: Family,
    dead: Vec<Token>,
    last_forced: Option<i64>,
    /// (day in Beijing, forced calls on it)
    forced: (i64, u32),
}

impl Tokens {
    /// Replaces the current token; the one before it works on for a while, older ones die.
    fn renew(&mut self, stable: bool, fresh: Token, now: i64) {
        let family = if stable {
            &mut self.stable
        } else {
            &mut self.plain
        };
        let replaced = family.current.replace(fresh).map(|old| Token {
            expires: old.expires.min(now + OVERLAP_MS),
            value: old.value,
        });
        let gone = std::mem::replace(&mut family.previous, replaced);
        self.bury(gone);
    }

    fn bury(&mut self, gone: Option<Token>) {
        self.dead.extend(gone);
        let surplus = self.dead.len().saturating_sub(DEAD_KEPT);
        self.dead.drain(..surplus);
    }

    pub(crate) fn withdraw_all(&mut self) {
        for family in [&mut self.plain, &mut self.stable] {
            let gone = [family.current.take(), family.previous.take()];
            self.dead.extend(gone.into_iter().flatten());
        }
        self.bury(None);
    }

    pub(super) fn check(&self, token: Option<&str>, now: i64) -> Result<(), Refusal> {
        let token = token.filter(|t| !t.is_empty()).ok_or(Refusal::of(41001))?;
        let live = [&self.plain, &self.stable]
            .into_iter()
            .flat_map(|family| [&family.current, &family.previous])
            .flatten()
            .find(|known| known.value == token);
        if let Some(known) = live {
            return if known.expires > now {
                Ok(())
            } else {
                Err(Refusal::of(42001))
            };
        }
        if let Some(dead) = self.dead.iter().find(|dead| dead.value == token) {
            return Err(Refusal::of(if dead.expires <= now { 42001 } else { 40001 }));
        }
        let shaped = token.len() == TOKEN_LENGTH && token.starts_with("99_");
        Err(Refusal::of(if shaped { 40001 } else { 40014 }))
    }
}

impl Account {
    fn admit(
        &self,
        call: &Call,
        grant_type: &str,
        appid: &str,
        secret: &str,
    ) -> Result<(), Refusal> {
        if appid.is_empty() {
            return Err(Refusal::of(41002));
        }
        if secret.is_empty() {
            return Err(Refusal::of(41004));
        }
        if grant_type != "client_credential" {
            return Err(Refusal::of(40002));
        }
        if appid != self.settings.appid {
            return Err(Refusal::of(40013));
        }
        if secret != self.settings.secret {
            return Err(Refusal::of(40125));
        }
        if !self.settings.ip_allowed {
            let ip = call.peer;
            return Err(Refusal::saying(
                40164,
                format!("invalid ip {ip} ipv6 ::ffff:{ip}, not in whitelist"),
            ));
        }
        Ok(())
    }

    fn fresh_token(&mut self, now: i64) -> Token {
        Token {
            value: format!("99_{}", self.mint.text(TOKEN_LENGTH - 3)),
            expires: now + self.settings.token_life_s * 1000,
        }
    }
}

fn handed_out(token: &Token, now: i64) -> Value {
    json!({"access_token": token.value, "expires_in": (token.expires - now).div_euclid(1000)})
}

/// A new token with each call.
pub(super) fn token(account: &mut Account, call: &Call, now: i64) -> Reply {
    let field = |name: &str| call.query(name).unwrap_or_default();
    account.admit(call, field("grant_type"), field("appid"), field("secret"))?;
    let fresh = account.fresh_token(now);
    let answer = handed_out(&fresh, now);
    account.tokens.renew(false, fresh, now);
    Ok(answer)
}

/// The same token until it nears its end, or a new one when forced and allowed to be.
pub(super) fn stable_token(account: &mut Account, call: &Call, now: i64) -> Reply {
    let body = account.read(call)?;
    account.admit(
        call,
        text(&body, "grant_type"),
        text(&body, "appid"),
        text(&body, "secret"),
    )?;
    let wanted = body.get("force_refresh").and_then(Value::as_bool) == Some(true);
    let forced = wanted && account.tokens.may_force(now);
    if let Some(current) = &account.tokens.stable.current
        && !forced
        && current.expires - now > OVERLAP_MS.min(account.settings.token_life_s * 500)
    {
        return Ok(handed_out(current, now));
    }
    let fresh = account.fresh_token(now);
    let answer = handed_out(&fresh, now);
    account.tokens.renew(true, fresh, now);
    Ok(answer)
}

impl Tokens {
    /// Forced calls too near each other or too many a day do not refresh; they count nothing then.
    fn may_force(&mut self, now: i64) -> bool {
        let today = beijing_day(now);
        if self.forced.0 != today {
            self.forced = (today, 0);
        }
        let near = self
            .last_forced
            .is_some_and(|last| now - last < FORCED_APART_MS);
        if near || self.forced.1 >= FORCED_PER_DAY {
            return false;
        }
        self.last_forced = Some(now);
        self.forced.1 += 1;
        true
    }
}
