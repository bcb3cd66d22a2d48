//! What an article must be to enter the draft box.

use serde_json::Value;

use super::super::{Account, Refusal, text};
use super::Article;
use crate::html;
use crate::picture::png_size;
use crate::settings::Limits;

const CONTENT_CHARS: usize = 20_000;
const CONTENT_BYTES: usize = 1024 * 1024;
const SOURCE_URL_BYTES: usize = 1024;
const AUTOMATIC_DIGEST_CHARS: usize = 54;
const NEWSPIC_PICTURES: usize = 20;

impl Limits {
    fn check(self, title: &str, author: &str, digest: &str) -> Result<(), Refusal> {
        let chars = |text: &str| text.chars().count();
        let (title_fits, author_fits, digest_fits) = match self {
            Self::Doc => (
                chars(title) <= 32,
                chars(author) <= 16,
                chars(digest) <= 128,
            ),
            // The digest is counted in bytes of UTF-8 there.
            Self::Observed => (chars(title) <= 64, chars(author) <= 8, digest.len() <= 120),
        };
        match (title_fits, author_fits, digest_fits) {
            (false, _, _) => Err(Refusal::of(45003)),
            (_, false, _) => Err(Refusal::of(45110)),
            (_, _, false) => Err(Refusal::of(45004)),
            (true, true, true) => Ok(()),
        }
    }
}

impl Account {
    pub(super) fn checked_article(&self, sent: &Value) -> Result<Article, Refusal> {
        let title = text(sent, "title");
        let author = text(sent, "author");
        let digest = text(sent, "digest");
        let content = text(sent, "content");
        if title.is_empty() {
            return Err(Refusal::of(41011));
        }
        self.settings.limits.check(title, author, digest)?;
        if content.is_empty() {
            return Err(Refusal::of(44004));
        }
        if content.chars().count() >= CONTENT_CHARS || content.len() >= CONTENT_BYTES {
            return Err(Refusal::of(45002));
        }
        let newspic = match text(sent, "article_type") {
            "" | "news" => false,
            "newspic" => true,
            _ => return Err(Refusal::of(40097)),
        };
        let pictures = if newspic {
            self.checked_pictures(sent)?
        } else {
            Vec::new()
        };
        let cover = match pictures.first() {
            Some(first) => first.as_str(),
            None => text(sent, "thumb_media_id"),
        };
        self.check_cover(cover)?;
        let number = |key: &str| sent.get(key).and_then(Value::as_u64).unwrap_or(0);
        if number("need_open_comment") == 1 && !self.settings.comments {
            return Err(Refusal::of(88000));
        }
        let stored = self.rewritten(content).map_err(|_| Refusal::of(45166))?;
        let digest = if digest.is_empty() {
            let plain = html::text(content);
            plain.trim().chars().take(AUTOMATIC_DIGEST_CHARS).collect()
        } else {
            digest.to_owned()
        };
        Ok(Article {
            newspic,
            title: title.to_owned(),
            author: author.to_owned(),
            digest,
            content: stored,
            content_sent: content.to_owned(),
            content_source_url: checked_source(text(sent, "content_source_url"))?,
            thumb_media_id: cover.to_owned(),
            need_open_comment: number("need_open_comment"),
            only_fans_can_comment: number("only_fans_can_comment"),
            crops: checked_crops(sent)?,
            pictures,
            deleted: false,
            sn: String::new(),
        })
    }

    fn check_cover(&self, media_id: &str) -> Result<(), Refusal> {
        let cover = self
            .material(media_id)
            .filter(|m| matches!(m.group, "image" | "thumb"))
            .ok_or(Refusal::of(40007))?;
        // Seen live: a picture of one pixel cannot be cropped, even when no crop was asked for.
        match png_size(&cover.bytes) {
            Some((1, _) | (_, 1)) => Err(Refusal::of(53402)),
            _ => Ok(()),
        }
    }

    fn checked_pictures(&self, sent: &Value) -> Result<Vec<String>, Refusal> {
        let list = sent
            .pointer("/image_info/image_list")
            .and_then(Value::as_array)
            .ok_or(Refusal::of(40215))?;
        if list.is_empty() || list.len() > NEWSPIC_PICTURES {
            return Err(Refusal::of(40215));
        }
        list.iter()
            .map(|entry| {
                let id = text(entry, "image_media_id");
                self.material(id)
                    .map(|_| id.to_owned())
                    .ok_or(Refusal::of(40007))
            })
            .collect()
    }
}

/// Kept exactly as sent: a sender can find its article again by it.
fn checked_source(address: &str) -> Result<String, Refusal> {
    if address.len() > SOURCE_URL_BYTES {
        return Err(Refusal::of(45005));
    }
    let good = address.is_empty()
        || url::Url::parse(address)
            .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.host_str().is_some());
    if good {
        Ok(address.to_owned())
    } else {
        Err(Refusal::of(41039))
    }
}

/// `X1_Y1_X2_Y2`, each from 0 to 1 with at most six decimals.
fn checked_crops(sent: &Value) -> Result<Vec<(String, String)>, Refusal> {
    let mut crops = Vec::new();
    for key in ["pic_crop_235_1", "pic_crop_1_1"] {
        let crop = text(sent, key);
        if crop.is_empty() {
            continue;
        }
        let numbers: Vec<f64> = crop
            .split('_')
            .filter(|n| {
                n.split_once('.')
                    .is_none_or(|(_, decimals)| decimals.len() <= 6)
            })
            .filter_map(|n| n.parse().ok())
            .filter(|n| (0.0..=1.0).contains(n))
            .collect();
        match numbers.as_slice() {
            [x1, y1, x2, y2] if x1 < x2 && y1 < y2 && crop.split('_').count() == 4 => {
                crops.push((key.to_owned(), crop.to_owned()));
            }
            _ => return Err(Refusal::of(53402)),
        }
    }
    Ok(crops)
}
