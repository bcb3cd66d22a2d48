//! What the buttons do: each calls one use case, reports the result, and returns to its page.

pub(super) mod deliveries;
pub(super) mod destinations;

use std::collections::BTreeMap;

use axum::{extract::State, response::Redirect};
use yigao_core::{DestinationId, Digest, Intent, ItemId};
use yigao_engine::{
    Agreed, Plan,
    input::{number, overwrite, reason, time},
};

use crate::{
    app::{App, Shared},
    body::{Form, Named},
    lang::Lang,
    problem::Problem,
    session::{Flash, Session},
};

/// Leaves a message for the session's next page.
pub(super) fn tell(app: &App, session: Option<&Session>, good: bool, lines: Vec<String>) {
    if let Some(session) = session {
        app.sessions.put_flash(session, Flash { good, lines });
    }
}

/// Returns to the page with the result. A program that posted the form receives a problem as an error status.
pub(super) fn back(
    app: &App,
    form: &Form,
    lang: Lang,
    to: String,
    done: Result<Vec<String>, Problem>,
) -> Result<Redirect, Problem> {
    match (done, &form.session) {
        (Ok(lines), session) => tell(app, session.as_ref(), true, lines),
        (Err(problem), Some(session)) => {
            let mut lines = vec![lang.localized(&problem.message).to_owned()];
            for report in &problem.reports {
                let blocking = report
                    .findings
                    .iter()
                    .filter(|f| f.severity == yigao_core::Severity::Block);
                lines.extend(blocking.map(|f| {
                    format!(
                        "{}：{} {}",
                        report.name,
                        lang.localized(&f.message),
                        lang.localized(&f.advice)
                    )
                }));
            }
            tell(app, Some(session), false, lines);
        }
        (Err(problem), None) => return Err(problem),
    }
    Ok(Redirect::to(&to))
}

/// The destinations that were ticked, with the digests their cards showed: `<intent>|<destination>|<digest>` each.
fn ticked(
    form: &Form,
    intent: Option<Intent>,
) -> Result<(Vec<DestinationId>, Vec<Digest>), Problem> {
    let bad = || {
        Problem::bad(
            "bad_form",
            "表单内容不对，请刷新页面后再试",
            "the form does not fit; reload the page and try again",
        )
    };
    let (mut destinations, mut digests) = (Vec::new(), Vec::new());
    for (_, value) in form.fields.0.iter().filter(|(name, _)| name == "card") {
        let mut parts = value.splitn(3, '|');
        let (Some(of), Some(id), Some(digest)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(bad());
        };
        if intent.is_some_and(|intent| intent.name() != of) {
            continue;
        }
        destinations.push(DestinationId::parse(id).map_err(|_| bad())?);
        digests.push(Digest::parse(digest).map_err(|_| bad())?);
    }
    if destinations.is_empty() {
        let (zh, en) = match intent {
            Some(Intent::Correct) => (
                "勾选的目的账号里没有可更正的：那里还没有发过，请用“发布”",
                "none of the ticked destinations has it yet: publish instead",
            ),
            Some(Intent::Publish) => (
                "勾选的目的账号里没有可发布的：那里已经有此稿，请用“更正”",
                "the ticked destinations have it already: correct instead",
            ),
            _ => ("请至少勾选一个目的账号", "tick at least one destination"),
        };
        return Err(Problem::bad("nothing_ticked", zh, en));
    }
    Ok((destinations, digests))
}

/// Signs exactly what the page showed.
pub(super) async fn approve(
    State(app): State<Shared>,
    lang: Lang,
    Named(id): Named<ItemId>,
    form: Form,
) -> Result<Redirect, Problem> {
    let done = async {
        let (destinations, digests) = ticked(&form, None)?;
        let reports = app
            .hub
            .approve(&id, &destinations, Some(&digests), &form.actor)
            .await?;
        Ok(vec![match lang {
            Lang::Zh => format!(
                "{} 已批准 {} 份渠道稿。稿件再有改动须重新批准。",
                form.actor,
                reports.len()
            ),
            Lang::En => format!(
                "{} approved {} renditions. Any change voids it.",
                form.actor,
                reports.len()
            ),
        }])
    };
    let done = done.await;
    back(&app, &form, lang, format!("/items/{id}"), done)
}

pub(super) async fn publish(
    State(app): State<Shared>,
    lang: Lang,
    Named(id): Named<ItemId>,
    form: Form,
) -> Result<Redirect, Problem> {
    let done = send(&app, lang, &id, &form, Intent::Publish).await;
    back(&app, &form, lang, format!("/items/{id}"), done)
}

pub(super) async fn correct(
    State(app): State<Shared>,
    lang: Lang,
    Named(id): Named<ItemId>,
    form: Form,
) -> Result<Redirect, Problem> {
    let done = send(&app, lang, &id, &form, Intent::Correct).await;
    back(&app, &form, lang, format!("/items/{id}"), done)
}

/// Approves by name what the screen showed, if that was said, and plans.
async fn send(
    app: &App,
    lang: Lang,
    id: &ItemId,
    form: &Form,
    intent: Intent,
) -> Result<Vec<String>, Problem> {
    let (destinations, digests) = ticked(form, Some(intent))?;
    let at = form.fields.get("at").map(time).transpose()?;
    if form.fields.get("approve").is_some() {
        app.hub
            .approve(id, &destinations, Some(&digests), &form.actor)
            .await?;
    }
    let request = yigao_engine::Request {
        destinations,
        at,
        approve: false,
        over: BTreeMap::default(),
    };
    let plan = match intent {
        Intent::Correct => app.hub.correct(id, &request, &form.actor).await?,
        Intent::Publish | Intent::Withdraw => app.hub.publish(id, &request, &form.actor).await?,
    };
    Ok(planned(app, lang, intent, &plan))
}

fn planned(app: &App, lang: Lang, intent: Intent, plan: &Plan) -> Vec<String> {
    let count = plan.deliveries.len();
    let mut lines = vec![match lang {
        Lang::Zh => format!("已排入 {count} 个{}投递，进展见下方。", intent.zh()),
        Lang::En => format!(
            "{count} deliveries planned ({}); follow them below.",
            intent.name()
        ),
    }];
    lines.extend(plan.left_out.iter().map(|left| {
        let name = app
            .hub
            .destinations
            .get(&left.destination)
            .map_or(left.destination.as_str(), |d| d.name.as_str());
        format!("{name}：{}", lang.localized(&left.message))
    }));
    lines
}

pub(super) async fn withdraw(
    State(app): State<Shared>,
    lang: Lang,
    Named(id): Named<ItemId>,
    form: Form,
) -> Result<Redirect, Problem> {
    let done = async {
        if form.fields.get("sure").is_none() {
            return Err(Problem::bad(
                "not_sure",
                "请勾选确认后再撤稿",
                "tick the confirmation to withdraw",
            ));
        }
        let plan = app
            .hub
            .withdraw(
                &id,
                Vec::new(),
                reason(form.fields.get("reason").unwrap_or_default())?,
                &form.actor,
            )
            .await?;
        Ok(planned(&app, lang, Intent::Withdraw, &plan))
    };
    let done = done.await;
    back(&app, &form, lang, format!("/items/{id}"), done)
}

/// Has what is public read back now.
pub(super) async fn verify(
    State(app): State<Shared>,
    lang: Lang,
    Named(id): Named<ItemId>,
    form: Form,
) -> Result<Redirect, Problem> {
    let done = async {
        let asked = app.hub.verify(&id, &[]).await?.len();
        Ok(vec![match lang {
            Lang::Zh if asked == 0 => "现在没有可回读的：要先发布成功。".to_owned(),
            Lang::En if asked == 0 => {
                "Nothing can be read back now: it has to be delivered first.".to_owned()
            }
            Lang::Zh => format!("正在回读 {asked} 处，结果见下方。"),
            Lang::En => format!("{asked} destinations are being read back; see below."),
        }])
    };
    let done = done.await;
    back(&app, &form, lang, format!("/items/{id}"), done)
}

/// Puts back what was approved over exactly what the page showed.
pub(super) async fn overwrite_seen(
    State(app): State<Shared>,
    lang: Lang,
    Named(id): Named<ItemId>,
    form: Form,
) -> Result<Redirect, Problem> {
    let done = async {
        let agreed = overwrite(form.fields.get("overwrite").unwrap_or_default())?;
        let to: Vec<DestinationId> = agreed.destination.iter().cloned().collect();
        let over = app
            .hub
            .agreed_overwrites(&id, &to, &[Agreed::Exactly(agreed)])
            .await?;
        let request = yigao_engine::Request {
            destinations: to,
            over,
            ..yigao_engine::Request::default()
        };
        let plan = app.hub.correct(&id, &request, &form.actor).await?;
        Ok(planned(&app, lang, Intent::Correct, &plan))
    };
    let done = done.await;
    back(&app, &form, lang, format!("/items/{id}"), done)
}

/// Answers a finding of the version that the page showed.
pub(super) async fn answer(
    State(app): State<Shared>,
    lang: Lang,
    Named(id): Named<ItemId>,
    form: Form,
) -> Result<Redirect, Problem> {
    let done = async {
        let field = |name: &str| form.fields.get(name).unwrap_or_default();
        let at = number(field("number"))?;
        let version = form.fields.get("version").map(number).transpose()?;
        let why = reason(field("reason"))?;
        app.hub
            .answer_finding(&id, version, at, why, &form.actor)
            .await?;
        Ok(vec![match lang {
            Lang::Zh => format!("第 {at} 条已答复，已记入台账。"),
            Lang::En => format!("Finding {at} is answered; the ledger has it."),
        }])
    };
    let done = done.await;
    back(&app, &form, lang, format!("/items/{id}#findings"), done)
}

pub(super) async fn hold(
    State(app): State<Shared>,
    lang: Lang,
    Named(id): Named<ItemId>,
    form: Form,
) -> Result<Redirect, Problem> {
    let done = async {
        let why = reason(form.fields.get("reason").unwrap_or_default())?;
        app.hub.hold_item(&id, why, &form.actor).await?;
        Ok(vec![
            lang.pick(
                "已暂扣：放行之前，任何渠道都不会写入。",
                "Held: nothing is written anywhere until it is released.",
            )
            .to_owned(),
        ])
    };
    let done = done.await;
    back(&app, &form, lang, format!("/items/{id}"), done)
}

pub(super) async fn release(
    State(app): State<Shared>,
    lang: Lang,
    Named(id): Named<ItemId>,
    form: Form,
) -> Result<Redirect, Problem> {
    let done = app.hub.release_item(&id, &form.actor).await;
    let done = done
        .map(|()| vec![lang.pick("已放行。", "Released.").to_owned()])
        .map_err(Problem::from);
    back(&app, &form, lang, format!("/items/{id}"), done)
}
