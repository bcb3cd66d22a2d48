//! The buttons of a delivery.

use axum::{extract::State, response::Redirect};
use yigao_core::DeliveryId;
use yigao_engine::input::{decision, reason};

use super::back;
use crate::{
    app::Shared,
    body::{Form, Named},
    lang::Lang,
    problem::Problem,
};

pub(in crate::pages) async fn retry(
    State(app): State<Shared>,
    lang: Lang,
    Named(id): Named<DeliveryId>,
    form: Form,
) -> Result<Redirect, Problem> {
    match app.hub.retry(&id, &form.actor).await {
        Ok(again) => {
            let line = if again.id == id {
                lang.pick("已唤醒，马上再试。", "Woken: it is tried at once.")
            } else {
                lang.pick(
                    "已另起一个投递，这是它的页面。",
                    "Planned anew; this is the new delivery.",
                )
            };
            back(
                &app,
                &form,
                lang,
                format!("/deliveries/{}", again.id),
                Ok(vec![line.to_owned()]),
            )
        }
        Err(error) => back(
            &app,
            &form,
            lang,
            format!("/deliveries/{id}"),
            Err(error.into()),
        ),
    }
}

pub(in crate::pages) async fn decide(
    State(app): State<Shared>,
    lang: Lang,
    Named(id): Named<DeliveryId>,
    form: Form,
) -> Result<Redirect, Problem> {
    let done = async {
        let fields = &form.fields;
        let happened = (fields.get("answer") == Some("happened")).then(|| {
            (
                fields.get("id").unwrap_or_default().to_owned(),
                fields.get("url").map(ToOwned::to_owned),
            )
        });
        let decision = decision(happened, fields.get("answer") == Some("did_not"))?;
        app.hub
            .decide(
                &id,
                decision,
                &form.actor,
                reason(fields.get("reason").unwrap_or_default())?,
            )
            .await?;
        Ok(vec![
            lang.pick(
                "裁定已记入台账，投递继续。",
                "Decided and recorded; the delivery continues.",
            )
            .to_owned(),
        ])
    };
    let done = done.await;
    back(&app, &form, lang, format!("/deliveries/{id}"), done)
}

pub(in crate::pages) async fn cancel(
    State(app): State<Shared>,
    lang: Lang,
    Named(id): Named<DeliveryId>,
    form: Form,
) -> Result<Redirect, Problem> {
    let done = app.hub.cancel(&id, &form.actor).await;
    let done = done.map_err(Problem::from).map(|_| {
        vec![
            lang.pick(
                "已取消：这个投递什么都没有发出。",
                "Cancelled: this delivery has sent nothing.",
            )
            .to_owned(),
        ]
    });
    back(&app, &form, lang, format!("/deliveries/{id}"), done)
}
