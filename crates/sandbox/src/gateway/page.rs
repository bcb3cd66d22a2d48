//! Pages that readers get.

use maud::{DOCTYPE, PreEscaped, html};

use super::{Document, Gateway, Status};

/// The page of a published document, with the tags and marks of government sites.
pub(crate) fn page(gateway: &Gateway, id: u64) -> Option<String> {
    let document: &Document = gateway.documents.get(&id)?;
    if document.status != Status::Published {
        return None;
    }
    let markup = html! {
        (DOCTYPE)
        html lang="zh-CN" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (document.title) }
                meta name="SiteName" content="青川市文化和旅游局";
                meta name="ArticleTitle" content=(document.title);
                meta name="PubDate" content=(document.released);
                meta name="ContentSource" content=(document.source);
                meta name="Author" content=(document.author);
                meta name="Keywords" content=(document.keywords);
                meta name="Description" content=(document.summary);
            }
            body style="max-width:52em;margin:0 auto;padding:0 1em;font-family:sans-serif;line-height:1.8" {
                p { a href="/" { "首页" } " > 栏目 " (document.channel) }
                h1 { (document.title) }
                div class="TRS_Editor" { (PreEscaped(&document.content)) }
                @if !document.files.is_empty() {
                    ul { @for (name, description) in &document.files {
                        li { a href={ "/gateway/file/" (name) } { (description) } }
                    } }
                }
                p { "【打印】【关闭窗口】" }
            }
        }
    };
    Some(markup.into_string())
}
