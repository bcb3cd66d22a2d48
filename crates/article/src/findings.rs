//! What would be refused or regretted in an item before it is public, all at once.

use yigao_channel::{Length, RenderInput, limit::Limited};
use yigao_core::html::is_safe_link;
use yigao_core::{
    Asset, Content, Finding, Kind, Localized, Severity,
    block::{Block, walk},
    item::Manner,
};

use super::{columns::Columns, render::cover};

/// `ArticleTitle` is cut at 100 characters by platforms that read the pages (note on 政府网站 meta tags, 2021).
pub const TITLE_CHARS: usize = 100;
/// Larger files belong on a file server; 200 MiB.
pub const ATTACHMENT_BYTES: u64 = 200 << 20;

const TITLE: Limited<'_> = Limited {
    code: "title_too_long",
    place: "title",
    zh: "标题",
    en: "the title",
    channel: "网站",
    predicts: None,
};

pub fn findings(columns: &Columns, file_bytes: u64, input: &RenderInput<'_>) -> Vec<Finding> {
    let content = &input.version.content;
    let title = content.title_for(input.destination);
    let mut out = Vec::new();
    words(input, title, &mut out);
    if let Some(name) = content.column_for(input.destination)
        && columns.named(name).is_none()
    {
        let known: Vec<&str> = columns.list.iter().map(|c| c.name.as_str()).collect();
        out.push(Finding::new(
            Severity::Warn,
            "column_unknown",
            "column",
            Localized::new(
                format!(
                    "网站没有“{name}”栏目，将归入“{}”",
                    columns.of_kind(content.kind).name
                ),
                format!(
                    "the site has no column {name:?}; {} is used",
                    columns.of_kind(content.kind).slug
                ),
            ),
            Localized::new(
                format!("可用栏目：{}", known.join("、")),
                "use one of the site's columns",
            ),
        ));
    }
    disclosure(content, &mut out);
    for (at, block) in content.body.iter().enumerate() {
        let place = format!("body/{at}");
        walk(std::slice::from_ref(block), &mut |inner| {
            body_block(content, inner, file_bytes, &place, &mut out);
        });
    }
    files(content, file_bytes, &mut out);
    out
}

fn words(input: &RenderInput<'_>, title: &str, out: &mut Vec<Finding>) {
    let content = &input.version.content;
    if title.trim().is_empty() {
        out.push(Finding::new(
            Severity::Block,
            "title_missing",
            "title",
            Localized::new("没有标题", "there is no title"),
            Localized::new("请填写标题", "give it a title"),
        ));
    }
    out.extend(Length::chars(TITLE_CHARS).check(&TITLE, title));
    if content.body.is_empty() {
        out.push(Finding::new(
            Severity::Block,
            "body_missing",
            "body",
            Localized::new("正文为空", "the body is empty"),
            Localized::new("请填写正文", "write the body"),
        ));
    }
    let summary = input.version.content.summary_for(input.destination);
    if summary.is_none_or(|s| s.trim().is_empty()) {
        out.push(Finding::new(
            Severity::Note,
            "summary_missing",
            "summary",
            Localized::new(
                "没有摘要，列表和搜索结果中只有标题",
                "without a summary, lists show the title alone",
            ),
            Localized::new(
                "建议写 100 字以内的摘要",
                "a summary of up to 100 characters helps",
            ),
        ));
    }
    if cover(content).is_none() {
        out.push(Finding::new(
            Severity::Note,
            "cover_missing",
            "cover",
            Localized::new(
                "没有封面图，不会作为首页头图",
                "without a cover it cannot lead the home page",
            ),
            Localized::new(
                "可指定一张封面图，或在正文中配图",
                "name a cover or put a picture into the body",
            ),
        ));
    }
}

fn disclosure(content: &Content, out: &mut Vec<Finding>) {
    let place = "front_matter/disclosure";
    let manner = content.disclosure.as_ref().and_then(|d| d.manner);
    match manner {
        Some(Manner::Withheld) => out.push(Finding::new(
            Severity::Block,
            "disclosure_withheld",
            place,
            Localized::new(
                "公开方式为“不予公开”，不得发布",
                "its manner is 不予公开: it must not be published",
            ),
            Localized::new(
                "请核对公开方式；确不公开的，取消发布",
                "check the manner, or do not publish it",
            ),
        )),
        Some(Manner::OnRequest) => out.push(Finding::new(
            Severity::Warn,
            "disclosure_on_request",
            place,
            Localized::new(
                "公开方式为“依申请公开”，一般不在网站公布全文",
                "its manner is 依申请公开: such texts are not usually put up",
            ),
            Localized::new("请核对公开方式", "check the manner"),
        )),
        Some(Manner::Active) => {}
        None if content.kind == Kind::Policy => out.push(Finding::new(
            Severity::Warn,
            "disclosure_missing",
            place,
            Localized::new(
                "政策文件没有政府信息公开要素或公开方式",
                "a policy without disclosure metadata or manner",
            ),
            Localized::new(
                "请填写索引号、公开方式等要素",
                "fill in the disclosure metadata",
            ),
        )),
        None => {}
    }
}

fn body_block(content: &Content, block: &Block, most: u64, place: &str, out: &mut Vec<Finding>) {
    let mut assets = Vec::new();
    match block {
        Block::Figure { figure } => assets.push((&figure.asset, Some(figure.alt.as_str()))),
        Block::Gallery { figures } => {
            assets.extend(figures.iter().map(|f| (&f.asset, Some(f.alt.as_str()))));
        }
        Block::Video { media } | Block::Audio { media } => {
            assets.push((&media.asset, None));
            let asset = content.assets.get(&media.asset);
            out.extend(asset.and_then(|asset| too_large(asset, &media.title, most)));
        }
        Block::Table {
            header: 0, rows, ..
        } if !rows.is_empty() => out.push(Finding::new(
            Severity::Warn,
            "table_without_header",
            place,
            Localized::new(
                "表格没有表头，读屏软件无法说明各列",
                "the table has no header row for those who listen to it",
            ),
            Localized::new("请把第一行设为表头", "make its first row a header"),
        )),
        Block::Paragraph { text } | Block::Heading { text, .. } => {
            let bad = text.iter().filter_map(|i| i.link.as_deref());
            out.extend(
                bad.filter(|l| !is_safe_link(l))
                    .map(|link| unsafe_link(link, place)),
            );
        }
        _ => {}
    }
    for (digest, alt) in assets {
        if !content.assets.contains_key(digest) {
            out.push(missing_asset(place));
        }
        if alt.is_some_and(|alt| alt.trim().is_empty()) {
            out.push(Finding::new(
                Severity::Block,
                "picture_without_alt",
                place,
                Localized::new(
                    "图片没有替代文字（无障碍要求）",
                    "a picture without alternative text",
                ),
                Localized::new(
                    "请用一句话说明图片内容",
                    "say in one sentence what it shows",
                ),
            ));
        }
    }
}

fn unsafe_link(link: &str, place: &str) -> Finding {
    let shown: String = link.chars().take(60).collect();
    Finding::new(
        Severity::Warn,
        "link_not_allowed",
        place,
        Localized::new(
            format!("链接“{shown}”不会发布，只保留文字"),
            format!("the link {shown:?} is left out, its words stay"),
        ),
        Localized::new(
            "请使用 http、https、mailto 或 tel 地址",
            "use an http, https, mailto or tel address",
        ),
    )
}

fn missing_asset(place: &str) -> Finding {
    Finding::new(
        Severity::Block,
        "asset_missing",
        place,
        Localized::new(
            "引用的素材不在稿件中",
            "it names a file that is not part of the item",
        ),
        Localized::new("请重新插入该文件", "put the file in again"),
    )
}

fn files(content: &Content, most: u64, out: &mut Vec<Finding>) {
    for attachment in &content.attachments {
        match content.assets.get(&attachment.asset) {
            None => out.push(missing_asset("attachments")),
            Some(asset) => out.extend(too_large(asset, &attachment.title, most)),
        }
    }
}

fn too_large(asset: &Asset, title: &str, most: u64) -> Option<Finding> {
    if asset.bytes <= most {
        return None;
    }
    let mib = most >> 20;
    Some(Finding::new(
        Severity::Block,
        "attachment_too_large",
        format!("asset/{}", asset.name),
        Localized::new(
            format!("附件“{title}”超过 {mib} MB"),
            format!("attachment {title:?} is over {mib} MB"),
        ),
        Localized::new("请压缩或拆分附件", "compress or split it"),
    ))
}
