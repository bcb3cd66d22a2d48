//! What all pages share: frame, navigation, flash, state marks, small forms.

use std::time::Duration;

use maud::{DOCTYPE, Markup, html};
use yigao_core::{Delivery, Finding, Severity, State, Timestamp};

use crate::{
    app::App,
    lang::{Lang, when},
    problem::Problem,
    session::{Flash, Session},
    who::Who,
};

/// What a page is drawn with.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) lang: Lang,
    pub(crate) now: Timestamp,
    session: Option<Session>,
    actor: String,
    flash: Option<Flash>,
}

impl Page {
    pub(crate) fn new(app: &App, who: &Who, lang: Lang) -> Self {
        let flash = who
            .session
            .as_ref()
            .and_then(|s| app.sessions.take_flash(s));
        Self {
            lang,
            now: app.now(),
            session: who.session.clone(),
            actor: who.actor.to_string(),
            flash,
        }
    }

    pub(crate) fn pick<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        self.lang.pick(zh, en)
    }

    /// The hidden field that every form of a session carries.
    pub(crate) fn csrf(&self) -> Markup {
        html! {
            @if let Some(session) = &self.session { input type="hidden" name="csrf" value=(session.csrf); }
        }
    }

    /// A form of one button.
    pub(crate) fn button(&self, action: &str, class: &str, words: &str) -> Markup {
        html! { form method="post" action=(action) class="one" { (self.csrf()) button class=(class) { (words) } } }
    }

    /// A form that asks for a reason, folded away until it is wanted.
    pub(crate) fn with_reason(&self, action: &str, words: &str, hint: &str) -> Markup {
        html! {
            details class="ask" {
                summary { (words) }
                form method="post" action=(action) {
                    (self.csrf())
                    label { (self.pick("原因", "Reason")) input name="reason" required maxlength="500" placeholder=(hint); }
                    button { (words) }
                }
            }
        }
    }

    pub(crate) fn time(&self, at: Timestamp) -> Markup {
        html! { time datetime=(at) title=(at) { (when(at, self.now, self.lang)) } }
    }

    /// The whole document. `here` is the first part of the address, for the navigation.
    pub(crate) fn draw(&self, title: &str, here: &str, body: Markup) -> Markup {
        let lang = self.lang;
        // Events from a little before the page was drawn: what changed meanwhile must not be missed.
        let after = self.now.as_millisecond()
            - i64::try_from(Duration::from_secs(3).as_millis()).unwrap_or(0);
        let link = |address: &str, words: &str| {
            html! { a href=(address) aria-current=[(address == here).then_some("page")] { (words) } }
        };
        html! {
            (DOCTYPE)
            html lang=(lang.html()) {
                (head(title))
                body data-after=(after) {
                    a class="skip" href="#main" { (self.pick("跳到内容", "Skip to content")) }
                    header class="top" {
                        a class="brand" href="/send" { "一稿通发" span { "Yigao" } }
                        nav aria-label=(self.pick("主导航", "Main")) {
                            (link("/send", self.pick("发稿", "Send")))
                            (link("/deliveries", self.pick("投递", "Deliveries")))
                            (link("/destinations", self.pick("目的账号", "Destinations")))
                        }
                        div class="who" {
                            (lang_switch(lang))
                            span title=(self.pick("你的操作以此名义记入台账", "the ledger records what you do under this name")) { (self.actor) }
                            @if self.session.is_some() { (self.button("/sign-out", "link", self.pick("退出", "Sign out"))) }
                        }
                    }
                    main id="main" tabindex="-1" {
                        @if let Some(flash) = &self.flash {
                            div class=(if flash.good { "flash good" } else { "flash bad" }) role="status" {
                                @for line in &flash.lines { p { (line) } }
                            }
                        }
                        (body)
                    }
                    div role="status" { button id="news" type="button" class="primary" hidden data-words=(self.pick("有更新，点此刷新", "Something changed: reload")) {} }
                }
            }
        }
    }
}

pub(crate) fn head(title: &str) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            title { (title) " · 一稿通发" }
            link rel="stylesheet" href="/static/console.css";
            link rel="icon" href="data:,";
            script src="/static/console.js" defer {}
        }
    }
}

fn lang_switch(lang: Lang) -> Markup {
    match lang {
        Lang::Zh => html! { a href="/lang?to=en" lang="en" rel="nofollow" { "English" } },
        Lang::En => html! { a href="/lang?to=zh" lang="zh-CN" rel="nofollow" { "中文" } },
    }
}

/// A page for people who are not signed in.
pub(crate) fn bare(lang: Lang, title: &str, body: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(lang.html()) {
            (head(title))
            body { header class="top" { span class="brand" { "一稿通发" span { "Yigao" } } div class="who" { (lang_switch(lang)) } } main id="main" class="narrow" { (body) } }
        }
    }
}

/// One sentence, and the way back.
pub(crate) fn problem(lang: Lang, problem: &Problem) -> Markup {
    let title = lang.pick("没有办成", "That did not work");
    bare(
        lang,
        title,
        html! {
            h1 { (title) }
            div class="flash bad" role="alert" { p { (lang.localized(&problem.message)) } }
            (import_problems(lang, problem))
            p class="muted" { (problem.status.as_u16()) " · " code { (problem.code) } }
            p { a href="/send" { (lang.pick("回到发稿", "Back to Send")) } }
        },
    )
}

/// What is wrong with an import, place by place.
pub(crate) fn import_problems(lang: Lang, problem: &Problem) -> Markup {
    html! {
        @if !problem.import.is_empty() {
            ul class="findings" {
                @for p in &problem.import {
                    li class="block" {
                        span class="mark" aria-hidden="true" { "✕" }
                        div {
                            strong { (p.file) @if let Some(line) = p.line { (lang.pick(" 第 ", ", line ")) (line) (lang.pick(" 行", "")) } }
                            p { (lang.localized(&p.message)) }
                            p class="advice" { (lang.pick("改法：", "Fix: ")) (lang.localized(&p.advice)) }
                        }
                    }
                }
            }
        }
    }
}

/// Shape and word of a state: never colour alone.
pub(crate) fn glyph(state: State) -> &'static str {
    match state {
        State::Waiting => "○",
        State::Working => "▶",
        State::Accepted => "◐",
        State::Unconfirmed => "◇",
        State::Delivered => "✓",
        State::Failed => "✕",
        State::InDoubt => "?",
        State::Superseded => "–",
    }
}

pub(crate) fn state(lang: Lang, delivery: &Delivery) -> Markup {
    let drift = crate::sentence::is_drift(delivery);
    html! {
        span class={ "state " (delivery.state.name()) @if drift { " drift" } } {
            span aria-hidden="true" { (glyph(delivery.state)) } " "
            (lang.state(delivery.state))
            @if drift { (lang.pick("·走样", ", drift")) }
        }
    }
}

pub(crate) fn severity(
    lang: Lang,
    severity: Severity,
) -> (&'static str, &'static str, &'static str) {
    match severity {
        Severity::Block => ("block", "✕", lang.pick("必改", "must change")),
        Severity::Warn => ("warn", "!", lang.pick("提醒", "warning")),
        Severity::Note => ("note", "·", lang.pick("提示", "note")),
    }
}

/// One finding: how bad, where, what, what to do, and the refusal it saves from.
pub(crate) fn finding(lang: Lang, finding: &Finding, at: &[String]) -> Markup {
    finding_with(lang, finding, at, &html! {})
}

/// The same, with what follows below it: who answered it, or the form that does.
pub(crate) fn finding_with(lang: Lang, finding: &Finding, at: &[String], below: &Markup) -> Markup {
    let (class, mark, word) = severity(lang, finding.severity);
    let anchor = finding
        .place
        .strip_prefix("body/")
        .and_then(|at| at.split('/').next());
    html! {
        li class={ (class) @if !finding.is_open() { " answered" } } {
            span class="mark" aria-hidden="true" { @if finding.is_open() { (mark) } @else { "✓" } }
            div {
                p class="where" {
                    @if let Some(number) = finding.number { span class="muted" { "#" (number) } " " }
                    strong { (word) } " "
                    @if let Some(anchor) = anchor { a href={ "#body-" (anchor) } { (place(lang, &finding.place)) } } @else { (place(lang, &finding.place)) }
                    @if let Some(line) = finding.line { " " span class="muted" { (lang.pick("第 ", "line ")) (line) (lang.pick(" 行", "")) } }
                    @for name in at { span class="tag" { (name) } }
                }
                p { (lang.localized(&finding.message)) }
                @if let Some(quote) = &finding.quote { p class="quote" { q { (quote) } } }
                p class="advice" {
                    (lang.pick("改法：", "Fix: ")) (lang.localized(&finding.advice))
                    @if let Some(code) = &finding.predicts { span class="muted" { (lang.pick("（否则对方会拒收，代码 ", " (else refused with ")) (code) (lang.pick("）", ")")) } }
                }
                (below)
            }
        }
    }
}

/// A finding's place in words.
fn place(lang: Lang, place: &str) -> String {
    let (first, rest) = place.split_once('/').unwrap_or((place, ""));
    let number = rest
        .split('/')
        .next()
        .and_then(|n| n.parse::<usize>().ok())
        .map(|n| n + 1);
    let zh = match first {
        "title" => "标题",
        "summary" => "摘要",
        "body" => {
            return number.map_or_else(
                || lang.pick("正文", "body").to_owned(),
                |n| match lang {
                    Lang::Zh => format!("正文第 {n} 段"),
                    Lang::En => format!("body, block {n}"),
                },
            );
        }
        "cover" => "封面",
        "column" => "栏目",
        "author" => "作者",
        "attachments" => "附件",
        "embargo" => "禁发时间",
        "expires" => "失效时间",
        "media" | "asset" => return format!("{} {rest}", lang.pick("素材", "media")),
        "front_matter" => return format!("{} {rest}", lang.pick("文件头", "front matter")),
        _ => return place.to_owned(),
    };
    lang.pick(zh, first).to_owned()
}
