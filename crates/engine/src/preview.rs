//! 预览: a rendition as a page to be read before approval, with its pictures and with its open slots shown.

use std::{
    io,
    path::{Path, PathBuf},
};

use yigao_core::html::escape;
use yigao_core::{Digest, Fills, Rendition, Slot, fill};
use yigao_store::MediaError;

use crate::hub::Hub;

/// What every channel that has a cover calls its derivative.
const COVER: &str = "cover";

impl Hub {
    /// The rendition as one HTML document without scripts. `picture` gives the address of a derivative's bytes. A slot
    /// that is filled only on sending is shown as such.
    pub fn preview_html(
        &self,
        rendition: &Rendition,
        picture: &dyn Fn(&Digest) -> String,
    ) -> String {
        let fills: Fills = rendition
            .slots
            .iter()
            .map(|slot| {
                (
                    slot.name(),
                    escape(&self.stand_in(rendition, slot, picture)),
                )
            })
            .collect();
        let cover = cover(rendition, picture);
        let body = fill(&rendition.preview, &fills).unwrap_or_else(|unfilled| {
            format!(
                "<p>这份渠道稿有一处没有申报的待填项：{}</p>",
                escape(&unfilled.0)
            )
        });
        format!(
            "<!doctype html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n<title>{}</title>\n<style>{STYLE}</style>\n\
             </head>\n<body>\n{cover}{body}\n</body>\n</html>\n",
            escape(&rendition.title)
        )
    }

    /// Writes the rendition into `folder` as `<destination>.html`, its media beside it; returns the page.
    ///
    /// # Errors
    /// When a derivative is not in the media folder, or the files cannot be written.
    pub async fn preview_page(
        &self,
        rendition: &Rendition,
        folder: &Path,
    ) -> Result<PathBuf, MediaError> {
        tokio::fs::create_dir_all(folder).await?;
        for made in rendition.media.iter().filter_map(|d| d.made.as_ref()) {
            // The name comes out of a stored document: it must not point outside the folder.
            let name = Path::new(&made.file_name)
                .file_name()
                .ok_or_else(|| io::Error::other("a derivative has no file name"))?;
            tokio::fs::write(folder.join(name), self.media.get(&made.digest).await?).await?;
        }
        let html = self.preview_html(rendition, &|digest| file_name(rendition, digest));
        let page = folder.join(format!("{}.html", rendition.destination));
        tokio::fs::write(&page, html).await?;
        Ok(page)
    }

    fn stand_in(
        &self,
        rendition: &Rendition,
        slot: &Slot,
        picture: &dyn Fn(&Digest) -> String,
    ) -> String {
        let named = |id| {
            self.destinations
                .get(id)
                .map_or_else(|| id.to_string(), |d| d.name.clone())
        };
        match slot {
            Slot::Picture { name } => rendition
                .derivative(name)
                .and_then(|d| d.made.as_ref())
                .map_or_else(
                    || format!("「待填：图片 {name}」"),
                    |made| picture(&made.digest),
                ),
            Slot::UrlFrom { destination } => format!("「待填：{}的网址」", named(destination)),
            Slot::IndexNumberFrom { destination } => {
                format!("「待填：{}的索引号」", named(destination))
            }
        }
    }
}

/// The cover as it is cut: it stands in lists and on cards, so that the text alone does not show it.
fn cover(rendition: &Rendition, picture: &dyn Fn(&Digest) -> String) -> String {
    let Some(cover) = rendition.derivative(COVER) else {
        return String::new();
    };
    let Some(made) = &cover.made else {
        return String::new();
    };
    let cut = cover.spec.as_ref().is_some_and(|spec| spec.crop.is_some());
    let caption = if cut {
        "封面（按比例裁切）"
    } else {
        "封面"
    };
    format!(
        "<figure class=\"yigao-cover\"><img src=\"{}\" alt=\"{}\"><figcaption>{caption}</figcaption></figure>\n",
        escape(&picture(&made.digest)),
        escape(&cover.alt)
    )
}

fn file_name(rendition: &Rendition, digest: &Digest) -> String {
    rendition
        .media
        .iter()
        .filter_map(|d| d.made.as_ref())
        .find(|made| made.digest == *digest)
        .map(|made| made.file_name.clone())
        .unwrap_or_default()
}

const STYLE: &str = "body{margin:16px;font:17px/1.8 system-ui,-apple-system,\"PingFang SC\",\"Microsoft YaHei\",\
                     \"Noto Sans CJK SC\",sans-serif;color:#1c1f23;background:#fff;overflow-wrap:anywhere}\
                     img,video{max-width:100%;height:auto}table{border-collapse:collapse}td,th{border:1px solid #bbb;\
                     padding:4px 8px}h1{font-size:24px;line-height:1.4}figure{margin:16px 0}figcaption{font-size:14px;color:#555}";

#[cfg(test)]
mod tests {
    use yigao_core::{
        Derivative, DerivativeSpec, DestinationId, Intent, ItemId, Made, PictureFormat, Ratio,
    };

    use super::*;

    fn rendition(name: &str, crop: Option<Ratio>) -> Rendition {
        let source = Digest::of_bytes(b"p");
        let spec = DerivativeSpec {
            source: source.clone(),
            crop,
            focus: None,
            max_width: 900,
            max_height: None,
            format: PictureFormat::Jpeg,
            max_bytes: 64_000,
        };
        Rendition {
            destination: DestinationId::parse("site").unwrap(),
            intent: Intent::Publish,
            item: ItemId::parse("a").unwrap(),
            version: 1,
            version_digest: source.clone(),
            title: String::new(),
            preview: String::new(),
            payload: serde_json::Value::Null,
            media: vec![Derivative {
                name: name.to_owned(),
                spec: Some(spec),
                source: source.clone(),
                alt: "人\"像".to_owned(),
                made: Some(Made {
                    digest: source,
                    media_type: "image/jpeg".to_owned(),
                    bytes: 1,
                    width: Some(900),
                    height: Some(383),
                    file_name: "c.jpg".to_owned(),
                }),
            }],
            slots: Vec::new(),
            leaves: Vec::new(),
        }
    }

    #[test]
    fn the_cover_is_shown_as_it_is_cut_and_only_the_cover() {
        let address = |digest: &Digest| format!("/m/{}?a=1&b=2", digest.short());
        let ratio = Some(Ratio { w: 235, h: 100 });
        let shown = cover(&rendition("cover", ratio), &address);
        assert!(
            shown.contains("<figcaption>封面（按比例裁切）</figcaption>"),
            "{shown}"
        );
        assert!(
            shown.contains("?a=1&amp;b=2\"") && shown.contains("人&quot;像"),
            "{shown}"
        );
        let whole = cover(&rendition("cover", None), &address);
        assert!(whole.contains("<figcaption>封面</figcaption>"), "{whole}");
        assert_eq!(cover(&rendition("p1", ratio), &address), "");
        let mut unmade = rendition("cover", ratio);
        unmade.media[0].made = None;
        assert_eq!(cover(&unmade, &address), "");
    }
}
