//! What goes before and after the body: when and where, the source, the disclosure table, the label for machine-made text.

use yigao_core::{
    AiUse, Content,
    item::{Disclosure, Event, RelationKind, ServiceGuide},
    time::{day_in_shanghai, minute_in_shanghai},
};

use crate::body::Writer;

const SMALL: &str = "margin:0 0 4px;font-size:14px;color:#666";

/// Above the body.
pub(crate) fn head(writer: &mut Writer<'_>, content: &Content) {
    if let Some(subtitle) = &content.subtitle {
        writer.line(
            "margin:0 0 16px;font-size:15px;color:#666;text-align:center",
            subtitle,
        );
    }
    if content.ai == Some(AiUse::Generated) {
        writer.line(SMALL, "本文由人工智能生成");
    }
    if let Some(event) = &content.event {
        writer.pairs(&[("时间", span(event)), ("地点", event.place.clone())]);
    }
}

/// Below the body.
pub(crate) fn tail(writer: &mut Writer<'_>, content: &Content, has_source: bool) {
    if let Some(guide) = &content.guide {
        writer.pairs(&guide_rows(guide));
    }
    for attachment in &content.attachments {
        let hint = if has_source {
            "（请点“阅读原文”下载）"
        } else {
            ""
        };
        writer.line(SMALL, &format!("{}{hint}", attachment.title));
    }
    for relation in &content.relations {
        let what = match relation.kind {
            RelationKind::Interprets => "解读文件",
            RelationKind::InterpretedBy => "相关解读",
            RelationKind::Replaces => "替代文件",
            RelationKind::RespondsTo => "回应",
        };
        if let Some(title) = &relation.title {
            writer.line(SMALL, &format!("{what}：{title}"));
        }
    }
    if let Some(disclosure) = &content.disclosure {
        writer.pairs(&disclosure_rows(disclosure));
    }
    writer.line(SMALL, &sign_off(content));
}

fn span(event: &Event) -> String {
    let starts = minute_in_shanghai(event.starts);
    match event.ends {
        None => starts,
        Some(ends) if day_in_shanghai(ends) == day_in_shanghai(event.starts) => {
            let minute: String = minute_in_shanghai(ends).chars().skip(11).collect();
            format!("{starts} 至 {minute}")
        }
        Some(ends) => format!("{starts} 至 {}", minute_in_shanghai(ends)),
    }
}

fn guide_rows(guide: &ServiceGuide) -> Vec<(&'static str, String)> {
    let materials = (!guide.materials.is_empty()).then(|| guide.materials.join("\n"));
    let rows = [
        ("事项名称", Some(guide.matter.clone())),
        ("受理机构", Some(guide.office.clone())),
        ("受理条件", guide.conditions.clone()),
        ("申请材料", materials),
        ("办理时限", guide.time_limit.clone()),
        ("办理地点与电话", guide.contact.clone()),
    ];
    present(rows)
}

fn disclosure_rows(disclosure: &Disclosure) -> Vec<(&'static str, String)> {
    let manner = disclosure.manner.map(|manner| {
        let reason = disclosure.manner_reason.as_ref();
        reason.map_or_else(
            || manner.zh().to_owned(),
            |reason| format!("{}（{reason}）", manner.zh()),
        )
    });
    let rows = [
        ("索引号", disclosure.index_number.clone()),
        ("发布机构", disclosure.publisher.clone()),
        ("公开目录", disclosure.catalogue.clone()),
        ("文号", disclosure.document_number.clone()),
        ("公开方式", manner),
        ("成文日期", disclosure.created.map(|d| d.to_string())),
        ("有效性", disclosure.validity.map(|v| v.zh().to_owned())),
        ("内容概述", disclosure.overview.clone()),
    ];
    present(rows)
}

fn present<const N: usize>(
    rows: [(&'static str, Option<String>); N],
) -> Vec<(&'static str, String)> {
    rows.into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
}

fn sign_off(content: &Content) -> String {
    let mut line = format!("来源：{}", content.source());
    if let Some(author) = &content.author {
        line.push_str(&format!("　作者：{author}"));
    }
    if let Some(dated) = content.dated {
        line.push_str(&format!("　日期：{dated}"));
    }
    line
}
