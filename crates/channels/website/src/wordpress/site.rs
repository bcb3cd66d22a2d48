//! What WordPress can do, for the flow that all remote sites share: a draft is created, found by its marker, and published by its
//! number, since the interface knows no keys and its addresses are not unique.

use async_trait::async_trait;
use yigao_channel::{Answer, Cx, Interrupt, StepResult};
use yigao_core::{
    ChannelError, Derivative, Digest, Effect, ErrorKind, Found, Localized, Made, Observation, Seen,
};

use super::{
    api::{Api, Attachment},
    article::{Ready, number},
    config::WithdrawalManner,
    fault::is_gone,
    fields,
    media::{known, name},
    note::{Beside, Detail},
    ops,
    post::{NewPost, Post, marker, opening},
};
use crate::remote::{
    Abilities, Created, Held, Marked, Noun, Ops, Placed, RemoteSite, State, Target, Write, Written,
    notes,
};

#[async_trait]
impl RemoteSite for Api<'_> {
    type Content = Ready;
    type Extra = Post;
    type Detail = Detail;
    type Library = Vec<Attachment>;

    const OPS: Ops = Ops {
        create: ops::DRAFT,
        list: ops::LIST,
        withdraw: ops::TRASH,
        upload: ops::MEDIA,
        delete_file: ops::MEDIA_DELETE,
        poll: None,
    };
    const NOUN: Noun = Noun {
        zh: "文章",
        en: "post",
    };

    fn cx(&self) -> &Cx<'_> {
        self.cx
    }

    fn abilities(&self) -> Abilities {
        Abilities {
            find: true,
            read: true,
            saving_hides: false,
            deletes_trash: self.settings.withdraw == WithdrawalManner::Delete,
        }
    }

    fn check_id(&self, id: &str) -> Result<(), ChannelError> {
        number(id, ops::READ).map(drop).map_err(|error| {
            error.with_advice(Localized::new(
                "裁定时填写的编号不是文章编号：请在网站后台查到文章的数字编号（网址中的 post=）",
                "what was given is no post's number: it stands in the address of its editing page (post=)",
            ))
        })
    }

    fn address(&self, url: &str) -> String {
        url.to_owned()
    }

    async fn find(&self) -> StepResult<Vec<Held<Post>>> {
        let marker = marker(self.cx.marker());
        let posts = self.find_posts(&marker).await?;
        Ok(posts.into_iter().map(|post| held(post, &marker)).collect())
    }

    async fn read(&self, target: &Target) -> StepResult<Option<Held<Post>>> {
        let id = number(&target.id, ops::READ)?;
        match self.post(id).await {
            Ok(post) => Ok(Some(held(post, &marker(self.cx.marker())))),
            Err(Interrupt::Fault(error)) if is_gone(&error) => Ok(None),
            Err(stop) => Err(stop),
        }
    }

    async fn create(&self, ready: &Ready) -> StepResult<Created> {
        let post = self.create_post(&ready.post.body("draft")).await?;
        fields::as_sent(&ready.post.fields, &post.meta)?;
        Ok(Created::New {
            target: target(&post),
            job: None,
        })
    }

    fn checksum(&self, ready: &Ready) -> Digest {
        ready.post.print()
    }

    fn writes(&self, _is_old: bool) -> Vec<Write> {
        vec![Write {
            op: ops::POST,
            has_text: true,
            is_last: true,
        }]
    }

    /// Makes it public by its number.
    async fn write(
        &self,
        _write: Write,
        target: &Target,
        ready: &Ready,
        there: Option<&Held<Post>>,
    ) -> StepResult<Written<Detail>> {
        let new = &ready.post;
        let mut body = new.body("publish");
        if let Some(there) = there.map(|held| &held.extra) {
            fields::taken(&new.fields, &there.meta)?;
            if there.is_public() {
                let mut before = notes::<Detail>(self.cx.prior()).filter_map(|note| note.detail);
                let beside = before.next().map(|detail| detail.beside);
                body = new.correction(there, beside.as_ref());
            }
        }
        let post = self.update(number(&target.id, ops::POST)?, &body).await?;
        as_sent(new, &post)?;
        let media = ready.media.iter();
        Ok(Written {
            job: None,
            wrote: Some(post.print()),
            detail: Some(Detail {
                media: media
                    .map(|(name, file)| (name.clone(), file.id.clone()))
                    .collect(),
                beside: Beside::of(new, &post),
            }),
            url: Some(post.link),
        })
    }

    async fn finished(&self, _job: &str, _target: &Target) -> StepResult<Found<Option<String>>> {
        Ok(Found::Yes(None))
    }

    /// In the trash or gone already is as good.
    async fn withdraw(&self, target: &Target) -> StepResult<()> {
        let for_good = self.settings.withdraw == WithdrawalManner::Delete;
        let id = number(&target.id, ops::TRASH)?;
        gone_is_fine(self.delete(id, for_good).await)
    }

    async fn library(&self, media: &[Derivative]) -> StepResult<Vec<Attachment>> {
        self.files_of(media.iter().filter_map(|file| file.made.as_ref()))
            .await
    }

    async fn find_file(
        &self,
        _derivative: &Derivative,
        made: &Made,
        library: Option<&Vec<Attachment>>,
    ) -> StepResult<Option<Placed>> {
        Ok(match library {
            Some(library) => known(library, made)?,
            None => known(&self.files_of([made].into_iter()).await?, made)?,
        })
    }

    async fn upload(&self, derivative: &Derivative, made: &Made) -> StepResult<Placed> {
        self.upload_made(derivative, made).await
    }

    /// Another delivery may have uploaded it after the library was asked.
    async fn has_file(&self, file: &Placed, library: &Vec<Attachment>) -> StepResult<bool> {
        let is_listed = library.iter().any(|there| there.id.to_string() == file.id);
        Ok(is_listed
            || !self
                .media(&format!("include={}", file.id))
                .await?
                .is_empty())
    }

    /// What staff put into another post or page stays.
    async fn delete_file(&self, file: &Placed) -> StepResult<()> {
        if let Some(name) = name(file)
            && self.is_shown(name).await?
        {
            return Ok(());
        }
        let id = number(&file.id, ops::MEDIA_DELETE)?;
        gone_is_fine(self.delete_media(id).await)
    }

    async fn page(&self, url: &str) -> StepResult<Answer> {
        self.page_of(url).await
    }

    fn main_text(&self) -> Option<&str> {
        None
    }

    fn marked<'p>(&self, html: &'p str) -> Marked<'p> {
        let marker = marker(self.cx.marker());
        let (open, close) = (opening(&marker), format!("<!-- /{marker} "));
        let ours = html.split_once(&open).map(|(_, rest)| rest);
        match ours.map(|rest| rest.split_once(&close)) {
            Some(Some((inner, _))) => Marked::Whole(inner),
            Some(None) => Marked::CutOff,
            None => Marked::Absent,
        }
    }

    fn why_hidden(&self, held: &Held<Post>) -> Localized {
        let (zh, en) = match held.extra.status.as_str() {
            "trash" => ("文章在网站回收站中", "the post is in the site's trash"),
            "private" => ("文章在网站上被设为私密", "the post was made private"),
            "future" => (
                "文章在网站上被定为将来发布",
                "the post was scheduled for later",
            ),
            "pending" => ("文章在网站上等待复审", "the post waits for review"),
            _ => (
                "文章在网站上是草稿，读者看不到",
                "the post is a draft that readers do not see",
            ),
        };
        Localized::new(zh, en)
    }

    async fn compare_details(
        &self,
        held: &Held<Post>,
        detail: Option<&Detail>,
        seen: &mut Observation,
    ) -> StepResult<()> {
        let Some(detail) = detail else {
            return Ok(());
        };
        self.compare_files(detail, seen).await?;
        let changed = detail.beside.changed(&held.extra);
        if !changed.is_empty() {
            seen.remote_state = Seen::Changed;
            seen.drift.extend(changed);
        }
        Ok(())
    }

    async fn compare_pictures(
        &self,
        _url: &str,
        _shown: &str,
        _seen: &mut Observation,
    ) -> StepResult<()> {
        Ok(())
    }
}

impl Api<'_> {
    /// Whether every picture and file is still in the library.
    async fn compare_files(&self, detail: &Detail, seen: &mut Observation) -> StepResult<()> {
        if detail.media.is_empty() {
            return Ok(());
        }
        let ids: Vec<&str> = detail.media.values().map(String::as_str).collect();
        let there = self.media(&format!("include={}", ids.join(","))).await?;
        for (name, id) in &detail.media {
            if there.iter().all(|file| file.id.to_string() != *id) {
                if seen.remote_state == Seen::Live {
                    seen.remote_state = Seen::PictureLost;
                }
                seen.drift.push(Localized::new(
                    format!("文件 {name} 已从网站媒体库删除"),
                    format!("file {name} was deleted from the site's library"),
                ));
            }
        }
        Ok(())
    }
}

fn target(post: &Post) -> Target {
    Target {
        id: post.id.to_string(),
        url: Some(post.link.clone()),
    }
}

fn held(post: Post, marker: &str) -> Held<Post> {
    Held {
        target: target(&post),
        state: match post.status.as_str() {
            "publish" => State::Public,
            "draft" => State::Draft,
            "trash" => State::Trash,
            _ => State::Hidden,
        },
        is_marked: post.bears(marker),
        has_checksum: post.is_as_written(marker),
        is_whole: true,
        leaves: post.leaves(),
        checksum: Some(post.print()),
        extra: post,
    }
}

/// The site drops what it does not know without a word, so its answer is compared with what was sent.
fn as_sent(new: &NewPost, post: &Post) -> StepResult<()> {
    let fault = |kind, message: String| {
        ChannelError::new(kind, ops::POST, message).with_effect(Effect::None)
    };
    match new.dropped(post) {
        None => {}
        // Deleted there meanwhile: its number is looked up again.
        Some("categories") => {
            let message = "the site dropped the category".to_owned();
            return Err(Interrupt::Fault(
                fault(ErrorKind::Unavailable, message).with_renew(),
            ));
        }
        Some(field) => {
            let message = format!("the site dropped {field}");
            return Err(fault(ErrorKind::Unavailable, message).into());
        }
    }
    if post.status == "future" {
        let message = "the site holds the post back until its date".to_owned();
        let advice = Localized::new(
            "有人在网站后台给这篇文章定了将来的时间：请改为当前时间后重新投递",
            "somebody set a date ahead for this post: set it back on the site, then send again",
        );
        return Err(fault(ErrorKind::Rejected, message)
            .with_advice(advice)
            .into());
    }
    if !post.is_public() {
        let message = format!("the post is {:?} after it was published", post.status);
        let advice = Localized::new(
            "网站没有公开这篇文章：该用户可能只能“送审”，请把角色改为“编辑”",
            "the site did not make the post public; the user may only submit for review: make them an editor",
        );
        return Err(fault(ErrorKind::Unauthorized, message)
            .with_advice(advice)
            .into());
    }
    Ok(())
}

fn gone_is_fine(out: StepResult<()>) -> StepResult<()> {
    match out {
        Err(Interrupt::Fault(error)) if is_gone(&error) => Ok(()),
        other => other,
    }
}
