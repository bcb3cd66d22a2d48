//! What the site's refusals mean. A body of WordPress has a code; anything else is a server or proxy before it.

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use yigao_channel::{
    Answer,
    http_status::{http_fault, retry_after},
};
use yigao_core::{ChannelError, Effect, ErrorKind, Localized, Retry};

use super::config::Settings;

/// What a code asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    /// Our request is wrong: it was not carried out, and sending it again is no use.
    Fix,
    /// The site does not know us, or answers as if nobody had logged in.
    LogIn,
    /// The user may not do this.
    Rights,
    /// The site is set up in another way.
    Setup,
    /// Not there, or not there any more.
    Gone,
    /// It arrived damaged; nothing was stored.
    Resend,
    /// The site is in trouble; a write may have been carried out.
    Busy,
}

struct Row {
    code: &'static str,
    class: Class,
    zh: &'static str,
    en: &'static str,
}

const fn row(code: &'static str, class: Class, zh: &'static str, en: &'static str) -> Row {
    Row {
        code,
        class,
        zh,
        en,
    }
}

use Class::{Busy, Fix, Gone, LogIn, Resend, Rights, Setup};

#[rustfmt::skip]
const CODES: &[Row] = &[
    row("rest_forbidden_context", LogIn, "网站没有认出登录：密码错误或已被撤销", "the site did not take the log-in: the password is wrong or revoked"),
    row("rest_forbidden_status", LogIn, "网站没有认出登录：密码错误或已被撤销", "the site did not take the log-in: the password is wrong or revoked"),
    row("rest_not_logged_in", LogIn, "网站没有认出登录：密码错误或已被撤销", "the site did not take the log-in: the password is wrong or revoked"),
    row("incorrect_password", LogIn, "应用程序密码不对", "the application password is wrong"),
    row("invalid_username", LogIn, "没有这个用户", "there is no such user"),
    row("rest_cannot_create", Rights, "该用户无权新建，请把角色改为“编辑”", "the user may not create this: make them an editor"),
    row("rest_cannot_update", Rights, "网站不许该用户写某个自定义字段：请网站维护方放开（auth_callback），或从 channel.fields 中删去", "the site does not let the user write a custom field: have it opened (auth_callback), or take it out of channel.fields"),
    row("rest_cannot_edit", Rights, "该用户无权修改，请把角色改为“编辑”", "the user may not change this: make them an editor"),
    row("rest_cannot_edit_others", Rights, "该用户无权修改他人的文章，请把角色改为“编辑”", "the user may not change others' posts: make them an editor"),
    row("rest_cannot_publish", Rights, "该用户无权发布，请把角色改为“编辑”", "the user may not publish: make them an editor"),
    row("rest_cannot_delete", Rights, "该用户无权删除，请把角色改为“编辑”", "the user may not delete this: make them an editor"),
    row("rest_cannot_assign_term", Rights, "该用户无权归入该栏目，请把角色改为“编辑”", "the user may not file under this category: make them an editor"),
    row("rest_forbidden", Rights, "该用户无权执行此操作，请把角色改为“编辑”", "the user may not do this: make them an editor"),
    row("rest_invalid_param", Fix, "网站不接受某个字段", "the site refuses a field"),
    row("rest_invalid_json", Fix, "程序问题，请反馈", "a mistake of this program: report it"),
    row("empty_content", Fix, "标题和正文都是空的", "title and text are empty"),
    row("rest_no_route", Setup, "该地址上没有 WordPress 接口：请核对 base_url 是否为网站首页，接口是否被插件关闭", "no REST interface at this address: check that base_url is the home page and that no plugin closed it"),
    row("rest_trash_not_supported", Setup, "网站关闭了回收站（EMPTY_TRASH_DAYS），请设 withdraw = \"delete\"", "the site has no trash (EMPTY_TRASH_DAYS): set withdraw = \"delete\""),
    row("rest_upload_sideload_error", Fix, "网站没有收下文件：不接受这种类型，或上传目录已满、不可写", "the site did not keep the file: its type is not taken, or the uploads folder is full or read-only"),
    row("rest_upload_unknown_error", Fix, "文件超过网站允许的大小，请压缩或请管理员调高上限", "the file is larger than the site allows: make it smaller or have the limit raised"),
    row("rest_upload_no_content_disposition", Fix, "程序问题，请反馈", "a mistake of this program: report it"),
    row("rest_upload_hash_mismatch", Resend, "文件在途中损坏，自动再传", "the file was damaged on its way; sent again"),
    row("rest_post_invalid_id", Gone, "网站上没有这篇文章", "the site has no such post"),
    row("rest_already_trashed", Gone, "文章已在回收站", "the post is in the trash already"),
    row("term_exists", Fix, "该栏目或标签已存在", "this category or tag is there already"),
    row("rest_term_invalid", Gone, "网站上没有该栏目或标签", "the site has no such category or tag"),
    row("db_insert_error", Busy, "网站数据库出错，稍后自动再试", "the site's database failed; tried again later"),
    row("db_update_error", Busy, "网站数据库出错，稍后自动再试", "the site's database failed; tried again later"),
    row("internal_server_error", Busy, "网站程序出错，稍后自动再试；若一再出现请管理员查看 PHP 日志", "the site's program failed; tried again later: if it goes on, see its PHP log"),
    row("wp_die", Busy, "网站维护中或数据库不可用，稍后自动再试", "the site is under maintenance or without its database; tried again later"),
];

/// Codes of the fault table, and those of what is in front of WordPress; the README explains each.
pub(crate) fn codes() -> impl Iterator<Item = &'static str> {
    CODES.iter().map(|row| row.code).chain([NOT_JSON, PROXY])
}

/// An answer of status 200 that is none.
pub(super) const NOT_JSON: &str = "not_json";
/// The web server or a gateway refused, and WordPress was not asked.
const PROXY: &str = "proxy_413";

#[derive(Default, Deserialize)]
#[serde(default)]
struct Refused {
    code: String,
    data: Value,
}

/// The answer as `T`, or the fault that it means.
pub(super) fn read<T: DeserializeOwned>(
    op: &'static str,
    settings: &Settings,
    answer: &Answer,
) -> Result<T, ChannelError> {
    if let Some(error) = http_fault(op, answer) {
        return Err(refusal(op, settings, answer, error));
    }
    let not_json = |message: String| {
        ChannelError::new(ErrorKind::Protocol, op, message)
            .with_code(NOT_JSON)
            .with_advice(Localized::new(
                "网站回了一个页面而不是数据：可能是登录页、防火墙或缓存，请在浏览器中打开 base_url 核对",
                "the site sent a page instead of data, perhaps a log-in page, a firewall or a cache: open base_url in a browser",
            ))
    };
    let kind = answer.header("content-type").unwrap_or_default();
    if !kind.contains("json") {
        return Err(not_json(format!("the answer is of type {kind:?}")));
    }
    serde_json::from_slice(&answer.body)
        .map_err(|e| not_json(format!("the answer is not as documented: {e}")))
}

/// What a refused call means. The status has been judged already; a code of WordPress is more exact.
fn refusal(
    op: &'static str,
    settings: &Settings,
    answer: &Answer,
    by_status: ChannelError,
) -> ChannelError {
    let refused: Refused = serde_json::from_slice(&answer.body).unwrap_or_default();
    let known = CODES.iter().find(|row| row.code == code(&refused));
    let Some(row) = known else {
        let is_code = |code: &str| {
            let fits = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
            (1..=60).contains(&code.len()) && code.chars().all(fits)
        };
        let error = by_proxy(settings, answer, by_status);
        return match code(&refused) {
            unknown if is_code(unknown) => error.with_code(unknown),
            _ => error,
        };
    };
    // 401 under any name means that nobody is logged in.
    let class = if answer.status == 401 {
        LogIn
    } else {
        row.class
    };
    let (kind, retry, effect) = match class {
        Fix | Gone => (ErrorKind::Rejected, Retry::Never, Effect::None),
        LogIn | Rights => (ErrorKind::Unauthorized, Retry::Never, Effect::None),
        Setup => (ErrorKind::Config, Retry::Never, Effect::None),
        Resend => (ErrorKind::Unavailable, Retry::Backoff, Effect::None),
        Busy => {
            let retry = retry_after(answer).map_or(Retry::Backoff, Retry::After);
            (ErrorKind::Unavailable, retry, Effect::Unknown)
        }
    };
    let advice = if class == LogIn {
        log_in(settings)
    } else {
        Localized::new(row.zh, row.en)
    };
    ChannelError::new(kind, op, row.en)
        .with_retry(retry)
        .with_effect(effect)
        .with_code(row.code)
        .with_advice(advice)
}

/// A lookup without rights is refused as a wrong field; the real cause is further inside.
fn code(refused: &Refused) -> &str {
    let inner = refused.data.pointer("/details/status/code");
    match inner.and_then(Value::as_str) {
        Some(inner) if inner == "rest_forbidden_status" => inner,
        _ => &refused.code,
    }
}

fn log_in(settings: &Settings) -> Localized {
    let (user, place) = (&settings.user, &settings.password_place);
    Localized::new(
        format!("请核对用户 {user} 的应用程序密码（{place}），确认该用户仍在"),
        format!(
            "check the application password of {user} ({place}), and that the user is still there"
        ),
    )
}

fn by_proxy(settings: &Settings, answer: &Answer, error: ChannelError) -> ChannelError {
    match answer.status {
        401 => error.with_advice(log_in(settings)),
        403 => error.with_advice(Localized::new(
            "网站服务器或安全插件拒绝了本机：请管理员放行本机地址和接口 wp-json",
            "the site's server or a security plug-in turns us away: have our address and wp-json let through",
        )),
        404 => error.with_advice(Localized::new(
            "该地址上没有 WordPress 接口：请核对 base_url 是否为网站首页，后台“固定链接”不能选“朴素”",
            "no REST interface at this address: check that base_url is the home page and that permalinks are not plain",
        )),
        413 => error.with_code(PROXY).with_advice(Localized::new(
            "文件超过网站服务器允许的大小：请压缩，或请管理员调高上限后改 upload_bytes",
            "the file is larger than the site's server takes: make it smaller, or have the limit raised and set upload_bytes",
        )),
        300..=399 => error.with_advice(Localized::new(
            "网站把接口转到别的地址：请把 base_url 改为浏览器最后停留的地址",
            "the site redirects its interface: set base_url to the address where a browser ends up",
        )),
        _ => error,
    }
}

/// Whether a fault means that there is nothing under this number.
pub(super) fn is_gone(error: &ChannelError) -> bool {
    let code = error.remote_code().unwrap_or_default();
    matches!(
        code,
        "rest_post_invalid_id" | "rest_already_trashed" | "rest_term_invalid"
    )
}

/// The number of the term that is there already.
pub(super) fn existing_term(answer: &Answer) -> Option<u64> {
    let refused: Refused = serde_json::from_slice(&answer.body).ok()?;
    let id = refused.data.get("term_id")?.as_u64()?;
    (refused.code == "term_exists").then_some(id)
}
