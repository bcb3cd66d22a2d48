//! 目的账号: health, and the buttons pause, resume, check.

use axum::{extract::State, response::Html};
use maud::{Markup, html};
use yigao_channel::{Completion, Correction, Withdrawal};

use super::Page;
use crate::{
    api::{destinations::all, dto::DestinationView},
    app::Shared,
    lang::{Lang, when},
    problem::Problem,
    who::Who,
};

pub(super) async fn show(
    State(app): State<Shared>,
    who: Who,
    lang: Lang,
) -> Result<Html<String>, Problem> {
    let rows = all(&app).await?;
    let page = Page::new(&app, &who, lang);
    let title = page.pick("目的账号", "Destinations").to_owned();
    let body = html! {
        h1 { (title) }
        @if rows.is_empty() { p class="empty" { (page.pick("还没有配置目的账号：在配置目录的 destinations 下加一个文件。", "No destinations yet: add a file under destinations in the configuration.")) } }
        div class="destinations" { @for row in &rows { (card(&page, row)) } }
    };
    Ok(Html(page.draw(&title, "/destinations", body).into_string()))
}

fn card(page: &Page, row: &DestinationView) -> Markup {
    let (class, words) = health(page, row);
    let address = |verb: &str| format!("/destinations/{}/{verb}", row.id);
    html! {
        article class="destination" aria-label=(row.name) {
            header { h2 { (row.name) } span class="muted small" { (row.id) " · " (page.lang.channel(&row.channel)) @if row.home { (page.pick(" · 首发网站", " · place of record")) } } }
            p class={ "health " (class) } { (words) }
            @if row.configured {
                p class="muted small" { (manners(page, row)) }
                p class="muted small" { code { (row.identity) } }
            }
            div class="row" {
                @if row.configured { (page.button(&address("check"), "", page.pick("检查", "Check"))) }
                @if row.paused_by.is_some() || row.drained_by.is_some() || row.tripped_until.is_some() { (page.button(&address("resume"), "primary", page.pick("恢复", "Resume"))) }
                @if row.paused_by.is_none() { (page.with_reason(&address("pause"), page.pick("暂停", "Pause"), page.pick("例如：对方系统升级", "for example: their upgrade"))) }
                @if row.drained_by.is_none() { (page.with_reason(&address("drain"), page.pick("排空", "Drain"), page.pick("例如：要换账号，先发完手上的", "for example: the account is to change, what is under way first"))) }
                a class="button" href={ "/deliveries?destination=" (row.id) } { (page.pick("看投递", "Deliveries")) }
            }
        }
    }
}

/// Cause, who, what next, when.
fn health(page: &Page, row: &DestinationView) -> (&'static str, String) {
    let lang = page.lang;
    let tripped = row
        .tripped_until
        .filter(|until| *until > page.now)
        .map(|until| when(until, page.now, lang));
    match (&row.paused_by, tripped, row.failures) {
        _ if !row.configured => (
            "bad",
            lang.pick(
                "✕ 本程序没有它的配置：恢复其配置文件后重启",
                "✕ this program has no configuration for it: restore its file and restart",
            )
            .to_owned(),
        ),
        (Some(by), _, _) => {
            let why = row.paused_why.as_deref().unwrap_or_default();
            (
                "held",
                match lang {
                    Lang::Zh => format!("Ⅱ {by} 已暂停：{why}；点“恢复”后继续投递"),
                    Lang::En => format!("Ⅱ paused by {by}: {why}; resume to continue"),
                },
            )
        }
        (None, None, _) if row.drained_by.is_some() => {
            let by = row.drained_by.as_deref().unwrap_or_default();
            let why = row.drained_why.as_deref().unwrap_or_default();
            (
                "held",
                match lang {
                    Lang::Zh => {
                        format!("⇥ {by} 已排空：{why}；不接新投递，在进行的会做完，撤稿随时可以")
                    }
                    Lang::En => format!(
                        "⇥ drained by {by}: {why}; nothing new is taken, what is under way continues, and so do withdrawals"
                    ),
                },
            )
        }
        (None, Some(until), failures) => (
            "bad",
            match lang {
                Lang::Zh => format!(
                    "✕ 连续 {failures} 次出错，暂不尝试；{until}自动再试，也可点“恢复”立即再试"
                ),
                Lang::En => format!(
                    "✕ {failures} faults in a row; tried again automatically {until}, or resume now"
                ),
            },
        ),
        (None, None, 0) => ("good", lang.pick("✓ 正常", "✓ well").to_owned()),
        (None, None, failures) => (
            "warn",
            match lang {
                Lang::Zh => format!("! 最近连续 {failures} 次出错，仍在自动重试；可点“检查”看原因"),
                Lang::En => format!(
                    "! {failures} faults in a row, still retrying automatically; check to see why"
                ),
            },
        ),
    }
}

fn manners(page: &Page, row: &DestinationView) -> String {
    let pick = |zh, en| page.pick(zh, en);
    let correction = match row.correction {
        Some(Correction::InPlace) => pick("原处更正", "corrected in place"),
        Some(Correction::Republish) => pick(
            "更正为重发并删旧",
            "corrected by a new one, the old deleted",
        ),
        Some(Correction::ByHand) => pick("更正由对方人工执行", "corrected by their people"),
        None => "",
    };
    let withdraw = match row.withdraw {
        Some(Withdrawal::Remote) => pick("可自动撤稿", "withdrawn by us"),
        Some(Withdrawal::ByHand) => pick("撤稿由对方人工执行", "withdrawn by their people"),
        None => "",
    };
    let completion = match row.completion {
        Some(Completion::Immediate) => pick("当场有回执", "receipt at once"),
        Some(Completion::Polled) => pick("受理后查询结果", "accepted, then polled"),
        Some(Completion::Person) => pick("由对方人员确认", "confirmed by a person"),
        None => "",
    };
    let parts: Vec<&str> = [completion, correction, withdraw]
        .into_iter()
        .filter(|p| !p.is_empty())
        .collect();
    parts.join(pick("；", "; "))
}
