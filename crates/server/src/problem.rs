//! What goes wrong, as `application/problem+json` (RFC 9457) for programs; `pages` dresses it for people.

use axum::{
    http::{HeaderValue, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use yigao_core::Words;
use yigao_engine::{IngestError, PublishError, Sheet};
use yigao_formats::Problem as ImportProblem;
use yigao_store::{MediaError, PlanError, StoreError};

/// One problem: stable code, both languages, the way out in the sentence.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) says: Words,
    /// Sheets with the findings that stop it.
    pub(crate) sheets: Vec<Sheet>,
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
            says: Words::new(zh, en),
            sheets: Vec::new(),
            import: Vec::new(),
        }
    }

    pub(crate) fn bad(code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, zh, en)
    }

    pub(crate) fn body(&self) -> ProblemBody {
        let findings = self.sheets.iter().map(|sheet| {
            json!({
                "destination": sheet.destination, "intent": sheet.intent, "digest": sheet.digest, "findings": sheet.findings,
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
            detail: self.says.en.clone(),
            code: self.code.to_owned(),
            zh: self.says.zh.clone(),
            en: self.says.en.clone(),
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
        let en = error.to_string();
        match error {
            StoreError::Missing { what, name } => {
                let (code, zh) = match what {
                    "item" => ("unknown_item", "稿件"),
                    "delivery" => ("unknown_delivery", "投递"),
                    "destination" => ("unknown_destination", "目的账号"),
                    "rendition" => ("unknown_rendition", "渠道稿"),
                    _ => ("not_found", "记录"),
                };
                Self::new(
                    StatusCode::NOT_FOUND,
                    code,
                    format!("没有名为 {name} 的{zh}"),
                    en,
                )
            }
            StoreError::Refused(says) => Self::new(
                StatusCode::CONFLICT,
                "refused",
                format!("当前状态不允许这样做：{says}"),
                en,
            ),
            StoreError::Locked => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "store_locked",
                "库正被另一个进程占用，请稍后再试；什么都没有改动",
                en,
            ),
            StoreError::Full => Self::new(
                StatusCode::INSUFFICIENT_STORAGE,
                "store_full",
                "磁盘已满，什么都没有写入；请运维腾出空间后再试",
                en,
            ),
            StoreError::ReadOnly => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "store_read_only",
                "库只读，什么都没有写入；请运维检查数据目录的属主与挂载",
                en,
            ),
            StoreError::Lost => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "store_away",
                "暂时连不上库，什么都没有改动；恢复后请再试",
                en,
            ),
            StoreError::Unknown => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "store_unknown",
                "提交时与库断开，改动可能已生效也可能没有；请先查看，再决定是否重做",
                en,
            ),
            StoreError::Open { .. }
            | StoreError::Schema { .. }
            | StoreError::Fence(_)
            | StoreError::Database(_)
            | StoreError::Closed => {
                tracing::error!(error = %en, "the ledger failed a request");
                Self::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "store_failed",
                    "库出错，什么都没有改动；请运维查看日志",
                    "the ledger failed, nothing was changed; see the log",
                )
            }
        }
    }
}

impl From<PlanError> for Problem {
    fn from(error: PlanError) -> Self {
        match error {
            PlanError::Store(error) => error.into(),
            PlanError::NotPlanned(why) => Self::new(
                StatusCode::CONFLICT,
                "not_planned",
                format!("没有排入投递：{why}"),
                format!("nothing was planned: {why}"),
            ),
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

impl From<PublishError> for Problem {
    fn from(error: PublishError) -> Self {
        let en = error.to_string();
        match error {
            PublishError::Blocked(sheets) => Self {
                says: Words::new(
                    format!(
                        "预检未通过，什么都没有发出：{}。改稿后重新导入",
                        names(&sheets)
                    ),
                    format!("{en}; nothing was sent: change the item and import it again"),
                ),
                sheets,
                ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "blocked", "", "")
            },
            PublishError::Unapproved(sheets) => Self {
                says: Words::new(
                    format!(
                        "尚未批准，或批准后有改动：{}。请看过现在的渠道稿再批准",
                        names(&sheets)
                    ),
                    en,
                ),
                sheets,
                ..Self::new(StatusCode::CONFLICT, "unapproved", "", "")
            },
            PublishError::UnknownDestination { name, known } => Self::new(
                StatusCode::NOT_FOUND,
                "unknown_destination",
                format!("没有目的账号 {name}；已配置的有：{known}"),
                en,
            ),
            PublishError::Nothing(left_out) => {
                let zh: Vec<String> = left_out
                    .iter()
                    .map(|l| format!("{}：{}", l.destination, l.says.zh))
                    .collect();
                let zh = if zh.is_empty() {
                    "没有适用的目的账号".to_owned()
                } else {
                    zh.join("；")
                };
                Self::new(
                    StatusCode::CONFLICT,
                    "nothing_to_do",
                    format!("没有可做的：{zh}"),
                    en,
                )
            }
            PublishError::Store(error) => error.into(),
        }
    }
}

fn names(sheets: &[Sheet]) -> String {
    sheets
        .iter()
        .map(|s| s.name.as_str())
        .collect::<Vec<_>>()
        .join("、")
}
