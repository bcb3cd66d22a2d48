//! Calls a day, counted anew at midnight in Beijing.

use serde_json::json;

use super::{Account, OPS, Op, Refusal, Reply, text};
use crate::call::Call;
use crate::clock::beijing_day;

impl Account {
    fn per_day(&self, op: &Op) -> u32 {
        self.settings
            .quotas
            .get(op.path)
            .copied()
            .unwrap_or(op.per_day)
    }

    fn used_today(&self, path: &str, now: i64) -> u32 {
        match self.used.get(path) {
            Some((day, used)) if *day == beijing_day(now) => *used,
            _ => 0,
        }
    }

    pub(super) fn spend(&mut self, op: &Op, now: i64) -> Result<(), Refusal> {
        let used = self.used_today(op.path, now);
        if used >= self.per_day(op) {
            return Err(Refusal::of(45009));
        }
        self.used
            .insert(op.path.to_owned(), (beijing_day(now), used + 1));
        Ok(())
    }
}

/// Page 查询 API 调用额度, read 2026-11.
pub(super) fn get(account: &mut Account, call: &Call, now: i64) -> Reply {
    let body = account.read(call)?;
    let path = text(&body, "cgi_path");
    let op = path
        .strip_prefix("/cgi-bin/")
        .and_then(|path| OPS.iter().find(|op| op.path == path))
        .ok_or(Refusal::of(76021))?;
    let daily_limit = account.per_day(op);
    let used = account.used_today(op.path, now);
    Ok(json!({
        "errcode": 0,
        "errmsg": "ok",
        "quota": {
            "daily_limit": daily_limit,
            "used": used,
            "remain": daily_limit.saturating_sub(used),
        },
        "rate_limit": {"call_count": 10_000, "refresh_second": 60},
    }))
}
