//! The hand-over page as a county editor sees it: what this is, what to paste, what to tell us; and what they see when the
//! item was withdrawn or corrected before they came.

use maud::{DOCTYPE, Markup, html};
use yigao_core::{Delivery, Intent, Timestamp};

use super::layout::head;
use crate::{
    body::Pairs,
    handed::{Answer, Handed},
    lang::{Lang, when},
    problem::Problem,
};

/// What the page shows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HandOver<'a> {
    pub(crate) lang: Lang,
    pub(crate) now: Timestamp,
    pub(crate) centre: &'a str,
    pub(crate) handed: &'a Handed,
    /// Address of the page without its signature.
    pub(crate) base: &'a str,
    pub(crate) signature: &'a str,
    /// What was typed into the form that was refused.
    pub(crate) typed: &'a Pairs,
    /// What was wrong with the answer that was sent.
    pub(crate) problem: Option<&'a str>,
}

impl<'a> HandOver<'a> {
    fn pick(&self, zh: &'a str, en: &'a str) -> &'a str {
        self.lang.pick(zh, en)
    }

    fn withdraw(&self) -> bool {
        self.handed.delivery.intent == Intent::Withdraw
    }

    fn typed(&self, field: &str) -> &str {
        self.typed.get(field).unwrap_or_default()
    }
}

fn frame(lang: Lang, title: &str, body: Markup) -> Markup {
    html! { (DOCTYPE) html lang=(lang.html()) { (head(title)) body class="hand" { main id="main" class="narrow" { (body) } } } }
}

/// What went wrong, to somebody who has no account here and nothing to go back to.
pub(crate) fn problem(lang: Lang, problem: &Problem) -> Markup {
    let title = lang.pick("这个页面打不开", "This page cannot be opened");
    frame(
        lang,
        title,
        html! {
            h1 { (title) }
            div class="flash bad" role="alert" { p { (lang.localized(&problem.message)) } }
            p { (lang.pick("仍打不开，请联系发来链接的单位。", "If it still does not open, ask whoever sent you the link.")) }
            p class="muted small" { (problem.status.as_u16()) }
        },
    )
}

/// The page as the hand-over is now.
pub(crate) fn page(of: &HandOver<'_>) -> Markup {
    match (of.handed.outdated_by(), of.handed.last()) {
        (Some(newer), _) => outdated(of, newer),
        (None, Some((at, answer))) => answered(of, *at, answer),
        (None, None) => report(of),
    }
}

/// The message for an editor who has just answered.
pub(crate) fn thanks(of: &HandOver<'_>) -> Markup {
    if let Some(newer) = of.handed.outdated_by() {
        return outdated(of, newer);
    }
    let title = of.pick("已收到，谢谢", "Received, thank you");
    let said = of.handed.answers.last().map(|(_, a)| a.answer.as_str());
    let message = match (said, of.withdraw()) {
        (Some("returned"), true) => of.pick("已记录：贵中心无法撤下此稿。我们会尽快与您联系。", "Recorded: it cannot be withdrawn. We will call you."),
        (_, true) => of.pick("已记录：贵中心已撤下此稿。", "Recorded: you have taken it down."),
        (Some("adopted"), _) => of.pick("已记录：贵中心已采用此稿。", "Recorded: you have published it."),
        (Some("returned"), _) => of.pick("已记录：贵中心退回此稿，我们会看到原因。", "Recorded: you returned it; we see your reason."),
        _ => of.pick("已记录：贵中心已收到。采用或退回后，请再打开同一链接告诉我们。", "Recorded: you have received it. When it is published or returned, open the same link again and tell us."),
    };
    frame(
        of.lang,
        title,
        html! { h1 { "✓ " (title) } p { (message) } p { (of.pick("可以关闭此页。", "You may close this page.")) } p class="muted" { (of.centre) } },
    )
}

/// Somebody has said already what became of it.
fn answered(of: &HandOver<'_>, at: Timestamp, answer: &Answer) -> Markup {
    let title = of.pick("这份稿件已有答复", "This has been answered");
    frame(
        of.lang,
        title,
        html! {
            h1 { (title) }
            p { (when(at, of.now, of.lang)) (of.pick("：", ": ")) strong { (of.lang.localized(&answer.localized(of.handed.delivery.intent))) } }
            p { (of.pick("以最先的答复为准，无需再处理；如有变化，请直接联系发来链接的单位。", "The first answer stands and nothing is left to do. If something has changed, call whoever sent you the link.")) }
            p class="muted" { (of.centre) }
        },
    )
}

/// The item was withdrawn or corrected since: said at once and plainly, and one thing is asked.
fn outdated(of: &HandOver<'_>, newer: &Delivery) -> Markup {
    let withdraw = newer.intent == Intent::Withdraw;
    let title = match withdraw {
        true => of.pick(
            "此稿已撤回，请不要采用",
            "Withdrawn: please do not publish this",
        ),
        false => of.pick(
            "此稿已有更正，请采用新版",
            "Corrected: please use the new version",
        ),
    };
    let at = when(newer.created_at, of.now, of.lang);
    frame(
        of.lang,
        title,
        html! {
            p class="muted" { (of.centre) }
            h1 class="urgent" { (title) }
            p { strong { (of.handed.pack.title) } }
            p { (at) (match withdraw {
                true => of.pick("，发稿单位撤回了这篇稿件，并另发了撤稿通知。", ": whoever sent it took it back, and a withdrawal notice was sent to you."),
                false => of.pick("，发稿单位更正了这篇稿件，并另发了新版的链接。", ": whoever sent it corrected it, and a link to the new version was sent to you."),
            }) }
            @match of.handed.last() {
                Some((_, answer)) => p { "✓ " (of.pick("已记录，发稿单位会看到：", "Recorded, and seen by whoever sent it: ")) strong { (of.lang.localized(&answer.localized(of.handed.delivery.intent))) } (match withdraw {
                    true => of.pick("。请撤下它，并在撤稿通知里告诉我们。", ". Please take it down, and say so on the withdrawal notice."),
                    false => of.pick("。请换成新版。", ". Please put the new version in its place."),
                }) },
                None => section {
                    h2 { (of.pick("已经发布了？请告诉我们网址", "Published already? Tell us where")) }
                    (wrong(of))
                    form method="post" action={ (of.base) "?s=" (encode(of.signature)) } class="answer" {
                        input type="hidden" name="answer" value="adopted";
                        (name(of))
                        label { (of.pick("网址", "Address")) input name="url" type="url" required maxlength="2000" placeholder="https://" value=(of.typed("url")); }
                        button class="primary" { (of.pick("提交", "Send")) }
                    }
                    p class="muted" { (of.pick("没有发布，就不用做什么，可以关闭此页。", "If not, nothing is left to do; you may close this page.")) }
                },
            }
        },
    )
}

fn report(of: &HandOver<'_>) -> Markup {
    let (pack, withdraw) = (&of.handed.pack, of.withdraw());
    let what = match of.handed.delivery.intent {
        Intent::Publish => of.pick("请采用这篇稿件", "Please publish this"),
        Intent::Correct => of.pick(
            "更正：请用这一版替换先前的稿件",
            "Correction: please replace what you have",
        ),
        Intent::Withdraw => of.pick(
            "撤稿通知：请从各平台撤下此稿",
            "Withdrawal: please take this down",
        ),
    };
    let steps = match (withdraw, pack.pictures.is_empty()) {
        (true, _) => of.pick("撤下后，请在页末选择“已撤下”并写上您的姓名。无需登录。", "When it is down, report it below with your name. No account is needed."),
        (false, true) => of.pick("两步：①复制标题和正文，②在页末告诉我们结果。无需登录。", "Two steps: copy the title and the text, report below what became of it. No account is needed."),
        (false, false) => of.pick("三步：①复制标题和正文，②下载图片，③在页末告诉我们结果。无需登录。", "Three steps: copy the title and the text, save the pictures, report below what became of it. No account is needed."),
    };
    frame(
        of.lang,
        what,
        html! {
            p class="muted" { (of.centre) }
            h1 class=(if withdraw { "urgent" } else { "" }) { (what) }
            @if of.handed.newer.is_some() { p class="flash bad" role="alert" { (of.pick("已有更正：请不要发布这一版。请先在页末确认“已收到”，新版随即发来。", "A correction waits: please do not publish this version. Confirm below that you have received it, and the new one is sent at once.")) } }
            p { (steps) }
            @if let Some((at, answer)) = of.handed.answers.last() { p class="flash good" { "✓ " (when(*at, of.now, of.lang)) (of.pick("：", ": ")) (of.lang.localized(&answer.localized(of.handed.delivery.intent))) (of.pick("。采用或退回后，请在页末告诉我们。", ". When it is published or returned, tell us below.")) } }
            (wrong(of))
            section {
                h2 { (if withdraw { of.pick("一、要撤下的稿件", "1. What to withdraw") } else { of.pick("一、标题与正文", "1. Title and text") }) }
                (copy_field(of.lang, "title", of.pick("标题", "Title"), &pack.title, 2))
                @if let Some(summary) = &pack.summary { (copy_field(of.lang, "summary", of.pick("摘要", "Summary"), summary, 2)) }
                (copy_field(of.lang, "text", if withdraw { of.pick("通知", "Notice") } else { of.pick("正文", "Text") }, &pack.text, if withdraw { 6 } else { 14 }))
                @if let Some(byline) = &pack.byline { (copy_field(of.lang, "byline", of.pick("来源与署名", "Byline"), byline, 1)) }
                @if !pack.html.is_empty() && !withdraw { details { summary { (of.pick("需要带格式的 HTML 代码？", "Need the HTML?")) } (copy_field(of.lang, "html", "HTML", &pack.html, 8)) } }
            }
            (pictures(of))
            section { h2 { (if pack.pictures.is_empty() { of.pick("二、告诉我们结果", "2. Tell us") } else { of.pick("三、告诉我们结果", "3. Tell us") }) } (form(of)) }
        },
    )
}

fn pictures(of: &HandOver<'_>) -> Markup {
    let pictures = &of.handed.pack.pictures;
    html! {
        @if !pictures.is_empty() {
            section {
                h2 { (of.pick("二、图片", "2. Pictures")) " " span class="count" { (pictures.len()) } }
                div class="pictures" { @for picture in pictures {
                    @let address = format!("{}/media/{}?s={}", of.base, picture.digest, encode(of.signature));
                    figure { img src=(address) alt=(picture.alt) loading="lazy";
                        figcaption { (picture.alt) " " a class="button" href={ (address) "&save=1" } download=(picture.file_name) { (of.pick("下载", "Save")) } } }
                } }
            }
        }
    }
}

fn wrong(of: &HandOver<'_>) -> Markup {
    html! {
        @if let Some(problem) = of.problem { div class="flash bad" role="alert" { p { (of.pick("没有提交成功：", "Not sent: ")) (problem) } p { (of.pick("您填写的内容还在，请改正后再提交。", "What you typed is still there: mend it and send it again.")) } } }
    }
}

fn name(of: &HandOver<'_>) -> Markup {
    html! { label { (of.pick("您的姓名", "Your name")) input name="who" required maxlength="40" autocomplete="name" value=(of.typed("who")); } }
}

fn form(of: &HandOver<'_>) -> Markup {
    let received = !of.handed.answers.is_empty();
    let chosen = match of.typed("answer") {
        "" if received => "adopted",
        "" => "received",
        typed => typed,
    };
    let choice = |value: &str, words: &str| html! { label class="pick" { input type="radio" name="answer" value=(value) required checked[value == chosen]; " " (words) } };
    let withdraw = of.withdraw();
    html! {
        form method="post" action={ (of.base) "?s=" (encode(of.signature)) } class="answer" {
            (name(of))
            fieldset {
                legend { (of.pick("结果", "What became of it")) }
                @if withdraw {
                    (choice("received", of.pick("已撤下", "Withdrawn")))
                    (choice("returned", of.pick("无法撤下（请写原因）", "Cannot be withdrawn (give a reason)")))
                } @else {
                    @if !received { (choice("received", of.pick("已收到，待编发", "Received, will be published"))) }
                    (choice("adopted", of.pick("已采用（请填网址）", "Published (give its address)")))
                    (choice("returned", of.pick("退回不用（请写原因）", "Returned (give a reason)")))
                }
            }
            @if !withdraw { label { (of.pick("网址（已采用时填写）", "Address, when published")) input name="url" type="url" maxlength="2000" placeholder="https://" value=(of.typed("url")); } }
            label { (if withdraw { of.pick("原因（无法撤下时填写）", "Reason, when it cannot be") } else { of.pick("原因（退回时填写）", "Reason, when returned") }) input name="reason" maxlength="500" value=(of.typed("reason")); }
            button class="primary" { (of.pick("提交", "Send")) }
        }
    }
}

/// A field to copy from: works by hand everywhere, by button where scripts run.
fn copy_field(lang: Lang, id: &str, name: &str, text: &str, rows: usize) -> Markup {
    html! {
        div class="copy" {
            label for={ "copy-" (id) } { (name) }
            button type="button" data-copy={ "copy-" (id) } data-done=(lang.pick("已复制", "Copied")) hidden { (lang.pick("复制", "Copy")) }
            textarea id={ "copy-" (id) } readonly rows=(rows) { (text) }
        }
    }
}

fn encode(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
