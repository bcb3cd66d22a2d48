//! 发稿: give it a file; what was imported lately and its present state.

use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::{Html, IntoResponse as _, Redirect, Response},
};
use maud::{Markup, html};
use yigao_core::State as DeliveryState;
use yigao_engine::ItemRow;

use super::{
    Page,
    forms::tell,
    layout::{glyph, import_problems},
};
use crate::{
    api::items::item_states,
    app::{App, Shared},
    body::{Pairs, check_csrf},
    lang::Lang,
    problem::Problem,
    upload,
    who::Who,
};

pub(super) async fn show(
    State(app): State<Shared>,
    who: Who,
    lang: Lang,
    query: Pairs,
) -> Result<Html<String>, Problem> {
    let page = Page::new(&app, &who, lang);
    Ok(Html(
        draw(&app, &page, query.get("q"), None).await?.into_string(),
    ))
}

pub(super) async fn import(
    State(app): State<Shared>,
    who: Who,
    lang: Lang,
    request: Request,
) -> Result<Response, Problem> {
    let upload = upload::multipart(request, &app).await?;
    check_csrf(&app, who.session.as_ref(), upload.csrf.as_deref())?;
    match upload::ingest(&app, upload, &who.actor).await {
        Ok(ingested) => {
            let version = &ingested.put.version;
            let line = match (ingested.put.new, lang) {
                (true, Lang::Zh) => format!(
                    "已导入为版本 {}。请看下面的检查结果和各渠道稿，再批准发布。",
                    version.number
                ),
                (true, Lang::En) => format!(
                    "Imported as version {}. Look at the findings and renditions below, then approve.",
                    version.number
                ),
                (false, Lang::Zh) => {
                    format!("内容与版本 {} 完全相同，没有新建版本。", version.number)
                }
                (false, Lang::En) => format!(
                    "It is identical to version {}; no new version was made.",
                    version.number
                ),
            };
            let mut lines = vec![line];
            // Which, stands on the item's page until each is mended or answered.
            let open = ingested.findings.iter().filter(|f| f.is_open()).count();
            if open > 0 {
                lines.push(match lang {
                    Lang::Zh => {
                        format!("导入时发现 {open} 处，见下方检查结果：请改正，或逐条答复。")
                    }
                    Lang::En => format!(
                        "Import noticed {open} things, see the findings below: mend or answer each."
                    ),
                });
            }
            tell(&app, who.session.as_ref(), true, lines);
            Ok(Redirect::to(&format!("/items/{}", version.item)).into_response())
        }
        Err(problem) if problem.status.is_client_error() => {
            let page = Page::new(&app, &who, lang);
            let body = draw(&app, &page, None, Some(&problem)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(body.into_string())).into_response())
        }
        Err(problem) => Err(problem),
    }
}

async fn draw(
    app: &App,
    page: &Page,
    q: Option<&str>,
    problem: Option<&Problem>,
) -> Result<Markup, Problem> {
    let items = app.hub.items(q, 50).await?;
    let states = item_states(app, &items).await?;
    let title = page.pick("发稿", "Send");
    let body = html! {
        h1 { (title) }
        @if let Some(problem) = problem {
            div class="flash bad" role="alert" { p { (page.lang.localized(&problem.message)) } }
            (import_problems(page.lang, problem))
        }
        form class="drop" method="post" action="/send" enctype="multipart/form-data" {
            (page.csrf())
            div {
                label for="file" { strong { (page.pick("选择稿件", "Choose an item")) } }
                p class="muted" { (page.pick(
                    "一个 Markdown 文件，或把稿件和图片一起打成 zip（不超过 160 MB）。再次导入同名稿件即为新版本。",
                    "One Markdown file, or a zip of it with its pictures (at most 160 MB). The same name again makes a new version.")) }
                input id="file" type="file" name="file" required accept=".md,.markdown,.zip,.json,.txt";
            }
            button class="primary" { (page.pick("导入并预检", "Import and check")) }
        }
        div class="bar" {
            h2 { (page.pick("最近的稿件", "Recent items")) }
            form method="get" action="/send" role="search" {
                input type="search" name="q" value=[q] aria-label=(page.pick("查找标题或稿件名", "Find by title or name")) placeholder=(page.pick("标题或稿件名", "Title or name"));
                button { (page.pick("查找", "Find")) }
            }
        }
        @if items.is_empty() {
            p class="empty" { (page.pick(if q.is_some() { "没有符合的稿件。" } else { "还没有稿件：从上面导入第一篇。" }, if q.is_some() { "No item fits." } else { "No items yet: import the first one above." })) }
        } @else {
            div class="live" id="items" {
                table class="list items" {
                    thead { tr {
                        th { (page.pick("稿件", "Item")) } th { (page.pick("版本", "Version")) }
                        th { (page.pick("投递", "Deliveries")) } th { (page.pick("更新", "Changed")) }
                    } }
                    tbody { @for item in &items { (row(page, item, states.get(&item.id))) } }
                }
            }
        }
    };
    Ok(page.draw(title, "/send", body))
}

fn row(
    page: &Page,
    item: &ItemRow,
    states: Option<&std::collections::BTreeMap<&'static str, u32>>,
) -> Markup {
    html! {
        tr {
            td {
                a class="title" href={ "/items/" (item.id) } { (item.title) }
                div class="muted small" { (item.id)
                    @if let Some(by) = &item.held_by { " " span class="tag held" { "Ⅱ " (page.pick("暂扣", "held")) " · " (by) } }
                }
            }
            td class="num" { span class="v" { "v" } (item.latest) }
            td {
                @match states {
                    None => span class="muted" { (page.pick("尚未发布", "not published yet")) },
                    Some(states) => {
                        @for state in DeliveryState::ALL {
                            @if let Some(count) = states.get(state.name()) {
                                a class={ "state " (state.name()) } href={ "/deliveries?item=" (item.id) "&state=" (state.name()) } {
                                    span aria-hidden="true" { (glyph(state)) } " " (page.lang.state(state)) " " (count)
                                } " "
                            }
                        }
                    }
                }
            }
            td class="nowrap" { (page.time(item.updated_at)) }
        }
    }
}
