//! What goes wrong, as `application/problem+json` (RFC 9457) for programs; `pages` dresses it for people.

use axum::{
    http::{HeaderValue, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use yigao_core::Localized;
use yigao_engine::{
    DestinationReport, IngestError, InputError, MediaError, PlanError, PublishError, StoreError,
};
use yigao_formats::Problem as ImportProblem;

/// One problem: stable code, both languages, what to do in the sentence.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) message: Localized,
    /// Sheets with the findings that stop it.
    pub(crate) reports: Vec<DestinationReport>,
    /// What is wrong with an import.
    pub(crate) import: Vec<ImportProblem>,
}

/// The document that is sent.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProblemBody {
    /// `urn:yigao:problem:` and the code.
    r#type: String,
    /// Name of the HTTP status.
    title: String,
    status: u16,
    /// The sentence in English.
    detail: String,
    /// Stable name, `snake_case`.
    code: String,
    zh: String,
    en: String,
    /// Findings by destination, when pre-flight or a missing approval stops it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    findings: Vec<Value>,
    /// What is wrong with an import: file, line, code, says, fix.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    problems: Vec<Value>,
}

impl Problem {
    pub(crate) fn new(
        status: StatusCode,
        code: &'static str,
        zh: impl Into<String>,
        en: impl Into<String>,
    ) -> Self {
        Self {
            status,
            code,
            message: Localized::new(zh, en),
            reports: Vec::new(),
            import: Vec::new(),
        }
    }

    pub(crate) fn bad(code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, zh, en)
    }

    pub(crate) fn body(&self) -> ProblemBody {
        let findings = self.reports.iter().map(|report| {
            json!({
                "destination": report.destination, "intent": report.intent, "digest": report.digest, "findings": report.findings,
            })
        });
        ProblemBody {
            r#type: format!("urn:yigao:problem:{}", self.code),
            title: self
                .status
                .canonical_reason()
                .unwrap_or("Problem")
                .to_owned(),
            status: self.status.as_u16(),
            detail: self.message.en.clone(),
            code: self.code.to_owned(),
            zh: self.message.zh.clone(),
            en: self.message.en.clone(),
            findings: findings.collect(),
            problems: self.import.iter().map(|p| json!(p)).collect(),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status, axum::Json(self.body())).into_response();
        response.headers_mut().insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        // Pages read it again to say the same in HTML.
        response.extensions_mut().insert(self);
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let Localized { zh, en } = error.localized();
        let (status, code) = match error {
            StoreError::Missing { what, .. } => (
                StatusCode::NOT_FOUND,
                match what {
                    "item" => "unknown_item",
                    "delivery" => "unknown_delivery",
                    "destination" => "unknown_destination",
                    "rendition" => "unknown_rendition",
                    _ => "not_found",
                },
            ),
            StoreError::Refused(_) => (StatusCode::CONFLICT, "refused"),
            StoreError::Locked => (StatusCode::SERVICE_UNAVAILABLE, "store_locked"),
            StoreError::Full => (StatusCode::INSUFFICIENT_STORAGE, "store_full"),
            StoreError::ReadOnly => (StatusCode::SERVICE_UNAVAILABLE, "store_read_only"),
            StoreError::Lost => (StatusCode::SERVICE_UNAVAILABLE, "store_lost"),
            StoreError::Unknown => (StatusCode::SERVICE_UNAVAILABLE, "store_unknown"),
            StoreError::Open { .. }
            | StoreError::Schema { .. }
            | StoreError::Fence(_)
            | StoreError::Database(_)
            | StoreError::Closed => {
                // The database's own message is for the log, not for whoever asks over the network.
                tracing::error!(error = %en, "the ledger failed a request");
                return Self::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "store_failed",
                    "台账出错，什么都没有改动；请运维查看日志",
                    "the ledger failed, nothing was changed; see the log",
                );
            }
        };
        Self::new(status, code, zh, en)
    }
}

impl From<PlanError> for Problem {
    fn from(error: PlanError) -> Self {
        match error {
            PlanError::Store(error) => error.into(),
            PlanError::NotPlanned(why) => {
                let Localized { zh, en } = why.localized();
                Self::new(
                    StatusCode::CONFLICT,
                    "not_planned",
                    format!("没有排入投递：{zh}"),
                    format!("nothing was planned: {en}"),
                )
            }
        }
    }
}

impl From<MediaError> for Problem {
    fn from(error: MediaError) -> Self {
        match error {
            MediaError::Missing(digest) => Self::new(
                StatusCode::NOT_FOUND,
                "unknown_media",
                format!("素材库里没有 {}", digest.short()),
                format!("media {} is not in the media folder", digest.short()),
            ),
            MediaError::Damaged { .. } | MediaError::Io(_) => {
                tracing::error!(error = %error, "the media folder failed a request");
                Self::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "media_failed",
                    "素材库出错；请运维查看日志",
                    "the media folder failed; see the log",
                )
            }
        }
    }
}

impl From<IngestError> for Problem {
    fn from(error: IngestError) -> Self {
        match error {
            IngestError::Problems(problems) => problems.into(),
            IngestError::Store(error) => error.into(),
            IngestError::Media(error) => error.into(),
        }
    }
}

impl From<Vec<ImportProblem>> for Problem {
    fn from(import: Vec<ImportProblem>) -> Self {
        let count = import.len();
        Self {
            import,
            ..Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "import_refused",
                format!("没有导入：发现 {count} 处问题，改好后重新导入"),
                format!("nothing was imported: {count} problems; mend them and import again"),
            )
        }
    }
}

impl From<InputError> for Problem {
    fn from(error: InputError) -> Self {
        Self::bad(error.code, error.message.zh, error.message.en)
    }
}

impl From<PublishError> for Problem {
    fn from(error: PublishError) -> Self {
        let Localized { zh, en } = error.localized();
        match error {
            PublishError::Blocked(reports) => Self {
                reports,
                ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "blocked", zh, en)
            },
            PublishError::Unapproved(reports) => Self {
                reports,
                ..Self::new(StatusCode::CONFLICT, "unapproved", zh, en)
            },
            PublishError::UnknownDestination { .. } => {
                Self::new(StatusCode::NOT_FOUND, "unknown_destination", zh, en)
            }
            PublishError::Nothing(_) => Self::new(StatusCode::CONFLICT, "nothing_to_do", zh, en),
            PublishError::Input(error) => error.into(),
            PublishError::Store(error) => error.into(),
        }
    }
}
