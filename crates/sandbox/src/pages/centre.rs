//! A county centre's inbox and its public page of an item.

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{Response, StatusCode};
use axum::response::{IntoResponse as _, Redirect};
use maud::{Markup, PreEscaped, html};
use serde_json::Value;

use super::{bar, first_letter, missing, page, picture};
use crate::clock::beijing_text;
use crate::county::{Centre, Copy, CopyState, Item, Version};
use crate::html::{Link, Policy, clean};
use crate::sandbox::Sandbox;

const THUMBNAILS: usize = 4;

pub(crate) async fn county_picture(
    State(sandbox): State<Sandbox>,
    Path((name, sha)): Path<(String, String)>,
) -> Response<Body> {
    let world = sandbox.world();
    let centre = world.county.centres.get(&name);
    picture(centre.and_then(|centre| centre.media.get(&sha).cloned()))
}

fn state_text(state: CopyState) -> (&'static str, &'static str) {
    match state {
        CopyState::Received => ("待处理", "received"),
        CopyState::Adopted => ("已采用", "adopted"),
        CopyState::Returned => ("已退稿", "returned"),
        CopyState::Withdrawn => ("来稿方已撤稿", "withdrawn"),
    }
}

fn badge(state: CopyState) -> Markup {
    let (text, class) = state_text(state);
    html! { span class={"state " (class)} { (text) } }
}

/// The body for showing: allow-listed, its pictures pointing here.
fn body_of(name: &str, item: &Item) -> String {
    let policy = Policy {
        image: &|src| {
            let found = item.pictures.iter().find(|p| p.href == src)?;
            Some(format!("/county/{name}/picture/{}", found.sha256))
        },
        link: &|href| {
            if href.starts_with("https://") || href.starts_with("http://") {
                Link::Keep
            } else {
                Link::Strip
            }
        },
        style: &str::to_owned,
        br: "<br>",
    };
    // Links are kept or stripped, never refused, so there is always a body.
    clean(&item.html, &policy).unwrap_or_default()
}

fn article(name: &str, item: &Item) -> Markup {
    let body = body_of(name, item);
    html! {
        @if !item.summary.is_empty() { p.summary { (item.summary) } }
        div.content.press { (PreEscaped(&body)) }
        @for shown in &item.pictures {
            @let address = format!("/county/{name}/picture/{}", shown.sha256);
            // Pictures that the body does not place itself stand below it.
            @if !body.contains(&address) {
                figure {
                    img src=(address) alt=(shown.caption);
                    @if !shown.caption.is_empty() { figcaption { (shown.caption) } }
                }
            }
        }
    }
}

pub(crate) async fn item_page(
    State(sandbox): State<Sandbox>,
    Path((name, id)): Path<(String, String)>,
) -> Response<Body> {
    let world = sandbox.world();
    let Some((centre, copy)) = find(&world.county.centres, &name, &id) else {
        return missing("没有这件稿件");
    };
    if !copy.live() {
        let why = if copy.state == CopyState::Withdrawn {
            "该稿件已撤回"
        } else {
            "该稿件未被采用"
        };
        let body = html! { main.gone { div.mark { "!" } h1 { (why) } } };
        return page(StatusCode::GONE, why, "white", &body);
    }
    let Some(version) = copy.current() else {
        return missing("没有这件稿件");
    };
    let body = html! {
        header.masthead { (centre.settings.title) }
        main { article.reader {
            h1 { (version.item.headline) }
            p.byline {
                span.account { (centre.settings.title) } " "
                time { (beijing_text(copy.updated)) }
            }
            (article(&name, &version.item))
        } }
    };
    page(StatusCode::OK, &version.item.headline, "white", &body)
}

fn find<'c>(
    centres: &'c std::collections::BTreeMap<String, Centre>,
    name: &str,
    id: &str,
) -> Option<(&'c Centre, &'c Copy)> {
    let centre = centres.get(name)?;
    let copy = centre.copies.iter().find(|copy| copy.id == id)?;
    Some((centre, copy))
}

pub(crate) async fn inbox(
    State(sandbox): State<Sandbox>,
    Path(name): Path<String>,
) -> Response<Body> {
    let world = sandbox.world();
    let Some(centre) = world.county.centres.get(&name) else {
        return missing("没有这个融媒体中心");
    };
    let title = &centre.settings.title;
    let waiting = centre
        .copies
        .iter()
        .filter(|c| c.state == CopyState::Received)
        .count();
    let body = html! {
        (bar("县级融媒体中心"))
        main.inbox {
            div.head {
                span.avatar.county { (first_letter(title)) }
                div {
                    h1 { (title) }
                    p { "收件箱 · 共 " (centre.copies.len()) " 件，待处理 " (waiting) " 件" }
                }
            }
            @if centre.copies.is_empty() {
                p.empty { "还没有来稿" }
            }
            ul.items {
                @for copy in centre.copies.iter().rev() { (row(&name, centre, copy)) }
            }
        }
    };
    page(StatusCode::OK, title, "sandbox", &body)
}

fn row(name: &str, centre: &Centre, copy: &Copy) -> Markup {
    let same = centre.copies.iter().filter(|c| c.uri == copy.uri).count();
    let version = copy.current();
    let pictures = version
        .map(|v| v.item.pictures.as_slice())
        .unwrap_or_default();
    html! {
        li {
            a href={"/county/" (name) "/inbox/" (copy.id)} {
                div.main {
                    p.line {
                        (badge(copy.state))
                        @if same > 1 { span.state.double { "重复来稿 " (same) " 份" } }
                        @if copy.versions.len() > 1 { span.muted { (copy.versions.len()) " 个版本" } }
                    }
                    h2 { (version.map_or("（无标题）", |v| v.item.headline.as_str())) }
                    @if let Some(reason) = copy.reason.as_ref().filter(|r| !r.is_empty()) {
                        p.reason { "退稿理由：" (reason) }
                    }
                    p.muted.meta { time { (beijing_text(copy.received)) " 收到" } code { (copy.uri) } }
                }
                @if !pictures.is_empty() {
                    div.thumbs {
                        @for shown in pictures.iter().take(THUMBNAILS) {
                            img src={"/county/" (name) "/picture/" (shown.sha256)} alt=(shown.caption);
                        }
                    }
                }
            }
        }
    }
}

pub(crate) async fn inbox_item(
    State(sandbox): State<Sandbox>,
    Path((name, id)): Path<(String, String)>,
) -> Response<Body> {
    let world = sandbox.world();
    let Some((centre, copy)) = find(&world.county.centres, &name, &id) else {
        return missing("没有这件稿件");
    };
    let Some(version) = copy.current() else {
        return missing("没有这件稿件");
    };
    let body = html! {
        (bar("县级融媒体中心"))
        main.detail {
            p.back { a href={"/county/" (name) "/inbox"} { "‹ " (centre.settings.title) " 收件箱" } }
            div.columns {
                article.reader.sheet {
                    h1 { (version.item.headline) }
                    (article(&name, &version.item))
                }
                aside.side {
                    (decision(&name, copy))
                    (metadata(centre, copy, version))
                    (history(copy))
                }
            }
        }
    };
    page(StatusCode::OK, &version.item.headline, "sandbox", &body)
}

fn decision(name: &str, copy: &Copy) -> Markup {
    let action = |what: &str| format!("/county/{name}/inbox/{}/{what}", copy.id);
    html! {
        section.panel {
            p.line { (badge(copy.state)) }
            @if let Some(reason) = copy.reason.as_ref().filter(|r| !r.is_empty()) {
                p.reason { "退稿理由：" (reason) }
            }
            @if copy.state == CopyState::Withdrawn {
                p.muted { "来稿方已撤稿，不能再处理。" }
            } @else {
                form method="post" action=(action("adopt")) {
                    button.primary type="submit" disabled[copy.state == CopyState::Adopted] { "采用" }
                }
                form.return method="post" action=(action("return")) {
                    label for="reason" { "退稿理由" }
                    input #reason name="reason" maxlength="200" placeholder="例如：图片不清晰，请换一张" required;
                    button type="submit" { "退稿" }
                }
            }
            @if copy.live() {
                p { a href={"/county/" (name) "/items/" (copy.id) "/page"} { "查看读者页面" } }
            }
        }
    }
}

fn metadata(centre: &Centre, copy: &Copy, version: &Version) -> Markup {
    let plain = |key: &str| match version.item.json.get(key) {
        Some(Value::String(text)) => Some(text.clone()),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    let ids = version.item.json.get("altIds").and_then(Value::as_array);
    let same = centre.copies.iter().filter(|c| c.uri == copy.uri).count();
    let others = centre
        .copies
        .iter()
        .filter(|c| c.uri == copy.uri && c.id != copy.id);
    html! {
        section.panel {
            h2 { "来稿信息" }
            table {
                tr { th { "编号" } td { code { (copy.id) } } }
                tr { th { "标识" } td { code { (copy.uri) } } }
                tr {
                    th { "同稿份数" }
                    td {
                        span.bad[same > 1] { (same) }
                        @for other in others { br; a href=(other.id) { "另一份 " (other.id) } }
                    }
                }
                tr { th { "版本" } td { (version.item.version) } }
                @for (key, name) in [("by", "作者"), ("copyrightHolder", "版权"), ("usageTerms", "使用要求"),
                    ("edNote", "编辑须知"), ("urgency", "紧急程度"), ("embargoedUntil", "发布时限"), ("language", "语言")] {
                    @if let Some(text) = plain(key) { tr { th { (name) } td { (text) } } }
                }
                @for entry in ids.into_iter().flatten() {
                    @let part = |key: &str| entry.get(key).and_then(Value::as_str).unwrap_or_default();
                    tr { th { (part("role")) } td { (part("value")) } }
                }
                tr { th { "图片" } td { (version.item.pictures.len()) " 张" } }
                tr { th { "收到" } td { (beijing_text(copy.received)) } }
            }
        }
    }
}

fn history(copy: &Copy) -> Markup {
    html! {
        section.panel {
            h2 { "版本与处理" }
            ol.history {
                @for event in copy.events.iter().rev() {
                    @let part = |key: &str| event.get(key).and_then(Value::as_str).unwrap_or_default();
                    @let what = match part("what") {
                        "received" => "收到",
                        "corrected" => "收到更正",
                        "withdrawn" => "收到撤稿通知",
                        "adopted" => "采用",
                        _ => "退稿",
                    };
                    li {
                        strong { (what) }
                        @if !part("version").is_empty() { " 第 " (part("version")) " 版" }
                        @if !part("reason").is_empty() { "：" (part("reason")) }
                        br;
                        span.muted { (beijing_text(event.get("at").and_then(Value::as_i64).unwrap_or(0))) }
                    }
                }
            }
        }
    }
}

pub(crate) async fn decide(
    State(sandbox): State<Sandbox>,
    Path((name, id, what)): Path<(String, String, String)>,
    body: Bytes,
) -> Response<Body> {
    let reason = url::form_urlencoded::parse(&body)
        .find(|(key, _)| key == "reason")
        .map(|(_, reason)| reason.into_owned());
    let order = match what.as_str() {
        "adopt" => serde_json::json!({"do": "adopt", "id": id}),
        "return" => {
            serde_json::json!({"do": "return", "id": id, "reason": reason.unwrap_or_default()})
        }
        _ => return missing("没有这个操作"),
    };
    match sandbox.county_staff(&name, &order) {
        Ok(_) => Redirect::to(&format!("/county/{name}/inbox/{id}")).into_response(),
        Err(why) => missing(&why),
    }
}
