//! Pictures of bodies and permanent material.
//!
//! Pages 上传图文消息内的图片获取URL, 新增永久素材, 获取素材列表, read 2026-11.

use serde_json::{Value, json};

use super::{Account, Refusal, Reply, ok, page, text};
use crate::call::Call;
use crate::multipart;
use crate::picture::{Kind, png_size};

const BODY_PICTURE_BYTES: usize = 1024 * 1024;
const PICTURE_BYTES: usize = 10 * 1024 * 1024;
const VOICE_BYTES: usize = 2 * 1024 * 1024;
const VIDEO_BYTES: usize = 10 * 1024 * 1024;
const THUMB_BYTES: usize = 64 * 1024;
/// Above this the platform calls a picture odd; 18018 × 24477 was seen refused.
const PICTURE_PIXELS: u64 = 400_000_000;

#[derive(Debug, Clone)]
pub(crate) struct Material {
    /// Empty for pictures of bodies: they have an address and nothing else.
    pub(crate) media_id: String,
    /// `image`, `thumb`, `voice`, `video`, or `body` for `media/uploadimg`.
    pub(crate) group: &'static str,
    pub(crate) name: String,
    /// The part of the address that names the file.
    pub(crate) file: String,
    pub(crate) url: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) at: i64,
}

struct Upload {
    name: String,
    bytes: Vec<u8>,
    description: bool,
}

fn read_upload(call: &Call) -> Result<Upload, Refusal> {
    let content_type = call.header("content-type").unwrap_or_default();
    let parts = multipart::parts(content_type, &call.body);
    let media = parts
        .iter()
        .find(|part| part.name == "media")
        .ok_or(Refusal::of(41005))?;
    if media.bytes.is_empty() {
        return Err(Refusal::of(44001));
    }
    Ok(Upload {
        name: media.file_name.clone(),
        bytes: media.bytes.to_vec(),
        description: parts.iter().any(|part| part.name == "description"),
    })
}

fn check_pixels(bytes: &[u8]) -> Result<(), Refusal> {
    match png_size(bytes) {
        Some((w, h)) if u64::from(w) * u64::from(h) > PICTURE_PIXELS || w == 0 || h == 0 => {
            Err(Refusal::of(40137))
        }
        _ => Ok(()),
    }
}

impl Account {
    fn keep(&mut self, group: &'static str, upload: Upload, now: i64) -> &Material {
        let kind = Kind::of(&upload.bytes);
        let file = self.mint.text(48);
        let media_id = if group == "body" {
            String::new()
        } else {
            self.new_media_id()
        };
        let url = format!(
            "{}/wechat/mmbiz/{file}/0?wx_fmt={}",
            self.base,
            kind.format()
        );
        let material = Material {
            media_id,
            group,
            name: upload.name,
            file,
            url,
            bytes: upload.bytes,
            at: now,
        };
        // Every upload is a new entry, as with the platform: the same file twice is two materials.
        self.materials.push(material);
        self.materials.last().expect("one was pushed just now")
    }

    pub(super) fn material(&self, media_id: &str) -> Option<&Material> {
        self.materials
            .iter()
            .find(|m| !media_id.is_empty() && m.media_id == media_id)
    }

    /// Whether an address is one of this account's pictures, or of WeChat's picture hosts.
    pub(super) fn is_own_picture(&self, address: &str) -> bool {
        const HOSTS: &[&str] = &["mmbiz.qpic.cn", "mmbiz.qlogo.cn", "mmecoa.qpic.cn"];
        if let Some(rest) = address.strip_prefix(&format!("{}/wechat/mmbiz/", self.base)) {
            let file = rest.split('/').next().unwrap_or_default();
            return self.materials.iter().any(|m| m.file == file);
        }
        let after_scheme = address
            .strip_prefix("https://")
            .or_else(|| address.strip_prefix("http://"));
        after_scheme.is_some_and(|rest| {
            let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
            HOSTS.contains(&host)
        })
    }
}

/// The platform speaks of a *size* of less than 1 MB; formats are jpg and png.
pub(super) fn upload_body_picture(account: &mut Account, call: &Call, now: i64) -> Reply {
    let upload = read_upload(call)?;
    if !matches!(Kind::of(&upload.bytes), Kind::Jpeg | Kind::Png) {
        return Err(Refusal::of(40005));
    }
    if upload.bytes.len() >= BODY_PICTURE_BYTES {
        return Err(Refusal::of(40009));
    }
    check_pixels(&upload.bytes)?;
    let kept = account.keep("body", upload, now);
    Ok(json!({"url": kept.url}))
}

pub(super) fn add(account: &mut Account, call: &Call, now: i64) -> Reply {
    let upload = read_upload(call)?;
    let size = upload.bytes.len();
    let kind = Kind::of(&upload.bytes);
    let group = match call.query("type").unwrap_or_default() {
        "image" => {
            if !matches!(kind, Kind::Jpeg | Kind::Png | Kind::Gif | Kind::Bmp) {
                return Err(Refusal::of(40005));
            }
            if size > PICTURE_BYTES {
                return Err(Refusal::of(40009));
            }
            check_pixels(&upload.bytes)?;
            "image"
        }
        "thumb" if kind != Kind::Jpeg => return Err(Refusal::of(40005)),
        "thumb" if size > THUMB_BYTES => return Err(Refusal::of(40012)),
        "thumb" => "thumb",
        "voice" if size > VOICE_BYTES => return Err(Refusal::of(40010)),
        "voice" => "voice",
        "video" if !upload.description => return Err(Refusal::of(41011)),
        "video" if size > VIDEO_BYTES => return Err(Refusal::of(40011)),
        "video" => "video",
        _ => return Err(Refusal::of(40004)),
    };
    let kept = account.keep(group, upload, now);
    Ok(match group {
        "image" | "thumb" => json!({"media_id": kept.media_id, "url": kept.url, "item": []}),
        _ => json!({"media_id": kept.media_id, "item": []}),
    })
}

pub(super) fn count(account: &mut Account, _call: &Call, _now: i64) -> Reply {
    let of = |group: &str| {
        account
            .materials
            .iter()
            .filter(|m| m.group == group)
            .count()
    };
    Ok(json!({
        "voice_count": of("voice"),
        "video_count": of("video"),
        "image_count": of("image"),
        "news_count": 0,
    }))
}

/// Newest first. `name` is the file name of the upload.
pub(super) fn list(account: &mut Account, call: &Call, now: i64) -> Reply {
    let body = account.read(call)?;
    let (offset, count) = page(&body)?;
    let group = text(&body, "type");
    if !["image", "video", "voice", "news"].contains(&group) {
        return Err(Refusal::of(40004));
    }
    let shown = now - account.settings.list_lag_ms;
    let all: Vec<_> = account
        .materials
        .iter()
        .rev()
        .filter(|m| m.group == group && m.at <= shown)
        .collect();
    let item: Vec<Value> = all
        .iter()
        .skip(offset)
        .take(count)
        .map(|m| {
            json!({
                "media_id": m.media_id,
                "name": m.name,
                "update_time": m.at.div_euclid(1000),
                "url": m.url,
            })
        })
        .collect();
    Ok(json!({"total_count": all.len(), "item_count": item.len(), "item": item}))
}

pub(super) fn delete(account: &mut Account, call: &Call, _now: i64) -> Reply {
    let body = account.read(call)?;
    let media_id = text(&body, "media_id");
    let before = account.materials.len();
    account
        .materials
        .retain(|m| media_id.is_empty() || m.media_id != media_id);
    if account.materials.len() == before {
        return Err(Refusal::of(40007));
    }
    Ok(ok())
}
