//! A version shaped for the site, or the notice that replaces it.

use yigao_channel::{RenderInput, Rendered};
use yigao_core::{Intent, Leaf, LeafKind, Rendition};

use super::{config::Settings, payload::Payload, site::notice};
use yigao_article::{
    findings::{self, ATTACHMENT_BYTES},
    render::{PREVIEW_STYLE, article},
};

/// Shapes a version, or the notice that replaces it.
pub(super) fn render(settings: &Settings, input: &RenderInput<'_>) -> Rendered {
    if input.intent == Intent::Withdraw {
        return Rendered {
            rendition: Some(withdrawal(input)),
            findings: Vec::new(),
        };
    }
    let (text, rendition) = article(&settings.columns, input);
    let payload = to_value(&Payload::Article {
        text: Box::new(text),
    });
    Rendered {
        rendition: Some(Rendition {
            payload,
            ..rendition
        }),
        findings: findings::findings(&settings.columns, ATTACHMENT_BYTES, input),
    }
}

/// Types of this driver always serialize: their maps have text keys.
fn to_value(payload: &Payload) -> serde_json::Value {
    serde_json::to_value(payload).unwrap_or_default()
}

fn withdrawal(input: &RenderInput<'_>) -> Rendition {
    let reason = input
        .reason
        .map(str::trim)
        .filter(|r| !r.is_empty())
        .map(str::to_owned);
    let mut leaves = vec![Leaf::new(LeafKind::Title, notice::TITLE)];
    leaves.extend(
        notice::lines(reason.as_deref())
            .iter()
            .map(|l| Leaf::new(LeafKind::Text, l)),
    );
    Rendition {
        preview: format!(
            "<article class=\"yigao-website\">\n{PREVIEW_STYLE}<h1>{}</h1>\n{}</article>\n",
            notice::TITLE,
            notice::paragraphs(reason.as_deref())
        ),
        payload: to_value(&Payload::Notice { reason }),
        leaves,
        ..input.blank(notice::TITLE)
    }
}
