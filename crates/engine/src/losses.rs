//! What a picture loses on its way to a channel, said to the person who approves: size, frames, edges.

use yigao_core::{
    Content, Derivative, DerivativeSpec, Digest, Finding, Localized, Made, Rendition, Severity,
};
use yigao_media::{Limits, crop_box, inspect};

use crate::{
    making::{Making, Original},
    shelf::Shelf,
};

/// Below this width in pixels the text of a screenshot cannot be read on a telephone.
const LEGIBLE_WIDTH: u32 = 640;
/// A picture is long from here on: its longer side divided by the other.
const LONG: u64 = 3;

/// What the pictures of a finished rendition have lost. Of an original that cannot be read nothing is said here: that it
/// cannot be made is a finding already.
pub(crate) async fn losses(
    making: &Making,
    shelf: &Shelf<'_>,
    content: &Content,
    rendition: &Rendition,
) -> Vec<Finding> {
    let mut found: Vec<Finding> = Vec::new();
    for derivative in &rendition.media {
        let (Some(spec), Some(made)) = (&derivative.spec, &derivative.made) else {
            continue;
        };
        let Some(original) = original_of(making, shelf, content, &spec.source).await else {
            continue;
        };
        for loss in losses_of(content, derivative, spec, made, original) {
            // The cover and the text may show the same animation.
            if !found.iter().any(|one| one.message == loss.message) {
                found.push(loss);
            }
        }
    }
    found
}

/// The header of an original, read once in the life of this process.
async fn original_of(
    making: &Making,
    shelf: &Shelf<'_>,
    content: &Content,
    digest: &Digest,
) -> Option<Original> {
    if let Some(asset) = content.assets.get(digest)
        && asset.media_type == "image/jpeg"
        && let (Some(width), Some(height)) = (asset.width, asset.height)
    {
        return Some(Original {
            width,
            height,
            frames: 1,
            paged: false,
        });
    }
    if let Some(known) = making.original(digest) {
        return Some(known);
    }
    let bytes = shelf.get(digest).await.ok()?;
    let read = tokio::task::spawn_blocking(move || inspect(&bytes, &Limits::default())).await;
    let original = Original::from(&read.ok()?.ok()?);
    making.remember_original(digest, original);
    Some(original)
}

/// What one derivative has lost of its original.
pub(crate) fn losses_of(
    content: &Content,
    derivative: &Derivative,
    spec: &DerivativeSpec,
    made: &Made,
    original: Original,
) -> Vec<Finding> {
    let name = content
        .assets
        .get(&spec.source)
        .map_or(derivative.name.as_str(), |asset| asset.name.as_str());
    let seen = Seen {
        name,
        derivative,
        spec,
        original,
    };
    [
        seen.frames(),
        made.width
            .zip(made.height)
            .and_then(|size| seen.shrunk(size)),
        seen.cut(content),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// One derivative with what it was made of.
struct Seen<'a> {
    /// As people know the picture.
    name: &'a str,
    derivative: &'a Derivative,
    spec: &'a DerivativeSpec,
    original: Original,
}

impl Seen<'_> {
    fn finding(
        &self,
        severity: Severity,
        code: &str,
        said: Localized,
        advice: Localized,
    ) -> Finding {
        let place = format!("media/{}", self.derivative.name);
        Finding::new(severity, code, place, said, advice)
    }

    fn frames(&self) -> Option<Finding> {
        let (name, frames) = (self.name, self.original.frames);
        if frames < 2 {
            return None;
        }
        if self.original.paged {
            return Some(self.finding(
                Severity::Warn,
                "pages_lost",
                Localized::new(
                    format!("“{name}”有 {frames} 页，这个渠道只显示第一页"),
                    format!("{name:?} has {frames} pages; this channel shows the first one only"),
                ),
                Localized::new(
                    "请把每一页另存为一张图片，依次放进正文；或转成 PDF 作为附件",
                    "save each page as a picture and put them into the text one after another, or attach a PDF",
                ),
            ));
        }
        Some(self.finding(
            Severity::Warn,
            "animation_still",
            Localized::new(
                format!("“{name}”是动图，共 {frames} 帧，这个渠道只显示第一帧，不会动"),
                format!(
                    "{name:?} is an animation of {frames} frames; this channel shows the first one and nothing moves"
                ),
            ),
            Localized::new(
                "第一帧说不清时，请换成几张静态图片，或转成 MP4 作为视频",
                "where the first frame does not tell it, use several still pictures, or an MP4 as a video",
            ),
        ))
    }

    /// The byte budget or the height took more of the width than the channel's layout does, or a long strip became too low.
    fn shrunk(&self, (width, height): (u32, u32)) -> Option<Finding> {
        let kept = crop_box(
            self.original.width,
            self.original.height,
            self.spec.crop,
            self.spec.focus,
        );
        let wanted = kept.width.min(self.spec.max_width);
        let much = u64::from(width) * 4 < u64::from(wanted) * 3;
        let narrow = width < wanted && width < LEGIBLE_WIDTH && self.spec.crop.is_none();
        let wide = u64::from(kept.width) > u64::from(kept.height) * LONG
            && u64::from(width) * 2 < u64::from(kept.width)
            && height < LEGIBLE_WIDTH / 2
            && self.spec.crop.is_none();
        if !(much || narrow || wide) {
            return None;
        }
        let tall = u64::from(kept.height) > u64::from(kept.width) * LONG;
        let advice = if tall || wide {
            // The part of the picture that fits shrinks with the square of the width.
            let parts = pieces(
                u64::from(if tall { wanted } else { kept.width }),
                u64::from(width),
                tall,
            );
            Localized::new(
                format!("请把长图截成 {parts} 段，每段一张图片，依次放进正文"),
                format!(
                    "cut it into {parts} pieces, one picture each, and put them into the text one after another"
                ),
            )
        } else {
            Localized::new(
                "请换一张细节较少的图片，或裁去不需要的部分",
                "use a picture with less detail, or cut off what is not needed",
            )
        };
        let Self { name, .. } = self;
        let (from_width, from_height) = (kept.width, kept.height);
        Some(self.finding(
            Severity::Warn,
            "picture_shrunk",
            Localized::new(
                format!("“{name}”由 {from_width}×{from_height} 像素缩到 {width}×{height} 像素，其中的文字可能看不清"),
                format!(
                    "{name:?} was shrunk from {from_width}×{from_height} to {width}×{height} pixels; text in it may be illegible"
                ),
            ),
            advice,
        ))
    }

    /// A crop that takes most of the picture, or takes something and nobody said what matters in it.
    fn cut(&self, content: &Content) -> Option<Finding> {
        // A picture of the destination's own is its configuration's affair.
        let asset = content.assets.get(&self.spec.source)?;
        let (width, height) = (self.original.width, self.original.height);
        let kept = crop_box(width, height, self.spec.crop, self.spec.focus);
        let whole = u64::from(width) * u64::from(height);
        let part = u64::from(kept.width) * u64::from(kept.height);
        let most = part * 2 < whole;
        // A tenth or less is no more than rounding to another shape.
        let unguided = asset.focus.is_none() && part * 10 < whole * 9;
        if !(most || unguided) {
            return None;
        }
        let percent = (whole - part) * 100 / whole.max(1);
        let key = "cover_focus: 50% 20%";
        let advice = match (asset.focus, &content.cover) {
            (Some(_), _) => Localized::new(
                "请看预览；重要内容被裁掉时，换一张横向的图片作封面",
                "see the preview; where something that matters is cut off, take a picture of another shape as the cover",
            ),
            (None, Some(_)) => Localized::new(
                format!("请看预览；要保住的地方写在稿件开头：`{key}`（距左边、距上边的百分比）"),
                format!(
                    "see the preview; say in the front matter what is to stay in view: `{key}` (percent from the left and from the top)"
                ),
            ),
            (None, None) => Localized::new(
                format!(
                    "请看预览；在稿件开头用 cover 写明封面文件，再写要保住的地方：`{key}`（距左边、距上边的百分比）"
                ),
                format!(
                    "see the preview; name the cover's file in the front matter as `cover`, and what is to stay in view: `{key}` (percent from the left and from the top)"
                ),
            ),
        };
        let name = self.name;
        Some(self.finding(
            Severity::Note,
            "picture_cut",
            Localized::new(
                format!("“{name}”作封面时裁去 {percent}%：{width}×{height} 像素中取 {}×{}", kept.width, kept.height),
                format!("as a cover {name:?} loses {percent}%: {}×{} of {width}×{height} pixels are taken", kept.width, kept.height),
            ),
            advice,
        ))
    }
}

/// Into how many pieces a picture goes so that each keeps its width, 2 to 99.
fn pieces(wanted: u64, got: u64, tall: bool) -> u64 {
    let got = got.max(1);
    let parts = if tall {
        // The budget is spent on area.
        (wanted * wanted).div_ceil(got * got)
    } else {
        wanted.div_ceil(got)
    };
    parts.clamp(2, 99)
}

#[cfg(test)]
#[path = "losses_tests.rs"]
mod tests;
