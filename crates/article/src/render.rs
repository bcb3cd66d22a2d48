//! A version shaped for a site. Pure: the same input gives the same rendition.

use yigao_channel::RenderInput;
use yigao_core::closing;
use yigao_core::html::{self, Sources, escape};
use yigao_core::text;
use yigao_core::{
    AiUse, Asset, Content, Derivative, DerivativeSpec, Digest, Figure, Focus, PictureFormat, Ratio,
    Rendition, Slot,
    block::{Block, figures, walk},
    item::{Disclosure, Event, Manner, ServiceGuide, Validity},
    time::{day_in_shanghai, minute_in_shanghai},
};

use super::{
    body::{self, byline},
    columns::Columns,
    text::{Fact, File, Text},
};

const BODY_WIDTH: u32 = 1200;
const BODY_BYTES: u64 = 500_000;
const COVER_WIDTH: u32 = 800;
const COVER_BYTES: u64 = 200_000;
const COVER_RATIO: Ratio = Ratio { w: 16, h: 9 };
/// Name of the derivative that lists show.
pub const COVER: &str = "cover";

/// Shapes a version for a site with these columns: the words, and a rendition that still lacks its payload.
pub fn article(columns: &Columns, input: &RenderInput<'_>) -> (Text, Rendition) {
    let content = &input.version.content;
    let names = Names::of(content);
    let title = content.title_for(input.destination);
    let mut words = Text {
        kind: content.kind,
        column: columns.of(input).slug.clone(),
        title: title.to_owned(),
        subtitle: content.subtitle.clone(),
        summary: content.summary_for(input.destination).map(str::to_owned),
        source: content.source().to_owned(),
        unit: content
            .drafting_unit
            .clone()
            .unwrap_or_else(|| content.unit.clone()),
        author: content.author.clone(),
        keywords: content.keywords.clone(),
        dated: content.dated.map(|d| d.to_string()),
        disclosure: content.disclosure.as_ref().map(disclosure_facts),
        event: content.event.as_ref().map(event_facts).unwrap_or_default(),
        guide: content.guide.as_ref().map(guide_facts).unwrap_or_default(),
        ai: content.ai,
        body: markup(content, &names),
        attachments: files(content),
        cover: cover_alt(content),
        relations: content.relations.clone(),
    };
    words.keywords.retain(|k| !k.trim().is_empty());
    let main = text::leaves(title, &content.body, &|f| names.picture(f));
    let rendition = Rendition {
        preview: preview(&words),
        leaves: body::leaves(&words, main),
        slots: names.slots(),
        media: media(content, &names),
        ..input.blank(title)
    };
    (words, rendition)
}

/// Names of derivatives: `p1 …` pictures, `f1 …` video and audio, in reading order.
struct Names<'c> {
    pictures: Vec<(&'c Asset, &'c str)>,
    clips: Vec<&'c Asset>,
}

impl<'c> Names<'c> {
    fn of(content: &'c Content) -> Self {
        let mut pictures: Vec<(&Asset, &str)> = Vec::new();
        for figure in figures(&content.body) {
            if let Some(asset) = content.assets.get(&figure.asset)
                && !pictures.iter().any(|(a, _)| a.digest == asset.digest)
            {
                pictures.push((asset, &figure.alt));
            }
        }
        let mut clips: Vec<&Asset> = Vec::new();
        walk(&content.body, &mut |block| {
            if let Block::Video { media } | Block::Audio { media } = block
                && let Some(asset) = content.assets.get(&media.asset)
                && !clips.iter().any(|a| a.digest == asset.digest)
            {
                clips.push(asset);
            }
        });
        Self { pictures, clips }
    }

    fn picture(&self, figure: &Figure) -> Option<String> {
        let at = self
            .pictures
            .iter()
            .position(|(a, _)| a.digest == figure.asset)?;
        Some(format!("p{}", at + 1))
    }

    fn clip(&self, digest: &Digest) -> Option<String> {
        let at = self.clips.iter().position(|a| a.digest == *digest)?;
        Some(format!("f{}", at + 1))
    }

    fn slots(&self) -> Vec<Slot> {
        let pictures = (1..=self.pictures.len()).map(|n| format!("p{n}"));
        let clips = (1..=self.clips.len()).map(|n| format!("f{n}"));
        pictures
            .chain(clips)
            .map(|name| Slot::Picture { name })
            .collect()
    }
}

/// The body's markup with slots in it. Pictures bear their derivative's name, so that a page can be read back.
fn markup(content: &Content, names: &Names<'_>) -> String {
    let picture = |f: &Figure| names.picture(f).map(|name| Slot::Picture { name }.token());
    let file = |d: &Digest| names.clip(d).map(|name| Slot::Picture { name }.token());
    let sources = Sources {
        picture: &picture,
        file: &file,
    };
    let mut out = html::blocks(&closing::recognised(&content.body), &sources);
    for (at, (asset, _)) in names.pictures.iter().enumerate() {
        let name = format!("p{}", at + 1);
        let token = Slot::Picture { name: name.clone() }.token();
        // A generated picture owes its label where it is seen.
        let label = match asset.ai {
            Some(AiUse::Generated) => "<span class=\"ai-picture\">人工智能生成</span>",
            Some(AiUse::Assisted) | None => "",
        };
        out = out.replace(
            &format!("<img src=\"{token}\""),
            &format!("{label}<img data-leaf=\"{name}\" src=\"{token}\""),
        );
    }
    out
}

fn media(content: &Content, names: &Names<'_>) -> Vec<Derivative> {
    let mut out = Vec::new();
    let spec = |asset: &Asset, crop, max_width, max_bytes| DerivativeSpec {
        source: asset.digest.clone(),
        crop,
        focus: asset.focus.map(Focus::thousandths),
        max_width,
        max_height: None,
        format: PictureFormat::Jpeg,
        max_bytes,
    };
    let derivative = |name: String, asset: &Asset, alt: &str, spec| Derivative {
        name,
        spec,
        source: asset.digest.clone(),
        alt: alt.to_owned(),
        made: None,
    };
    if let (Some(asset), Some(alt)) = (cover(content), cover_alt(content)) {
        let shape = spec(asset, Some(COVER_RATIO), COVER_WIDTH, COVER_BYTES);
        out.push(derivative(COVER.to_owned(), asset, &alt, Some(shape)));
    }
    for (at, (asset, alt)) in names.pictures.iter().enumerate() {
        let shape = spec(asset, None, BODY_WIDTH, BODY_BYTES);
        out.push(derivative(format!("p{}", at + 1), asset, alt, Some(shape)));
    }
    for (at, asset) in names.clips.iter().enumerate() {
        out.push(derivative(format!("f{}", at + 1), asset, &asset.name, None));
    }
    for (at, attachment) in content.attachments.iter().enumerate() {
        if let Some(asset) = content.assets.get(&attachment.asset) {
            let name = attachment_name(at);
            out.push(derivative(name, asset, &attachment.title, None));
        }
    }
    out
}

fn attachment_name(at: usize) -> String {
    format!("a{}", at + 1)
}

fn files(content: &Content) -> Vec<File> {
    let attachments = content.attachments.iter().enumerate();
    attachments
        .filter_map(|(at, attachment)| {
            let asset = content.assets.get(&attachment.asset)?;
            Some(File {
                name: attachment_name(at),
                title: attachment.title.clone(),
                media_type: asset.media_type.clone(),
                bytes: asset.bytes,
            })
        })
        .collect()
}

/// The cover's original, when it is a picture of the item.
pub fn cover(content: &Content) -> Option<&Asset> {
    let asset = content.assets.get(content.cover()?)?;
    asset.media_type.starts_with("image/").then_some(asset)
}

/// The words of the figure that shows the cover, else the item's title.
fn cover_alt(content: &Content) -> Option<String> {
    let asset = cover(content)?;
    let figure = figures(&content.body)
        .into_iter()
        .find(|f| f.asset == asset.digest && !f.alt.trim().is_empty());
    Some(figure.map_or_else(|| content.title.clone(), |f| f.alt.clone()))
}

/// Labels of all facts that an item may state: 政府信息公开, 活动, 办事指南.
pub const LABELS: [&str; 16] = [
    "索引号",
    "发布机构",
    "公开目录",
    "文号",
    "公开方式",
    "成文日期",
    "有效性",
    "内容概述",
    "活动时间",
    "活动地点",
    "事项名称",
    "受理机构",
    "受理条件",
    "申请材料",
    "办理时限",
    "办理地点与电话",
];

/// Every row is there, also when its value is empty: an empty 文号 is a statement, a missing row is a mistake.
fn disclosure_facts(of: &Disclosure) -> Vec<Fact> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    vec![
        Fact::new("索引号", text(&of.index_number)),
        Fact::new("发布机构", text(&of.publisher)),
        Fact::new("公开目录", text(&of.catalogue)),
        Fact::new("文号", text(&of.document_number)),
        Fact::new("公开方式", of.manner.map(Manner::zh).unwrap_or_default()),
        Fact::new(
            "成文日期",
            of.created.map(|d| d.to_string()).unwrap_or_default(),
        ),
        Fact::new("有效性", of.validity.map(Validity::zh).unwrap_or_default()),
        Fact::new("内容概述", text(&of.overview)),
    ]
}

fn event_facts(event: &Event) -> Vec<Fact> {
    let starts = minute_in_shanghai(event.starts);
    let when = match event.ends {
        None => starts,
        Some(ends) if day_in_shanghai(ends) == day_in_shanghai(event.starts) => {
            let ends = minute_in_shanghai(ends);
            let hour = ends.split_once(' ').map(|(_, hour)| hour.to_owned());
            format!("{starts} 至 {}", hour.unwrap_or(ends))
        }
        Some(ends) => format!("{starts} 至 {}", minute_in_shanghai(ends)),
    };
    vec![
        Fact::new("活动时间", when),
        Fact::new("活动地点", event.place.clone()),
    ]
}

fn guide_facts(guide: &ServiceGuide) -> Vec<Fact> {
    let mut out = vec![
        Fact::new("事项名称", guide.matter.clone()),
        Fact::new("受理机构", guide.office.clone()),
    ];
    let rest = [
        ("受理条件", guide.conditions.clone()),
        (
            "申请材料",
            (!guide.materials.is_empty()).then(|| guide.materials.join("；")),
        ),
        ("办理时限", guide.time_limit.clone()),
        ("办理地点与电话", guide.contact.clone()),
    ];
    out.extend(
        rest.into_iter()
            .filter_map(|(label, value)| Some(Fact::new(label, value?))),
    );
    out
}

pub const PREVIEW_STYLE: &str = concat!("<style>", include_str!("preview.css"), "</style>\n");

/// What a person sees before approving: the words, without the site's frame.
fn preview(words: &Text) -> String {
    let regions = body::regions(words, &|_| None);
    let subtitle = words
        .subtitle
        .as_deref()
        .map(|s| format!("<p class=\"subtitle\">{}</p>\n", escape(s)))
        .unwrap_or_default();
    format!(
        "<article class=\"yigao-website\">\n{PREVIEW_STYLE}<h1>{}</h1>\n{subtitle}<p class=\"meta\">{}</p>\n{}<div class=\"content\">\n{}</div>\n</article>\n",
        escape(&words.title),
        byline(words, None),
        regions.facts,
        regions.content
    )
}

#[cfg(test)]
mod tests {
    use yigao_core::Timestamp;

    use super::*;

    #[test]
    fn every_fact_has_a_label_that_others_may_name() {
        let event = Event {
            starts: Timestamp::UNIX_EPOCH,
            ends: None,
            place: "公园".into(),
        };
        let guide = ServiceGuide {
            matter: "申领".into(),
            office: "窗口".into(),
            conditions: Some("无".into()),
            materials: vec!["表".into()],
            time_limit: Some("当日".into()),
            contact: Some("电话".into()),
        };
        let mut facts = disclosure_facts(&Disclosure::default());
        facts.extend(event_facts(&event));
        facts.extend(guide_facts(&guide));
        let labels: Vec<&str> = facts.iter().map(|fact| fact.label.as_str()).collect();
        assert_eq!(labels, LABELS);
    }
}
