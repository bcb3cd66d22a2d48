//! Takes files in that were sent: one Markdown or JSON file, a saved page, or a zip.

use axum::extract::{FromRequest as _, Multipart, Request};
use yigao_core::{Actor, Localized};
use yigao_engine::Ingested;
use yigao_formats::{Bundle, BundleLimits, Format, Problem as ImportProblem, detect, read};

use crate::{app::Shared, body::too_large, problem::Problem};

/// A file as sent, with the other fields of its form.
#[derive(Debug, Default)]
pub(crate) struct Upload {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) format: Option<String>,
    pub(crate) csrf: Option<String>,
}

/// Reads a form with the field `file`. The route's limit holds for the whole of it.
pub(crate) async fn multipart(request: Request, app: &Shared) -> Result<Upload, Problem> {
    let mut form = Multipart::from_request(request, app)
        .await
        .map_err(|e| Problem::bad("bad_form", "请用表单上传文件（字段名 file）", e.to_string()))?;
    let mut upload = Upload::default();
    while let Some(field) = form.next_field().await.map_err(|e| broken(&e))? {
        match field.name().unwrap_or_default() {
            "file" => {
                upload.name = file_name(field.file_name().unwrap_or_default());
                upload.bytes = field.bytes().await.map_err(|e| broken(&e))?.to_vec();
            }
            "format" => upload.format = Some(field.text().await.map_err(|e| broken(&e))?),
            "csrf" => upload.csrf = Some(field.text().await.map_err(|e| broken(&e))?),
            _ => {}
        }
    }
    if upload.bytes.is_empty() {
        return Err(Problem::bad(
            "no_file",
            "没有收到文件：请选择一个 Markdown 文件或 zip",
            "no file was sent: choose a Markdown file or a zip",
        ));
    }
    Ok(upload)
}

fn broken(error: &axum::extract::multipart::MultipartError) -> Problem {
    if error.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
        return too_large();
    }
    Problem::bad("bad_form", "上传没有收全，请重试", error.body_text())
}

/// Browsers send a name, some of them a path; only its last part is a name.
fn file_name(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last.chars().filter(|c| !c.is_control()).take(120).collect();
    if name.is_empty() {
        "item.md".to_owned()
    } else {
        name
    }
}

/// Reads what was sent and stores it as a version.
pub(crate) async fn ingest(
    app: &Shared,
    upload: Upload,
    actor: &Actor,
) -> Result<Ingested, Problem> {
    let format = upload
        .format
        .as_deref()
        .filter(|f| !f.is_empty())
        .map(format)
        .transpose()?;
    // Unpacking and reading many megabytes would hold up everybody else's requests.
    let draft = tokio::task::spawn_blocking(move || {
        let stem = upload
            .name
            .rsplit_once('.')
            .map_or(upload.name.as_str(), |(stem, _)| stem);
        let bundle = if upload.bytes.starts_with(b"PK\x03\x04") {
            Bundle::from_zip(stem, &upload.bytes, &BundleLimits::default())?
        } else {
            Bundle {
                name: stem.to_owned(),
                files: [(upload.name.clone(), upload.bytes)].into(),
                ..Bundle::default()
            }
        };
        let format = format
            .or_else(|| detect(&bundle))
            .ok_or_else(|| vec![unknown_format(&upload.name)])?;
        read(&bundle, format)
    })
    .await
    .map_err(|_| {
        Problem::bad(
            "import_failed",
            "读取时出错，什么都没有导入",
            "reading it failed; nothing was imported",
        )
    })?;
    Ok(app.hub.ingest(draft.map_err(Problem::from)?, actor).await?)
}

pub(crate) fn format(name: &str) -> Result<Format, Problem> {
    match name {
        "markdown" => Ok(Format::Markdown),
        "json" => Ok(Format::Json),
        "gov_page" => Ok(Format::GovPage),
        _ => Err(Problem::bad(
            "unknown_format",
            "没有这种格式；可用 markdown、json、gov_page",
            "no such format; there are markdown, json, gov_page",
        )),
    }
}

fn unknown_format(file: &str) -> ImportProblem {
    ImportProblem {
        file: file.to_owned(),
        line: None,
        code: "unknown_format".into(),
        message: Localized::new("看不出是什么格式", "its format cannot be recognised"),
        advice: Localized::new(
            "上传一个 .md、item.json，或装有它和图片的 zip",
            "send one .md, an item.json, or a zip with it and its pictures",
        ),
    }
}
