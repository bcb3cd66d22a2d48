//! What import noticed in a version, and who answered it. The answers stand in the list itself, so that a finding that is gone
//! takes its answer along; that it was given stays in the ledger.

use serde_json::json;
use yigao_core::{
    Actor, Answer, Finding, ItemId, Severity, Timestamp, Version, finding::listed,
    time::minute_in_shanghai,
};

use super::{
    Store,
    ledger::{Entry, append},
    read,
};
use crate::{
    driver::{Conn, query},
    error::StoreError,
};

impl Store {
    /// What import noticed in a version, the newest when no number is given.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is no such version.
    pub async fn findings(
        &self,
        item: &ItemId,
        number: Option<u32>,
    ) -> Result<Vec<Finding>, StoreError> {
        let row = query("select v.findings from item i join version v on v.item = i.id where i.id = $1 and v.number = coalesce($2, i.latest)")
            .bind(item.as_str())
            .bind(number.map(i64::from))
            .fetch_optional(&self.readers)
            .await?
            .ok_or_else(|| missing(item))?;
        read::json(&row.try_get::<String>("findings")?)
    }

    /// Answers one finding of the newest version. With `version`, only when that is still the newest: a number that was
    /// read in another list must not name a finding of this one.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is no such item; [`StoreError::Refused`] when there is no such finding, it is
    /// answered already, it blocks, or there is a newer version.
    pub async fn answer_finding(
        &self,
        item: &ItemId,
        version: Option<u32>,
        number: u32,
        reason: &str,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Finding, StoreError> {
        let (item, actor, reason) = (item.clone(), actor.clone(), reason.to_owned());
        self.write(move |conn| {
            Box::pin(async move {
                let row = query("select v.number, v.findings from item i join version v on v.item = i.id and v.number = i.latest where i.id = $1")
                    .bind(item.as_str())
                    .fetch_optional(&mut *conn)
                    .await?
                    .ok_or_else(|| missing(&item))?;
                let latest = read::small(row.try_get("number")?)?;
                let mut findings: Vec<Finding> = read::json(&row.try_get::<String>("findings")?)?;
                if let Some(shown) = version.filter(|shown| *shown != latest) {
                    return Err(StoreError::refused(
                        format!("{item} 已有版本 {latest}，你看的是版本 {shown}：请看过新版本的检查结果再答复"),
                        format!("{item} has version {latest} now, you were shown version {shown}: look at its findings, then answer"),
                    ));
                }
                let count = findings.len();
                let found = findings
                    .iter_mut()
                    .find(|finding| finding.number == Some(number))
                    .ok_or_else(|| unknown(&item, latest, number, count))?;
                refuse(found, number)?;
                let answer = Answer { actor: actor.clone(), at: now, reason: reason.clone() };
                found.answered = Some(answer);
                let answered = found.clone();
                set(conn, &item, latest, &findings).await?;
                let body = json!({
                    "version": latest, "number": number, "code": answered.code, "place": answered.place,
                    "line": answered.line, "quote": answered.quote, "reason": reason,
                });
                append(conn, Entry { at: now, actor: actor.as_str(), verb: "finding.answered", subject: item.as_str(), body }).await?;
                Ok(answered)
            })
        })
        .await
    }
}

/// Puts what a new import of the same content noticed in the place of what stood there; equal findings keep their answers.
/// Answers the list as it is now.
pub(super) async fn replace(
    conn: &mut Conn,
    version: &Version,
    before: &[Finding],
    noticed: &[Finding],
    (actor, now): (&Actor, Timestamp),
) -> Result<Vec<Finding>, StoreError> {
    let mut list = listed(noticed);
    for old in before.iter().filter(|old| !old.is_open()) {
        let as_found = old.as_found();
        if let Some(same) = list.iter_mut().find(|new| new.as_found() == as_found) {
            same.answered.clone_from(&old.answered);
        }
    }
    if list != before {
        set(conn, &version.item, version.number, &list).await?;
        let body = json!({"version": version.number, "before": before.len(), "now": list.len()});
        append(
            conn,
            Entry {
                at: now,
                actor: actor.as_str(),
                verb: "finding.replaced",
                subject: version.item.as_str(),
                body,
            },
        )
        .await?;
    }
    Ok(list)
}

/// Puts another list in place of a version's.
async fn set(
    conn: &mut Conn,
    item: &ItemId,
    number: u32,
    findings: &[Finding],
) -> Result<(), StoreError> {
    query("update version set findings = $3 where item = $1 and number = $2")
        .bind(item.as_str())
        .bind(i64::from(number))
        .bind(read::to_json(&findings))
        .execute(conn)
        .await?;
    Ok(())
}

fn refuse(finding: &Finding, number: u32) -> Result<(), StoreError> {
    if let Some(answer) = &finding.answered {
        let (actor, reason) = (&answer.actor, &answer.reason);
        let at = minute_in_shanghai(answer.at);
        return Err(StoreError::refused(
            format!("第 {number} 条已由 {actor} 于 {at} 答复：{reason}"),
            format!("finding {number} was answered by {actor} at {at}: {reason}"),
        ));
    }
    if finding.severity == Severity::Block {
        return Err(StoreError::refused(
            format!("第 {number} 条必改，不能以答复代替：请改稿后重新导入"),
            format!(
                "finding {number} must be mended and cannot be answered: change the item and import it again"
            ),
        ));
    }
    Ok(())
}

fn unknown(item: &ItemId, version: u32, number: u32, count: usize) -> StoreError {
    StoreError::refused(
        format!("{item} 版本 {version} 没有第 {number} 条导入检查结果；共有 {count} 条"),
        format!("version {version} of {item} has no import finding {number}; it has {count}"),
    )
}

fn missing(item: &ItemId) -> StoreError {
    StoreError::Missing {
        what: "item",
        name: item.to_string(),
    }
}
