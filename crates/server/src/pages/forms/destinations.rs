//! The buttons of a destination.

use axum::{extract::State, response::Redirect};
use yigao_core::DestinationId;
use yigao_engine::input::reason;

use super::back;
use crate::{
    api::destinations::ask,
    app::Shared,
    body::{Form, Named},
    lang::Lang,
    problem::Problem,
};

pub(in crate::pages) async fn check(
    State(app): State<Shared>,
    lang: Lang,
    Named(id): Named<DestinationId>,
    form: Form,
) -> Result<Redirect, Problem> {
    let done = async {
        app.hub.known(std::slice::from_ref(&id))?;
        let checked = ask(&app, id.clone()).await;
        match checked.fault {
            None => Ok(vec![format!(
                "{id}：{}",
                lang.pick("检查通过，可以投递。", "checked, it takes deliveries.")
            )]),
            Some(fault) => {
                let said = fault.with_way_out();
                Err(Problem::bad(
                    "check_failed",
                    format!("{id} 检查未通过：{}", said.zh),
                    format!("{id} failed its check: {}", said.en),
                ))
            }
        }
    };
    let done = done.await;
    back(&app, &form, lang, "/destinations".to_owned(), done)
}

pub(in crate::pages) async fn pause(
    State(app): State<Shared>,
    lang: Lang,
    Named(id): Named<DestinationId>,
    form: Form,
) -> Result<Redirect, Problem> {
    let done = async {
        let why = reason(form.fields.get("reason").unwrap_or_default())?;
        app.hub.pause_destination(&id, why, &form.actor).await?;
        Ok(vec![format!(
            "{id}：{}",
            lang.pick(
                "已暂停，恢复之前什么都不发。",
                "paused; nothing is sent until it is resumed."
            )
        )])
    };
    let done = done.await;
    back(&app, &form, lang, "/destinations".to_owned(), done)
}

pub(in crate::pages) async fn drain(
    State(app): State<Shared>,
    lang: Lang,
    Named(id): Named<DestinationId>,
    form: Form,
) -> Result<Redirect, Problem> {
    let done = async {
        let why = reason(form.fields.get("reason").unwrap_or_default())?;
        app.hub.drain_destination(&id, why, &form.actor).await?;
        Ok(vec![format!(
            "{id}：{}",
            lang.pick(
                "不再接新投递，在进行的会做完；撤稿随时可以。",
                "takes nothing new, what is under way continues; a withdrawal is taken at any time."
            )
        )])
    };
    let done = done.await;
    back(&app, &form, lang, "/destinations".to_owned(), done)
}

pub(in crate::pages) async fn resume(
    State(app): State<Shared>,
    lang: Lang,
    Named(id): Named<DestinationId>,
    form: Form,
) -> Result<Redirect, Problem> {
    let done = app.hub.resume_destination(&id, &form.actor).await;
    let done = done
        .map(|()| vec![format!("{id}：{}", lang.pick("已恢复。", "is resumed."))])
        .map_err(Problem::from);
    back(&app, &form, lang, "/destinations".to_owned(), done)
}
