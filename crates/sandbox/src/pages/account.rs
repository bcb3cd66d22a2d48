//! The WeChat account as its readers' phones show it.

use std::collections::HashMap;

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{Response, StatusCode};
use maud::{Markup, PreEscaped, html};

use super::{bar, first_letter, missing, page, picture};
use crate::clock::beijing_text;
use crate::sandbox::Sandbox;
use crate::wechat::{Account, Article};

const CALLS_SHOWN: usize = 12;

pub(crate) async fn wechat_picture(
    State(sandbox): State<Sandbox>,
    Path((id, _size)): Path<(String, String)>,
) -> Response<Body> {
    let world = sandbox.world();
    let found = world.wechat.materials.iter().find(|m| m.file == id);
    picture(found.map(|m| m.bytes.clone()))
}

type Parameters = HashMap<String, String>;

pub(crate) async fn article(
    State(sandbox): State<Sandbox>,
    Query(query): Query<Parameters>,
) -> Response<Body> {
    let now = sandbox.now_ms();
    let mut world = sandbox.world();
    let account = &mut world.wechat;
    account.settle(now);
    let mid = query.get("mid").and_then(|mid| mid.parse::<u64>().ok());
    let index = query
        .get("idx")
        .and_then(|idx| idx.parse::<usize>().ok())
        .and_then(|idx| idx.checked_sub(1))
        .unwrap_or(0);
    let sn = query.get("sn").map(String::as_str).unwrap_or_default();
    let published = account.published.iter().find(|p| Some(p.publish_id) == mid);
    if let Some(published) = published
        && let Some(article) = published.articles.get(index)
        && article.sn == sn
    {
        if published.banned {
            return gone("此内容因违规无法查看");
        }
        if article.deleted {
            return gone("该内容已被发布者删除");
        }
        return reader_page(account, article, published.at, None);
    }
    let draft = account.drafts.iter().find(|d| Some(d.mid) == mid);
    match draft.and_then(|draft| Some((draft.articles.get(index)?, draft.updated))) {
        Some((article, at)) if article.sn == sn => {
            reader_page(account, article, at, Some("草稿预览，尚未发布"))
        }
        _ => gone("链接已过期"),
    }
}

fn gone(why: &str) -> Response<Body> {
    let body = html! {
        main.gone { div.mark { "!" } h1 { (why) } }
    };
    page(StatusCode::GONE, why, "white", &body)
}

fn reader_page(
    account: &Account,
    article: &Article,
    at: i64,
    note: Option<&str>,
) -> Response<Body> {
    let body = html! {
        @if let Some(note) = note { p.ribbon { (note) } }
        main { article.reader {
            h1 { (article.title) }
            p.byline {
                @if !article.author.is_empty() { span.author { (article.author) } " " }
                span.account { (account.settings.name) } " "
                time { (beijing_text(at)) }
            }
            // The platform cleaned it when it was stored.
            div.content { (PreEscaped(&article.content)) }
            @if article.newspic {
                @for id in &article.pictures {
                    @if let Some(m) = account.materials.iter().find(|m| m.media_id == *id) {
                        img.newspic src=(m.url) alt="";
                    }
                }
            }
            @if !article.content_source_url.is_empty() {
                p.source { a href=(article.content_source_url) rel="noreferrer" { "阅读原文" } }
            }
        } }
    };
    page(StatusCode::OK, &article.title, "white", &body)
}

pub(crate) async fn phone(
    State(sandbox): State<Sandbox>,
    Query(query): Query<Parameters>,
) -> Response<Body> {
    let now = sandbox.now_ms();
    let mut world = sandbox.world();
    world.wechat.settle(now);
    let account = &world.wechat;
    let drafts = match query.get("tab").map(String::as_str) {
        None | Some("published") => false,
        Some("drafts") => true,
        Some(other) => return missing(&format!("没有名为 {other} 的标签页")),
    };
    let name = &account.settings.name;
    let live = account.live_articles().count();
    let body = html! {
        (bar("微信公众号"))
        main.stage {
            div.phone {
                div.status { span { (clock_face(now)) } span.camera {} span.signal { "5G" } }
                div.screen {
                    div.profile {
                        span.avatar.wechat { (first_letter(name)) }
                        div {
                            h1 { (name) }
                            p {
                                @if account.settings.verified { span.badge { "已认证" } }
                                @else { span.badge.off { "未认证" } }
                                " " (live) " 篇文章"
                            }
                        }
                    }
                    nav.tabs aria-label="文章列表" {
                        a href="/wechat/phone" aria-current=[(!drafts).then_some("page")] { "已发布" }
                        a href="/wechat/phone?tab=drafts" aria-current=[drafts.then_some("page")] {
                            "草稿箱 " (account.drafts.len())
                        }
                    }
                    @if drafts { (draft_list(account)) } @else { (published_list(account)) }
                }
            }
            (witness(account))
        }
    };
    page(StatusCode::OK, name, "sandbox", &body)
}

/// The hours and minutes only.
fn clock_face(now: i64) -> String {
    let text = beijing_text(now);
    text.split(' ').next_back().unwrap_or_default().to_owned()
}

fn published_list(account: &Account) -> Markup {
    html! {
        @if account.published.is_empty() {
            p.empty { "还没有发布过文章" }
        }
        @for published in account.published.iter().rev() {
            p.when { (beijing_text(published.at)) }
            section.message.gone[published.gone()] {
                @for (index, article) in published.articles.iter().enumerate() {
                    @let gone = article.deleted || published.banned;
                    @let url = account.article_url(published.publish_id, index, article);
                    @let label = if published.banned { "已被平台处理" } else { "已删除" };
                    (entry(account, article, &url, index == 0, gone.then_some(label)))
                }
            }
        }
    }
}

fn draft_list(account: &Account) -> Markup {
    html! {
        @if account.drafts.is_empty() {
            p.empty { "草稿箱是空的" }
        }
        @for draft in account.drafts.iter().rev() {
            p.when { "更新于 " (beijing_text(draft.updated)) }
            section.message {
                @for (index, article) in draft.articles.iter().enumerate() {
                    @let url = account.article_url(draft.mid, index, article);
                    @let label = draft.lock.map_or("草稿", |_| "草稿 · 后台编辑中");
                    (entry(account, article, &url, index == 0, Some(label)))
                }
            }
        }
    }
}

fn entry(
    account: &Account,
    article: &Article,
    url: &str,
    first: bool,
    label: Option<&str>,
) -> Markup {
    let cover = account
        .materials
        .iter()
        .find(|m| m.media_id == article.thumb_media_id);
    html! {
        a.entry.first[first] href=(url) {
            @if let Some(cover) = cover { img src=(cover.url) alt=""; }
            @else { span.nocover {} }
            span.title {
                @if let Some(label) = label { span.label { (label) } }
                (article.title)
            }
        }
        @if first && !article.digest.is_empty() { p.digest { (article.digest) } }
    }
}

/// What a reader cannot see: how often each piece is out, and the last calls.
fn witness(account: &Account) -> Markup {
    let mut copies: Vec<(&str, usize)> = Vec::new();
    for article in account.live_articles() {
        let source = article.content_source_url.as_str();
        match copies.iter_mut().find(|(known, _)| *known == source) {
            Some((_, count)) => *count += 1,
            None => copies.push((source, 1)),
        }
    }
    let doubled: Vec<_> = copies.iter().filter(|(_, count)| *count > 1).collect();
    html! {
        aside.witness {
            h2 { "平台记录" }
            dl {
                dt { "在线文章" } dd { (copies.iter().map(|(_, count)| count).sum::<usize>()) }
                dt { "重复发布" }
                dd.bad[!doubled.is_empty()] {
                    @if doubled.is_empty() { "无" } @else { (doubled.len()) " 篇" }
                }
                dt { "素材" } dd { (account.materials.len()) }
                dt { "接口调用" } dd { (account.calls.len()) }
            }
            @for (source, count) in &doubled {
                p.bad { "同一原文链接在线 " (count) " 份：" code { (source) } }
            }
            h3 { "最近的调用" }
            ol.calls {
                @for call in account.calls.iter().rev().take(CALLS_SHOWN) {
                    @let said = |key: &str| call.get(key).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
                    @let outcome = match said("outcome").as_str() {
                        "ok" => "成功".to_owned(),
                        "later" => "稍后处理".to_owned(),
                        "not acted on" => "未处理".to_owned(),
                        code => format!("错误码 {code}"),
                    };
                    @let fault = call.pointer("/fault/kind").and_then(|v| v.as_str());
                    li {
                        code { (said("op")) }
                        span.bad[outcome != "成功" || fault.is_some()] {
                            (outcome)
                            @if let Some(kind) = fault { " · 故障 " (kind) }
                        }
                    }
                }
            }
            @if account.calls.is_empty() { p.empty { "还没有调用" } }
        }
    }
}
