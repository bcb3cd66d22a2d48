//! `yigao ledger` and `yigao audit`.

use yigao_core::time::minute_in_shanghai;
use yigao_engine::input;

use super::Call;
use crate::{exit::Mistake, lang::out, table::table};

/// Entries about one subject, or about everything, oldest first.
pub(super) async fn list(call: &Call<'_>, subject: Option<&str>, limit: u32) -> anyhow::Result<()> {
    let limit = input::limit(Some(limit))?;
    let (_, opened) = call.open().await?;
    let entries = opened.hub.ledger(subject, limit).await?;
    if !call.say.json {
        let say = call.say;
        let rows: Vec<Vec<String>> = entries
            .iter()
            .map(|row| {
                vec![
                    row.seq.to_string(),
                    minute_in_shanghai(row.at),
                    row.actor.clone(),
                    row.verb.clone(),
                    row.subject.clone(),
                ]
            })
            .collect();
        let heads = [
            say.pick("序号", "entry"),
            say.pick("时间", "time"),
            say.pick("谁", "who"),
            say.pick("事项", "what"),
            say.pick("对象", "about"),
        ];
        out(&table(&heads, &rows, 48));
    }
    call.say.json(&entries);
    Ok(())
}

pub(super) async fn audit(call: &Call<'_>) -> anyhow::Result<()> {
    let (_, opened) = call.open().await?;
    match opened.hub.audit().await? {
        None => {
            call.say.line(
                "台账完整：每条记录都接着上一条",
                "the ledger is whole: every entry follows the one before",
            );
            call.say.json(&serde_json::json!({"whole": true}));
            Ok(())
        }
        Some(seq) => Err(Mistake::error(
            format!("台账从第 {seq} 条起与前文不符：记录被改动过"),
            format!("the ledger does not follow from entry {seq} on: it was changed"),
        )),
    }
}
