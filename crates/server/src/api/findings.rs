//! What import noticed, and the answer that it may stay.

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use yigao_core::{Finding, ItemId};
use yigao_engine::input::reason;

use crate::{
    app::Shared,
    body::{JsonBody, Named},
    problem::Problem,
    who::ApiWriter,
};

/// Which finding of an import may stay as it is, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswerFinding {
    /// Its number among the findings of the newest version.
    pub(crate) number: u32,
    /// The version whose findings were shown; refused when there is a newer one.
    pub(crate) version: Option<u32>,
    pub(crate) reason: String,
}

/// A finding of an import as it stands now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FindingView {
    #[schema(value_type = Object)]
    pub(crate) finding: Finding,
}

/// Answers what import noticed: it may stay as it is. What must be changed cannot be answered.
#[utoipa::path(post, path = "/api/v1/items/{id}/answer", operation_id = "answer_finding", tag = "items", params(("id" = String, Path)), request_body = AnswerFinding,
    responses((status = 200, body = FindingView), (status = "4XX", body = crate::problem::ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn answer(
    State(app): State<Shared>,
    ApiWriter(actor): ApiWriter,
    Named(id): Named<ItemId>,
    JsonBody(asked): JsonBody<AnswerFinding>,
) -> Result<Json<FindingView>, Problem> {
    let (number, why) = (asked.number, reason(&asked.reason)?);
    let finding = app
        .hub
        .answer_finding(&id, asked.version, number, why, &actor)
        .await?;
    Ok(Json(FindingView { finding }))
}
