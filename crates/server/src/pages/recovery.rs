//! 善后: what failed since a time is tried again, what a destination missed is sent. First as a list, then by a button.

use axum::{
    extract::State,
    response::{Html, Redirect},
};
use maud::{Markup, html};
use yigao_core::{DestinationId, Localized, Timestamp, time::minute_in_shanghai};
use yigao_engine::input::time;

use super::{Page, forms::back};
use crate::{
    app::Shared,
    body::{Form, Name as _, Pairs},
    lang::Lang,
    problem::Problem,
    who::Who,
};

/// One that would be planned, or was: which, where to, and what is said about it.
struct Line {
    item: String,
    to: String,
    message: Option<Localized>,
}

/// The two forms that ask for a list; shown beneath the deliveries.
pub(super) fn forms(page: &Page, destinations: &[(DestinationId, String)]) -> Markup {
    html! {
        details class="ask trouble" {
            summary { (page.pick("善后：重试未成的、补发错过的", "After trouble: what failed, what was missed")) }
            form method="get" action="/deliveries/recover" {
                label { (page.pick("从何时起未成的（北京时间）", "Failed since (Beijing time)"))
                    input type="datetime-local" name="since" required; }
                button { (page.pick("列出来看", "List them")) }
            }
            form method="get" action="/deliveries/replay" {
                label { (page.pick("哪个目的账号错过的", "Missed by"))
                    select name="to" required { @for (id, name) in destinations { option value=(id) { (name) } } } }
                button { (page.pick("列出来看", "List them")) }
            }
        }
    }
}

fn list(page: &Page, title: &str, lines: &[Line], confirm: Markup) -> Html<String> {
    let body = html! {
        h1 { (title) }
        @if lines.is_empty() {
            p class="empty" { (page.pick("没有。", "None.")) }
        } @else {
            p { (page.pick("还什么都没做。", "Nothing has been done yet.")) " " (lines.len()) " " (page.pick("个：", "of them:")) }
            ul class="recovery" { @for line in lines {
                li { a href={ "/items/" (line.item) } { (line.item) } " → " (line.to)
                    @if let Some(message) = &line.message { ": " (page.lang.localized(message)) } }
            } }
            (confirm)
        }
        p { a href="/deliveries" { (page.pick("回到投递", "Back to the deliveries")) } }
    };
    Html(page.draw(title, "/deliveries", body).into_string())
}

fn since(text: Option<&str>) -> Result<Timestamp, Problem> {
    Ok(time(text.unwrap_or_default())?)
}

fn destination(text: Option<&str>) -> Result<DestinationId, Problem> {
    DestinationId::read(text.unwrap_or_default())
}

pub(super) async fn would_recover(
    State(app): State<Shared>,
    who: Who,
    lang: Lang,
    query: Pairs,
) -> Result<Html<String>, Problem> {
    let since = since(query.only(&["since"])?.get("since"))?;
    let found = app.hub.recover(since, None, true, &who.actor).await?;
    let lines: Vec<Line> = found
        .into_iter()
        .map(|one| Line {
            item: one.item.to_string(),
            to: one.destination.to_string(),
            message: one.message,
        })
        .collect();
    let page = Page::new(&app, &who, lang);
    let from = minute_in_shanghai(since);
    let title = match lang {
        Lang::Zh => format!("{from} 以来失败、之后没有更新的"),
        Lang::En => format!("failed since {from}, and nothing newer came after"),
    };
    let confirm = html! {
        form method="post" action="/deliveries/recover" class="one" {
            (page.csrf()) input type="hidden" name="since" value=(since);
            button class="primary" { (page.pick("全部重试", "Try all again")) }
        }
    };
    Ok(list(&page, &title, &lines, confirm))
}

pub(super) async fn would_replay(
    State(app): State<Shared>,
    who: Who,
    lang: Lang,
    query: Pairs,
) -> Result<Html<String>, Problem> {
    let to = destination(query.only(&["to"])?.get("to"))?;
    let found = app.hub.replay(&to, false, true, &who.actor).await?;
    let lines: Vec<Line> = found
        .into_iter()
        .map(|one| Line {
            item: one.item.to_string(),
            to: to.to_string(),
            message: None,
        })
        .collect();
    let page = Page::new(&app, &who, lang);
    let known = app.hub.destinations.get(&to);
    let name = known.map_or_else(|| to.to_string(), |known| known.name.clone());
    let title = match lang {
        Lang::Zh => format!("{name}错过的：别处已发布，这里从未发过"),
        Lang::En => format!("missed by {name}: out elsewhere, never sent here"),
    };
    let confirm = html! {
        form method="post" action="/deliveries/replay" class="one" {
            (page.csrf()) input type="hidden" name="to" value=(to);
            label class="check" { input type="checkbox" name="approve" value="yes"; (page.pick("这些成品由我批准", "I approve these renditions")) }
            button class="primary" { (page.pick("全部补发", "Send them all")) }
        }
    };
    Ok(list(&page, &title, &lines, confirm))
}

/// What was planned and what was not, a line each.
fn report(lang: Lang, planned: usize, left_out: Vec<(String, Localized)>) -> Vec<String> {
    let mut lines = vec![match lang {
        Lang::Zh => format!("已安排 {planned} 个投递。"),
        Lang::En => format!("{planned} deliveries are planned."),
    }];
    let left_out = left_out.into_iter();
    lines.extend(left_out.map(|(name, message)| format!("{name}：{}", lang.localized(&message))));
    lines
}

pub(super) async fn recover(
    State(app): State<Shared>,
    lang: Lang,
    form: Form,
) -> Result<Redirect, Problem> {
    let done = async {
        let since = since(form.fields.get("since"))?;
        let found = app.hub.recover(since, None, false, &form.actor).await?;
        let planned = found.iter().filter(|one| one.planned.is_some()).count();
        let left_out = found
            .into_iter()
            .filter_map(|one| Some((format!("{} → {}", one.item, one.destination), one.left_out?)));
        Ok(report(lang, planned, left_out.collect()))
    };
    let done = done.await;
    back(&app, &form, lang, "/deliveries".to_owned(), done)
}

pub(super) async fn replay(
    State(app): State<Shared>,
    lang: Lang,
    form: Form,
) -> Result<Redirect, Problem> {
    let done = async {
        let to = destination(form.fields.get("to"))?;
        let approve = form.fields.get("approve").is_some();
        let found = app.hub.replay(&to, approve, false, &form.actor).await?;
        let planned = found.iter().filter(|one| one.planned.is_some()).count();
        let left_out = found
            .into_iter()
            .filter_map(|one| Some((one.item.to_string(), one.left_out?)));
        Ok(report(lang, planned, left_out.collect()))
    };
    let done = done.await;
    back(&app, &form, lang, "/deliveries".to_owned(), done)
}
