//! Pages for a person: what the stand-ins hold, as readers and editors would see it.

mod account;
mod centre;
mod gateway;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse as _;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::picture::Kind;
use crate::sandbox::Sandbox;

pub(crate) use account::{article, phone, wechat_picture};
pub(crate) use centre::{county_picture, decide, inbox, inbox_item, item_page};
pub(crate) use gateway::{gateway_file, gateway_page};

const STYLE: &str = include_str!("pages/style.css");

/// Bodies come from elsewhere: nothing in them may run or fetch.
const SAFETY: &str = "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'";

fn page(status: StatusCode, title: &str, class: &str, body: &Markup) -> Response<Body> {
    let whole = html! {
        (DOCTYPE)
        html lang="zh-CN" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                link rel="icon" href="data:,";
                style { (PreEscaped(STYLE)) }
            }
            body class=(class) { (body) }
        }
    };
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, SAFETY),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (status, headers, whole.into_string()).into_response()
}

fn picture(bytes: Option<Vec<u8>>) -> Response<Body> {
    let Some(bytes) = bytes else {
        return (StatusCode::NOT_FOUND, "no such picture\n").into_response();
    };
    let kind = Kind::of(&bytes);
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(kind.content_type()),
    );
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    response
}

fn missing(what: &str) -> Response<Body> {
    let body = html! {
        main.notice { h1 { "没有找到" } p { (what) } p { a href="/" { "返回沙箱首页" } } }
    };
    page(StatusCode::NOT_FOUND, "没有找到", "plain", &body)
}

/// The bar on top of the sandbox's own pages; readers' pages go without it.
fn bar(here: &str) -> Markup {
    html! {
        header.bar {
            a.home href="/" { "沙箱" }
            span.here { (here) }
            span.hint { "演示环境 · 内容未发往任何真实平台" }
        }
    }
}

pub(crate) async fn index(State(sandbox): State<Sandbox>) -> Response<Body> {
    let now = sandbox.now_ms();
    let mut world = sandbox.world();
    world.wechat.settle(now);
    let account = &world.wechat;
    let live = account.live_articles().count();
    let body = html! {
        (bar("平台替身总览"))
        main.index {
            h1 { "平台替身" }
            p.lead {
                "这里替代真实的微信公众号与县级融媒体中心，收下并原样保存收到的一切，供人查看，也供测试核对。"
            }
            h2 { "微信公众号" }
            a.card href="/wechat/phone" {
                span.avatar.wechat { (first_letter(&account.settings.name)) }
                span.what {
                    strong { (account.settings.name) }
                    small { "AppID " (account.settings.appid) }
                }
                span.counts {
                    span { b { (live) } " 篇在线" }
                    span { b { (account.drafts.len()) } " 篇草稿" }
                    span { b { (account.materials.len()) } " 个素材" }
                }
            }
            h2 { "县级融媒体中心" }
            div.grid {
                @for (name, centre) in &world.county.centres {
                    a.card href={"/county/" (name) "/inbox"} {
                        span.avatar.county { (first_letter(&centre.settings.title)) }
                        span.what {
                            strong { (centre.settings.title) }
                            small { "/county/" (name) }
                        }
                        span.counts {
                            span { b { (centre.copies.iter().filter(|c| c.live()).count()) } " 件来稿" }
                            span { b { (centre.media.len()) } " 张图片" }
                        }
                    }
                }
            }
            h2 { "给测试用的接口" }
            ul.links {
                li { a href="/control/wechat/state" { code { "/control/wechat/state" } } " 公众号现在持有的一切" }
                @for name in world.county.centres.keys() {
                    li { a href={"/control/county/" (name) "/state"} { code { "/control/county/" (name) "/state" } } }
                }
                li { a href="/control/faults" { code { "/control/faults" } } " 已布置的故障" }
            }
        }
    };
    page(StatusCode::OK, "沙箱", "sandbox", &body)
}

fn first_letter(name: &str) -> String {
    name.chars().take(1).collect()
}
