//! One delivery: its present state, what to do, and the timeline of its attempts with steps and redacted exchanges.

use axum::{extract::State, response::Html};
use maud::{Markup, html};
use yigao_core::html::is_safe_link;
use yigao_core::{
    Asks, By, Delivery, DeliveryId, Intent, State as DeliveryState,
    journal::{Entry, EntryState, Message},
};
use yigao_engine::{AttemptRow, ExchangeRow, LedgerRow, NoticeRow, seen_digest};

use super::{
    Page, layout,
    said::{said, spelt},
};
use crate::{
    api::{deliveries::detail, dto::DeliveryDetail},
    app::Shared,
    body::Named,
    handed::Answer,
    lang::Lang,
    problem::Problem,
    sentence::{is_drift, sentence},
    who::Who,
};

/// Characters of a request or an answer that are shown: more froze pages elsewhere.
const SHOWN: usize = 8_000;
pub(super) async fn show(
    State(app): State<Shared>,
    who: Who,
    lang: Lang,
    Named(id): Named<DeliveryId>,
) -> Result<Html<String>, Problem> {
    let known = detail(&app, &id).await?;
    let delivery = &known.delivery.delivery;
    let version = app
        .hub
        .version(&delivery.item, Some(delivery.version))
        .await?;
    let destination = app
        .hub
        .destinations
        .get(&delivery.destination)
        .map_or_else(|| delivery.destination.to_string(), |d| d.name.clone());
    let page = Page::new(&app, &who, lang);
    let title = format!("{} → {destination}", version.content.title);
    let body = html! {
        p class="crumb" { a href="/deliveries" { "← " (page.pick("投递", "Deliveries")) } }
        div class="live" id="head" {
            h1 { a href={ "/items/" (delivery.item) } { (version.content.title) } " → " (destination) }
            p class="lead" { (layout::state(lang, delivery)) " " span class="tag" { (lang.intent(delivery.intent)) " v" (delivery.version) } " " (said(&page, lang.localized(&sentence(delivery, page.now)))) }
        }
        (actions(&page, delivery))
        div class="live columns" id="record" {
            div { h2 { (page.pick("经过", "Timeline")) } (timeline(&page, &known)) }
            aside { h2 { (page.pick("事实", "Facts")) } (facts(&page, delivery)) (observation(&page, delivery)) (callbacks(&page, delivery, &known.callbacks)) (notices(&page, &known.notices)) }
        }
        (ledger(&page, &known.ledger))
    };
    Ok(Html(page.draw(&title, "/deliveries", body).into_string()))
}

fn actions(page: &Page, delivery: &Delivery) -> Markup {
    let retry = format!("/deliveries/{}/retry", delivery.id);
    match delivery.state {
        DeliveryState::Failed => {
            html! { section class="actions" { (page.button(&retry, "primary", page.pick("重试（另起一个投递）", "Retry as a new delivery"))) } }
        }
        DeliveryState::Waiting => {
            html! { section class="actions" {
                (page.button(&retry, "", page.pick("不等了，现在就试", "Try now")))
                @if delivery.fence == 0 { (page.button(&format!("/deliveries/{}/cancel", delivery.id), "", page.pick("取消（还没有发出过）", "Cancel (nothing was sent)"))) }
            } }
        }
        DeliveryState::Accepted => {
            html! { section class="actions" { (page.button(&retry, "", page.pick("现在就问一次", "Ask now"))) } }
        }
        DeliveryState::InDoubt => decide(page, delivery),
        DeliveryState::Delivered => put_back(page, delivery),
        DeliveryState::Working | DeliveryState::Unconfirmed | DeliveryState::Superseded => html! {},
    }
}

/// Where somebody changed what is public there: what was approved is put back over exactly what was read.
fn put_back(page: &Page, delivery: &Delivery) -> Markup {
    let seen =
        seen_digest(delivery).filter(|_| is_drift(delivery) && delivery.intent != Intent::Withdraw);
    html! {
        @if let Some(digest) = seen {
            section class="actions" {
                form method="post" action={ "/items/" (delivery.item) "/overwrite" } class="one" {
                    (page.csrf()) input type="hidden" name="overwrite" value={ (delivery.destination) "=" (digest) };
                    button { (page.pick("按批准的改回去，覆盖所见", "Put back what was approved over what was seen")) }
                }
            }
        }
    }
}

fn decide(page: &Page, delivery: &Delivery) -> Markup {
    let action = format!("/deliveries/{}/decide", delivery.id);
    let doubt = delivery.doubt.as_ref();
    html! {
        section id="decide" class="decide" aria-labelledby="h-decide" {
            h2 id="h-decide" { (page.pick("裁定：这一步发生了没有？", "Decide: did it happen?")) }
            p { (page.pick("请先登录对方后台查看，再选一个。你的裁定和理由会记入台账。", "Look at the remote first, then choose. Your answer and reason are recorded.")) }
            @if let Some(doubt) = doubt { p { strong { (page.pick("存疑的步骤：", "In doubt: ")) } code { (doubt.op) " " (doubt.part) } } p { strong { (page.pick("看到的情况：", "What was seen: ")) } (doubt.evidence) } }
            div class="two" {
                form method="post" action=(action) {
                    (page.csrf()) input type="hidden" name="answer" value="happened";
                    h3 { (page.pick("发生了", "It happened")) }
                    label { (page.pick("对方的编号", "Its id there")) input name="id" required maxlength="200"; }
                    label { (page.pick("网址（可不填）", "Address (may be empty)")) input name="url" type="url" maxlength="2000"; }
                    label { (page.pick("依据", "Reason")) input name="reason" required maxlength="500" placeholder=(page.pick("例如：后台已见此文，编号 123", "for example: it is in the back-end as 123")); }
                    button { (page.pick("确认已发生，继续", "It happened: continue")) }
                }
                form method="post" action=(action) {
                    (page.csrf()) input type="hidden" name="answer" value="did_not";
                    h3 { (page.pick("没有发生", "It did not happen")) }
                    p class="muted" { (page.pick("会重做这一步。若其实已发生，读者会看到两份。", "The step is done again. If it did happen, readers will see it twice.")) }
                    label { (page.pick("依据", "Reason")) input name="reason" required maxlength="500" placeholder=(page.pick("例如：后台与前台都没有此文", "for example: it is nowhere to be seen")); }
                    button { (page.pick("确认未发生，重做", "It did not: do it again")) }
                }
            }
        }
    }
}

fn timeline(page: &Page, known: &DeliveryDetail) -> Markup {
    let newest_first: Vec<&AttemptRow> = known.attempts.iter().rev().collect();
    // Steps of a run that has not ended (or never did) stand under no attempt yet.
    let orphan = |step: &&Entry| !known.attempts.iter().any(|a| a.fence == step.fence);
    let under_way: Vec<&Entry> = known.journal.iter().filter(orphan).collect();
    html! {
        ol class="timeline" {
            @if !under_way.is_empty() { li { p { strong { (page.pick("正在进行", "Under way")) } } (steps(page, &under_way)) } }
            @for attempt in &newest_first {
                li {
                    p class="when" { (page.time(attempt.started_at)) " · " strong { (purpose(page, &attempt.purpose)) } " · " (outcome(page, &attempt.outcome))
                        span class="muted small" title=(attempt.worker) { " #" (attempt.fence) " " (took(attempt)) } }
                    @let message = page.lang.localized(&attempt.message); @if !message.is_empty() { p class=(if attempt.outcome == "fault" || attempt.outcome == "doubt" { "" } else { "muted small" }) { (message) } }
                    (steps(page, &known.journal.iter().filter(|s| s.fence == attempt.fence).collect::<Vec<_>>()))
                    (exchanges(page, attempt.fence, &known.exchanges))
                }
            }
        }
        @if newest_first.is_empty() && under_way.is_empty() { p class="empty" { (page.pick("还没有尝试过。", "Not tried yet.")) } }
    }
}

fn took(attempt: &AttemptRow) -> String {
    let took = yigao_core::time::between(attempt.started_at, attempt.ended_at).as_millis();
    format!("{took} ms")
}

fn purpose(page: &Page, name: &str) -> String {
    let zh = match name {
        "deliver" => "投递",
        "observe" => "回读",
        "cleanup" => "清理",
        other => other,
    };
    page.pick(zh, name).to_owned()
}

fn outcome(page: &Page, name: &str) -> String {
    let zh = match name {
        "receipt" => "有回执",
        "waits" => "继续等待",
        "accepted" => "已受理",
        "fault" => "出错",
        "doubt" => "存疑",
        "superseded" => "已被取代",
        "observed" => "已看",
        "proof" => "查证",
        "cleaned_up" => "已清理",
        "stuck" => "多次中断",
        "handed_back" => "交还",
        other => other,
    };
    page.pick(zh, name).to_owned()
}

/// The beginning of a digest: the whole of it tells a person nothing more.
fn shortened(part: &str) -> &str {
    let digest = part.len() == 64 && part.chars().all(|c| c.is_ascii_hexdigit());
    part.get(..12).filter(|_| digest).unwrap_or(part)
}

fn steps(page: &Page, steps: &[&Entry]) -> Markup {
    html! {
        @if !steps.is_empty() {
            ul class="steps" {
                @for step in steps {
                    @let (mark, word) = match &step.state {
                        EntryState::Done(_) => ("✓", page.pick("完成", "done")),
                        EntryState::Open => ("?", page.pick("未答复", "open")),
                        EntryState::Answered(_) => ("✓", page.pick("由人裁定", "decided by a person")),
                    };
                    li { span aria-hidden="true" { (mark) } " " code { (step.op) @if !step.part.is_empty() { " " (shortened(&step.part)) } } " " span class="muted small" {
                        (word) @if step.lookups > 0 { (page.pick("，核对 ", ", lookups: ")) (step.lookups) (page.pick(" 次", "")) } @if step.unsure { (page.pick("，曾结果不明", ", was unsure")) } }
                        @if let Some(evidence) = &step.evidence { p class="small" { (evidence) } } }
                }
            }
        }
    }
}

/// Exchanges of one run that are shown one below the other; more are folded into one line.
const EXCHANGES: usize = 4;

fn exchanges(page: &Page, fence: i64, all: &[ExchangeRow]) -> Markup {
    let of: Vec<&ExchangeRow> = all.iter().filter(|e| e.fence == fence).collect();
    html! {
        @if of.len() > EXCHANGES {
            details class="exchange" id={ "xs-" (fence) } {
                summary { (page.pick("往来 ", "")) (of.len()) (page.pick(" 次", " exchanges")) }
                div class="inner" { (each(page, fence, &of)) }
            }
        } @else { (each(page, fence, &of)) }
    }
}

fn each(page: &Page, fence: i64, of: &[&ExchangeRow]) -> Markup {
    html! {
        @for (at, exchange) in of.iter().enumerate() {
            details class="exchange" id={ "x-" (fence) "-" (at) } {
                summary { code { (exchange.op) } " " (exchange.took.as_millis()) " ms " span class="muted small" { (first_line(&exchange.request)) " → " (first_line(&exchange.answer)) } }
                p class="muted small" { (page.pick("请求（已脱敏）", "Request (redacted)")) } pre { (cut(&exchange.request)) }
                p class="muted small" { (page.pick("回答（已脱敏）", "Answer (redacted)")) } pre { (cut(&exchange.answer)) }
            }
        }
    }
}

fn first_line(text: &str) -> String {
    text.lines()
        .next()
        .unwrap_or_default()
        .chars()
        .take(90)
        .collect()
}

fn cut(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

/// What people said on its page, whenever they said it.
fn callbacks(page: &Page, delivery: &Delivery, callbacks: &[Message]) -> Markup {
    html! {
        @if !callbacks.is_empty() {
            h2 { (page.pick("收到的答复", "Answers")) }
            ul class="callback" { @for row in callbacks {
                li { (page.time(row.at)) (page.pick("：", ": ")) @match Answer::of(row) {
                    Some(answer) => (said(page, page.lang.localized(&answer.localized(delivery.intent)))),
                    None => code { (row.body) },
                } }
            } }
        }
    }
}

/// The webhooks that were sent about it.
fn notices(page: &Page, notices: &[NoticeRow]) -> Markup {
    html! {
        @if !notices.is_empty() {
            h2 id="notices" { (page.pick("已通知", "Reported to")) }
            ul class="callback" { @for row in notices {
                li { (page.time(row.at)) " · " strong { (row.hook) } " · "
                    @if row.told { (page.pick("已收下", "taken")) }
                    @else if let Some(at) = row.due_at { (page.pick("还没收下，下一次 ", "not taken yet, again ")) (page.time(at)) }
                    @else { (page.pick("没有收下，不再重试", "not taken, given up")) }
                    span class="muted small" { (page.pick("，试过 ", ", tries: ")) (row.tries) @if let Some(message) = &row.message { " · " code { (message) } } }
                }
            } }
        }
    }
}

fn facts(page: &Page, delivery: &Delivery) -> Markup {
    html! {
        dl {
            dt { (page.pick("投递号", "Delivery")) } dd { code { (delivery.id) } }
            dt { (page.pick("渠道稿", "Rendition")) } dd { a href={ "/renditions/" (delivery.rendition) "/preview" } target="_blank" title=(delivery.rendition) { code { (delivery.rendition.short()) } " ↗" } }
            dt { (page.pick("由谁排入", "Planned by")) } dd { (delivery.actor) " · " (page.time(delivery.created_at)) }
            dt { (page.pick("已用尝试", "Attempts spent")) } dd { (delivery.attempts) }
            @if let Some(at) = delivery.not_before { dt { (page.pick("不早于", "Not before")) } dd { (page.time(at)) } }
            @if let Some(at) = delivery.due_at { dt { (page.pick("下次处理", "Due next")) } dd { (page.time(at)) } }
            @if let Some(ticket) = &delivery.ticket {
                dt { (page.pick("受理号", "Ticket")) } dd { code { (ticket.id) } }
                dt { (page.pick("等谁答复", "Who answers")) } dd { @match &ticket.asks { Asks::Remote => (page.pick("对方系统", "the remote")), Asks::Person(asked) => (spelt(page, page.lang.localized(asked))) } }
            }
            @if let Some(receipt) = &delivery.receipt {
                dt { (page.pick("回执", "Receipt")) } dd { code { (receipt.id) } " · " (page.time(receipt.at)) @if let By::Person(who) = &receipt.by { (page.pick(" · 由 ", " · by ")) (who) } }
                @if let Some(url) = &receipt.url { dt { (page.pick("网址", "Address")) } dd { @if is_safe_link(url) { a href=(url) rel="noreferrer" { (url) } } @else { (url) } } }
            }
            @if let Some(by) = &delivery.superseded_by { dt { (page.pick("被取代", "Superseded by")) } dd { a href={ "/deliveries/" (by) } { (by) } } }
        }
    }
}

fn observation(page: &Page, delivery: &Delivery) -> Markup {
    html! {
        @if let Some(seen) = &delivery.observation {
            h2 { (page.pick("回读", "Read back")) }
            p { (page.time(seen.at)) (page.pick("：", ": ")) (page.lang.localized(&seen.remote_state.localized()))
                @if let By::Person(who) = &seen.by { " · " (who) } }
            @if !seen.drift.is_empty() { ul class="drifts" { @for words in &seen.drift { li { (page.lang.localized(words)) } } } }
        }
    }
}

fn ledger(page: &Page, entries: &[LedgerRow]) -> Markup {
    html! {
        @if !entries.is_empty() {
            details class="ledger" {
                summary { (page.pick("台账 ", "Ledger ")) (entries.len()) (page.pick(" 条", " entries")) }
                table class="list" { tbody { @for entry in entries { tr {
                    td class="num" { (entry.seq) } td class="nowrap" { (page.time(entry.at)) } td { (entry.actor) } td { code { (entry.verb) } }
                    td title=(entry.hash) { code { (entry.hash.get(..12).unwrap_or_default()) } }
                } } } }
            }
        }
    }
}
