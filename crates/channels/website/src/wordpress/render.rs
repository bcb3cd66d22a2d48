//! A version shaped for the site. Pure.

use yigao_channel::{RenderInput, Rendered};
use yigao_core::{Finding, Intent, Rendition, Severity, Words};

use super::{config::Settings, profile::TYPES};
use crate::article::{findings, render::article};

pub(super) fn render(settings: &Settings, input: &RenderInput<'_>) -> Rendered {
    if input.intent == Intent::Kill {
        // The post goes, and no notice stands in its place.
        return Rendered {
            rendition: Some(input.blank(input.version.content.title_for(input.destination))),
            findings: Vec::new(),
        };
    }
    let (text, rendition) = article(&settings.columns, input);
    let mut found = findings::findings(&settings.columns, settings.upload_bytes, input);
    found.extend(types(input));
    Rendered {
        rendition: Some(Rendition {
            payload: serde_json::to_value(&text).unwrap_or_default(),
            ..rendition
        }),
        findings: found,
    }
}

/// Files of a type that WordPress refuses to keep.
fn types<'i>(input: &RenderInput<'i>) -> impl Iterator<Item = Finding> + use<'i> {
    let content = &input.version.content;
    let attachments = content.attachments.iter();
    attachments.filter_map(|attachment| {
        let asset = content.assets.get(&attachment.asset)?;
        if TYPES.contains(&asset.media_type.as_str()) {
            return None;
        }
        let finding = Finding::new(
            Severity::Block,
            "attachment_type_not_taken",
            format!("asset/{}", asset.name),
            Words::new(
                format!(
                    "WordPress 不接受附件“{}”的类型 {}",
                    attachment.title, asset.media_type
                ),
                format!(
                    "WordPress does not take attachment {:?} of type {}",
                    attachment.title, asset.media_type
                ),
            ),
            Words::new(
                "请改存为 PDF、Office 文档或 ZIP",
                "save it as PDF, an office document or ZIP",
            ),
        );
        Some(finding.predicts("rest_upload_sideload_error"))
    })
}
