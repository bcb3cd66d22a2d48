//! One item: findings beside the text, every rendition side by side, and the buttons that send, correct and withdraw.

use axum::{
    extract,
    http::StatusCode,
    response::{Html, Response},
};
use maud::{Markup, PreEscaped, html};
use yigao_core::html::{Sources, blocks};
use yigao_core::{DestinationId, Digest, Finding, Intent, ItemId, Severity, State, Version};
use yigao_engine::{DestinationReport, ItemRow};

use super::{Page, layout, said::said};
use crate::{
    api::items::newest,
    app::{App, Shared},
    body::{Name as _, Named},
    lang::Lang,
    media,
    problem::Problem,
    who::Who,
};

/// All that the page shows.
struct View<'a> {
    page: &'a Page,
    version: &'a Version,
    row: Option<&'a ItemRow>,
    /// What import noticed.
    noticed: &'a [Finding],
    reports: &'a [DestinationReport],
    deliveries: Vec<yigao_core::Delivery>,
}

pub(super) async fn show(
    extract::State(app): extract::State<Shared>,
    who: Who,
    lang: Lang,
    Named(id): Named<ItemId>,
) -> Result<Html<String>, Problem> {
    let version = app.hub.version(&id, None).await?;
    let reports = app.hub.check(&version, &[], None, None).await?;
    let noticed = app.hub.findings(&id, Some(version.number)).await?;
    let deliveries = newest(app.hub.deliveries_of(&id).await?);
    let rows = app.hub.items(Some(id.as_str()), 1_000).await?;
    let page = Page::new(&app, &who, lang);
    let view = View {
        page: &page,
        version: &version,
        row: rows.iter().find(|r| r.id == id),
        noticed: &noticed,
        reports: &reports,
        deliveries,
    };
    let title = version.content.title.clone();
    Ok(Html(
        page.draw(&title, "/send", view.draw(&app)).into_string(),
    ))
}

/// `GET /items/{id}/preview/{destination}`: what the newest version is there, made anew and not stored.
pub(super) async fn preview(
    extract::State(app): extract::State<Shared>,
    _: Who,
    extract::Path((id, destination)): extract::Path<(String, String)>,
) -> Result<Response, Problem> {
    let (id, destination) = (ItemId::read(&id)?, DestinationId::read(&destination)?);
    let version = app.hub.version(&id, None).await?;
    app.hub.known(std::slice::from_ref(&destination))?;
    let report = app.hub.check_one(&version, &destination).await?;
    let rendition = report.rendition.ok_or_else(|| {
        Problem::new(
            StatusCode::NOT_FOUND,
            "unknown_rendition",
            "此稿在那里没有渠道稿：不发往那里，或要先改正",
            "there is no rendition for it: it is not sent there, or has to be mended first",
        )
    })?;
    Ok(media::preview_of(&app, &rendition))
}

impl View<'_> {
    fn draw(&self, app: &App) -> Markup {
        let page = self.page;
        let sent: Vec<&DestinationReport> = self.reports.iter().filter(|s| !s.skipped).collect();
        html! {
            (self.header())
            (self.verdict())
            (self.stand(app))
            form id="send" method="post" action={ "/items/" (self.version.item) "/publish" } { (page.csrf()) }
            section aria-labelledby="h-cards" {
                div class="bar" { h2 id="h-cards" { (page.pick("各渠道稿", "Renditions")) " " span class="count" { (sent.len()) } }
                    p class="muted" { (page.pick("批准的就是这里所示的每一份，一字不差。", "What is approved is exactly what is shown here.")) } }
                div class="cards" { @for report in self.reports { (self.card(report)) } }
            }
            (self.actions(&sent))
            section class="columns" {
                div { h2 { (page.pick("正文", "Text")) } (self.text()) }
                aside { (self.findings()) }
            }
        }
    }

    fn header(&self) -> Markup {
        let (page, version) = (self.page, self.version);
        let held = self.row.and_then(|r| {
            r.held_by
                .as_ref()
                .map(|by| (by, r.held_why.as_deref().unwrap_or_default()))
        });
        html! {
            p class="crumb" { a href="/send" { "← " (page.pick("发稿", "Send")) } }
            h1 { (version.content.title) }
            p class="muted facts" {
                span { (version.item) }
                span { (page.pick("版本 ", "version ")) (version.number) }
                span title=(version.digest) { (page.pick("摘要 ", "digest ")) code { (version.digest.short()) } }
                span { (version.content.unit) }
                @if let Some(at) = version.content.embargo { span class="tag" { (page.pick("禁发至 ", "embargo until ")) (page.time(at)) } }
                a href={ "/api/v1/items/" (version.item) "/export" } { (page.pick("导出 zip", "Export zip")) }
            }
            @if let Some((by, why)) = held {
                div class="flash bad" { p { "Ⅱ " (match page.lang {
                    Lang::Zh => format!("{by} 已暂扣此稿：{why}。放行之前，任何渠道都不会写入。"),
                    Lang::En => format!("held by {by}: {why}. Nothing is written anywhere until it is released."),
                }) } (page.button(&format!("/items/{}/release", version.item), "", page.pick("放行", "Release"))) }
            }
        }
    }

    /// How many findings there are, before anything else.
    fn verdict(&self) -> Markup {
        let page = self.page;
        let all = self.all_findings();
        let count = |severity: Severity| {
            all.iter()
                .filter(|(f, _)| f.severity == severity && f.is_open())
                .count()
        };
        let (block, warn) = (count(Severity::Block), count(Severity::Warn));
        html! {
            p class="verdict" {
                @if block > 0 { a class="state failed" href="#findings" { "✕ " (block) (page.pick(" 处必改", " to change")) } " " }
                @if warn > 0 { a class="state accepted" href="#findings" { "! " (warn) (page.pick(" 处提醒", if warn == 1 { " warning" } else { " warnings" })) } " " }
                @if block + warn == 0 { span class="state delivered" { "✓ " (page.pick("预检通过，没有必改和提醒", "pre-flight passed: nothing to change")) } }
                @if block > 0 { span class="muted" { (page.pick("必改的目的账号不能发；改稿后重新导入，或先发其余的。", "Destinations with a blocking finding cannot be sent to; change the item and import it again, or send to the others first.")) } }
            }
        }
    }

    /// Whether exactly this version is public at the destination, or on its way there.
    fn is_current(&self, report: &DestinationReport) -> bool {
        self.deliveries.iter().any(|d| {
            d.destination == report.destination
                && d.version == self.version.number
                && d.intent != Intent::Withdraw
                && !matches!(d.state, State::Failed | State::Superseded)
        })
    }

    /// Its present state, one line for each destination.
    fn stand(&self, app: &App) -> Markup {
        let page = self.page;
        if self.deliveries.is_empty() {
            return html! {};
        }
        let known = |id: &DestinationId| {
            app.hub
                .destinations
                .get(id)
                .map_or_else(|| id.to_string(), |d| d.name.clone())
        };
        let order: Vec<_> = app.hub.destinations.iter().map(|d| &d.id).collect();
        let mut rows: Vec<_> = self.deliveries.iter().collect();
        rows.sort_by_key(|d| {
            order
                .iter()
                .position(|id| **id == d.destination)
                .unwrap_or(usize::MAX)
        });
        html! {
            section class="live" id="stand" aria-labelledby="h-stand" {
                div class="bar" { h2 id="h-stand" { (page.pick("现在到哪了", "Where it stands")) }
                    (page.button(&format!("/items/{}/verify", self.version.item), "", page.pick("现在回读", "Read back now"))) }
                table class="list" { tbody { @for d in rows { tr {
                    td class="nowrap" { (known(&d.destination)) }
                    td class="nowrap" { a href={ "/deliveries/" (d.id) } { (layout::state(page.lang, d)) } }
                    td { span class="tag" { (page.lang.intent(d.intent)) " v" (d.version) } " " (said(page, page.lang.localized(&crate::sentence::sentence(d, page.now))))
                        @if let Some(url) = d.receipt.as_ref().and_then(|r| r.url.as_deref()).filter(|u| yigao_core::html::is_safe_link(u)) {
                            " " a href=(url) rel="noreferrer" { (page.pick("打开", "open")) } } }
                } } } }
            }
        }
    }

    fn card(&self, report: &DestinationReport) -> Markup {
        let page = self.page;
        let blocked = report
            .findings
            .iter()
            .filter(|f| f.severity == Severity::Block)
            .count();
        let signed = report.approvals.first();
        let current = self.is_current(report);
        html! {
            article class={ "card" @if blocked > 0 { " blocked" } @if report.skipped { " skipped" } } aria-label=(report.name) {
                header {
                    @if let (Some(digest), false) = (&report.digest, report.skipped) {
                        label class="pick" { input type="checkbox" name="card" form="send" checked[blocked == 0 && !current] disabled[blocked > 0]
                            value={ (report.intent.name()) "|" (report.destination) "|" (digest) }; " " strong { (report.name) } }
                    } @else { strong { (report.name) } }
                    span class="muted small" { (page.lang.channel(report.channel)) " · " (page.lang.intent(report.intent)) }
                }
                @match (&report.digest, report.skipped) {
                    (_, true) => p class="empty" { (page.pick("此稿不发往这里", "not sent there")) },
                    (None, _) => p class="empty" { (page.pick("无法成稿，请先改正", "cannot be shaped; mend it first")) },
                    (Some(_), _) => div class="frame" { iframe sandbox="" loading="lazy" src={ "/items/" (self.version.item) "/preview/" (report.destination) } title={ (report.name) (page.pick("的预览", ", preview")) } {} },
                }
                footer {
                    @if blocked > 0 { p class="verdict block" { "✕ " (blocked) (page.pick(" 处必改", " to change")) } }
                    @else if report.skipped {}
                    @else if current { p class="verdict" { "– " (page.pick("此版本已在此处", "this version is there already")) } }
                    @else if let Some((by, at)) = signed { p class="verdict good" { "✓ " (by) (page.pick(" 已批准 ", " approved ")) (page.time(*at)) } }
                    @else { p class="verdict" { "○ " (page.pick("待批准", "to be approved")) } }
                    @if let Some(digest) = &report.digest { a class="muted small" href={ "/items/" (self.version.item) "/preview/" (report.destination) } target="_blank" title=(digest) { code { (digest.short()) } " ↗" } }
                }
                ul class="findings small" { @for f in &report.findings { @if f.severity == Severity::Block { (layout::finding(page.lang, f, &[])) } } }
            }
        }
    }

    fn actions(&self, sent: &[&DestinationReport]) -> Markup {
        let (page, id) = (self.page, &self.version.item);
        let count = |intent: Intent| {
            sent.iter()
                .filter(|s| s.intent == intent && s.is_clear() && !self.is_current(s))
                .count()
        };
        let (fresh, again) = (count(Intent::Publish), count(Intent::Correct));
        let class = |main: bool| if main { "primary" } else { "" };
        let held = self.row.is_some_and(|r| r.held_by.is_some());
        let unanswered = self.noticed.iter().filter(|f| f.is_open()).count();
        html! {
            section class="actions sticky" aria-label=(page.pick("操作", "Actions")) {
                input type="hidden" name="approve" value="1" form="send";
                div class="row" {
                    @if sent.iter().any(|s| s.intent == Intent::Publish) {
                        button class=(class(fresh > 0)) form="send" disabled[fresh == 0] formaction={ "/items/" (id) "/publish" } data-counts="publish" { (page.pick("批准并发布", "Approve and publish")) " (" span class="n" { (fresh) } ")" }
                    }
                    @if sent.iter().any(|s| s.intent == Intent::Correct) {
                        button class=(class(fresh == 0 && again > 0)) form="send" formaction={ "/items/" (id) "/correct" } data-counts="correct" { (page.pick("批准并更正", "Approve and correct")) " (" span class="n" { (again) } ")" }
                    }
                    button form="send" formaction={ "/items/" (id) "/approve" } { (page.pick("只批准，不发", "Approve only")) }
                    @if !held { (page.with_reason(&format!("/items/{id}/hold"), page.pick("暂扣", "Hold"), page.pick("例如：等待领导审定", "for example: waits for the director"))) }
                    @if !self.deliveries.is_empty() { (self.withdraw()) }
                    label class="at" { (page.pick("定时（北京时间）", "Not before (Asia/Shanghai)")) " " input type="datetime-local" name="at" form="send"; }
                }
                @if unanswered > 0 { p class="small" { a href="#findings" { "! " (unanswered) (page.pick(" 处导入时发现的还没有答复", " things that import noticed are not answered")) } } }
                p class="muted small" { (page.pick("只对勾选的目的账号；以你的名义批准所示渠道稿，不填定时即刻投递。", "For the ticked destinations only; you approve what is shown in your name. Without a time it goes at once.")) }
            }
        }
    }

    fn withdraw(&self) -> Markup {
        let page = self.page;
        html! {
            details class="ask danger" {
                summary { (page.pick("撤稿…", "Withdraw…")) }
                form method="post" action={ "/items/" (self.version.item) "/withdraw" } {
                    (page.csrf())
                    p { (page.pick("将从所有已发或可能已发的目的账号撤下。微信公众号的删除不可恢复；县级融媒体中心会收到撤稿通知，由对方执行。",
                        "It is withdrawn wherever it is or may be public. Deletion at WeChat cannot be undone; county centres receive a notice and act on it.")) }
                    label { (page.pick("原因（记入台账）", "Reason (recorded)")) input name="reason" required maxlength="500"; }
                    label class="pick" { input type="checkbox" name="sure" value="1" required; " " (page.pick("我确认撤稿", "I am sure")) }
                    button class="danger" { (page.pick("从所有渠道撤稿", "Withdraw everywhere")) }
                }
            }
        }
    }

    fn text(&self) -> Markup {
        let content = &self.version.content;
        let sources = Sources {
            picture: &|figure| Some(format!("/media/{}", figure.asset)),
            file: &|digest: &Digest| Some(format!("/media/{digest}")),
        };
        html! {
            article class="text" {
                @if let Some(summary) = &content.summary { p class="summary" { (summary) } }
                @for (at, block) in content.body.iter().enumerate() {
                    div id={ "body-" (at) } { (PreEscaped(blocks(std::slice::from_ref(block), &sources))) }
                }
                @for attachment in &content.attachments { p { (self.page.pick("附件：", "Attachment: ")) a href={ "/media/" (attachment.asset) } { (attachment.title) } } }
            }
        }
    }

    /// All findings: what import noticed, and then equal ones once with the destinations they hold for; the worst first, and
    /// last what is answered.
    fn all_findings(&self) -> Vec<(&Finding, Vec<String>)> {
        let mut all: Vec<(&Finding, Vec<String>)> =
            self.noticed.iter().map(|f| (f, Vec::new())).collect();
        for report in self.reports {
            // What has a number is the import's and stands there already: it holds for the text, wherever it goes.
            for finding in report.findings.iter().filter(|f| f.number.is_none()) {
                match all.iter_mut().find(|(f, _)| *f == finding) {
                    Some((_, at)) => at.push(report.name.clone()),
                    None => all.push((finding, vec![report.name.clone()])),
                }
            }
        }
        all.sort_by_key(|(f, _)| (!f.is_open(), std::cmp::Reverse(f.severity)));
        all
    }

    fn findings(&self) -> Markup {
        let page = self.page;
        let all = self.all_findings();
        let open = all.iter().filter(|(f, _)| f.is_open()).count();
        html! {
            h2 id="findings" { (page.pick("检查结果", "Findings")) " " span class="count" { (open) } }
            @if all.is_empty() { p class="empty" { "✓ " (page.pick("没有问题", "nothing found")) } }
            ul class="findings" { @for (f, at) in &all { (layout::finding_with(page.lang, f, at, &self.answer(f))) } }
        }
    }

    /// Below what import noticed: who answered it, or a form to answer it. What must be changed is changed.
    fn answer(&self, finding: &Finding) -> Markup {
        let page = self.page;
        let Some(number) = finding.number else {
            return html! {};
        };
        html! {
            @if let Some(answer) = &finding.answered {
                p class="answer" { "✓ " (answer.actor) (page.pick(" 已答复 ", " answered ")) (page.time(answer.at)) (page.pick("：", ": ")) (answer.reason) }
            } @else if finding.severity != Severity::Block {
                details class="ask" {
                    summary { (page.pick("答复…", "Answer…")) }
                    form method="post" action={ "/items/" (self.version.item) "/answer" } {
                        (page.csrf())
                        input type="hidden" name="version" value=(self.version.number);
                        input type="hidden" name="number" value=(number);
                        label { (page.pick("为何可以照此发出（记入台账）", "Why it may go out as it is (recorded)")) input name="reason" required maxlength="500"; }
                        button { (page.pick("答复", "Answer")) }
                    }
                }
            }
        }
    }
}
