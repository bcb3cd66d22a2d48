//! The hand-over page as a county editor sees it: what this is, what to paste, what to tell us.

use maud::{DOCTYPE, Markup, html};
use yigao_core::{Delivery, Intent};

use super::layout::head;
use crate::{hand::Pack, lang::Lang};

/// What the page shows.
#[derive(Debug)]
pub(crate) struct HandOver<'a> {
    pub(crate) centre: &'a str,
    pub(crate) delivery: &'a Delivery,
    pub(crate) pack: &'a Pack,
    /// Address of the page without its signature.
    pub(crate) base: &'a str,
    pub(crate) signature: &'a str,
    /// What was wrong with the answer that was sent.
    pub(crate) problem: Option<&'a str>,
}

fn frame(lang: Lang, title: &str, body: Markup) -> Markup {
    html! { (DOCTYPE) html lang=(lang.html()) { (head(title)) body class="hand" { main id="main" class="narrow" { (body) } } } }
}

pub(crate) fn settled(lang: Lang, centre: &str) -> Markup {
    let title = lang.pick("这份稿件已有答复", "This has been answered");
    frame(
        lang,
        title,
        html! {
            h1 { (title) }
            p { (lang.pick("已经有人确认过，或稿件已被更正、撤回，无需再处理。谢谢。", "Somebody has confirmed it, or the item was corrected or withdrawn. Nothing is left to do; thank you.")) }
            p class="muted" { (centre) }
        },
    )
}

pub(crate) fn thanks(lang: Lang, centre: &str, answer: &str) -> Markup {
    let title = lang.pick("已收到，谢谢", "Received, thank you");
    let says = match answer {
        "adopted" => lang.pick("已记录：贵中心已采用此稿。", "Recorded: you have published it."),
        "returned" => lang.pick("已记录：贵中心退回此稿，我们会看到原因。", "Recorded: you returned it; we see your reason."),
        _ => lang.pick("已记录：贵中心已收到。采用后，仍可用同一链接告知网址。", "Recorded: you have received it. When it is published, the same link takes its address."),
    };
    frame(
        lang,
        title,
        html! { h1 { "✓ " (title) } p { (says) } p { (lang.pick("可以关闭此页。", "You may close this page.")) } p class="muted" { (centre) } },
    )
}

pub(crate) fn sheet(lang: Lang, of: &HandOver<'_>) -> Markup {
    let (pack, kill) = (of.pack, of.delivery.intent == Intent::Kill);
    let what = match of.delivery.intent {
        Intent::Publish => lang.pick("请采用这篇稿件", "Please publish this"),
        Intent::Correct => lang.pick(
            "更正：请用这一版替换先前的稿件",
            "Correction: please replace what you have",
        ),
        Intent::Kill => lang.pick(
            "撤稿通知：请从各平台撤下此稿",
            "Withdrawal: please take this down",
        ),
    };
    frame(
        lang,
        what,
        html! {
            p class="muted" { (of.centre) }
            h1 class=(if kill { "urgent" } else { "" }) { (what) }
            p { (lang.pick(
                if kill { "撤下后，请在页末选择“已处理”并写上您的姓名。" } else { "三步：①复制标题和正文，②下载图片，③在页末告诉我们结果。无需登录。" },
                "Three steps: copy the title and the text, save the pictures, tell us below what became of it. No account is needed.")) }
            @if let Some(problem) = of.problem { div class="flash bad" role="alert" { p { (lang.pick("没有提交成功：", "Not sent: ")) (problem) } p { (lang.pick("请改正后再提交。", "Please mend it and send again.")) } } }
            section {
                h2 { (lang.pick("一、标题与正文", "1. Title and text")) }
                (copy_field(lang, "title", lang.pick("标题", "Title"), &pack.title, 2))
                @if let Some(summary) = &pack.summary { (copy_field(lang, "summary", lang.pick("摘要", "Summary"), summary, 2)) }
                (copy_field(lang, "text", lang.pick("正文", "Text"), &pack.text, 14))
                @if let Some(byline) = &pack.byline { (copy_field(lang, "byline", lang.pick("来源与署名", "Byline"), byline, 1)) }
                @if !pack.html.is_empty() { details { summary { (lang.pick("需要带格式的 HTML 代码？", "Need the HTML?")) } (copy_field(lang, "html", "HTML", &pack.html, 8)) } }
            }
            @if !pack.pictures.is_empty() {
                section {
                    h2 { (lang.pick("二、图片", "2. Pictures")) " " span class="count" { (pack.pictures.len()) } }
                    div class="pictures" { @for picture in &pack.pictures {
                        @let address = format!("{}/media/{}?s={}", of.base, picture.digest, encode(of.signature));
                        figure { img src=(address) alt=(picture.alt) loading="lazy";
                            figcaption { (picture.alt) " " a class="button" href={ (address) "&save=1" } download=(picture.file_name) { (lang.pick("下载", "Save")) } } }
                    } }
                }
            }
            section { h2 { (if pack.pictures.is_empty() { lang.pick("二、告诉我们结果", "2. Tell us") } else { lang.pick("三、告诉我们结果", "3. Tell us") }) } (answer(lang, of, kill)) }
        },
    )
}

fn answer(lang: Lang, of: &HandOver<'_>, kill: bool) -> Markup {
    let choice = |value: &str, words: &str, first: bool| html! { label class="pick" { input type="radio" name="answer" value=(value) required checked[first]; " " (words) } };
    html! {
        form method="post" action={ (of.base) "?s=" (encode(of.signature)) } class="answer" {
            label { (lang.pick("您的姓名", "Your name")) input name="who" required maxlength="40" autocomplete="name"; }
            fieldset {
                legend { (lang.pick("结果", "What became of it")) }
                (choice("received", if kill { lang.pick("已处理（已撤下）", "Done: taken down") } else { lang.pick("已收到，待编发", "Received, will be published") }, true))
                @if !kill { (choice("adopted", lang.pick("已采用（请填网址）", "Published (give its address)"), false)) }
                (choice("returned", if kill { lang.pick("无法撤下（请写原因）", "Cannot be taken down (say why)") } else { lang.pick("退回不用（请写原因）", "Returned (say why)") }, false))
            }
            label { (lang.pick("网址（采用时填写）", "Address, when published")) input name="url" type="url" maxlength="2000" placeholder="https://"; }
            label { (lang.pick("原因（退回时填写）", "Reason, when returned")) input name="reason" maxlength="500"; }
            button class="primary" { (lang.pick("提交", "Send")) }
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
