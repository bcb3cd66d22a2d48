//! What stands on the site, as its interface tells it and as a reader gets it.

use serde_json::json;
use url::Url;
use yigao_article::{page, shown};
use yigao_channel::{Answer, Cx, Interrupt, StepResult};
use yigao_core::{Localized, Observation, Prior, RemoteState, Seen};

use crate::manifest::{
    ManifestSite,
    api::Api,
    article::{marked, marker},
    there::There,
};

impl ManifestSite {
    pub(crate) async fn lookup_at(&self, cx: &Cx<'_>, prior: &Prior) -> StepResult<Observation> {
        let api = self.api(cx);
        let mut found = api.found(&api.named()).await?;
        let receipt = match &prior.remote_state {
            RemoteState::Out(receipt) => Some(receipt),
            _ => prior.replaced.as_ref(),
        };
        if let Some(receipt) = receipt
            && found.iter().all(|there| there.id != receipt.id)
        {
            let remote = json!({ "id": receipt.id, "url": receipt.url });
            let scope = api.named().with("remote", remote);
            found.extend(api.read_back(&scope).await?);
        }
        let public: Vec<&There> = found
            .iter()
            .filter(|there| there.public != Some(false))
            .collect();
        let Some(there) = public.first() else {
            return api.nothing_public(&found, prior).await;
        };
        let there = api.whole(there).await?;
        let mut seen = Observation::by_remote(Seen::Live, cx.now());
        seen.leaves = there.leaves().unwrap_or_default();
        let known = receipt.and_then(|receipt| receipt.url.clone());
        seen.url = there.url.as_deref().map(|url| api.address(url)).or(known);
        if public.len() > 1 {
            seen.remote_state = Seen::Changed;
            seen.drift
                .extend(public.iter().skip(1).map(|there| twice(there)));
        }
        if let Some(url) = seen.url.clone() {
            let page = api.page(&url).await;
            match page {
                Ok(page) => {
                    let shown = api.compare(&page, &mut seen);
                    api.look_at_pictures(&url, &shown, &mut seen).await?;
                }
                Err(Interrupt::Fault(error)) => {
                    seen.remote_state = Seen::CannotSee;
                    seen.drift.push(error.localized());
                }
                Err(stop) => return Err(stop),
            }
        }
        Ok(seen)
    }
}

impl Api<'_> {
    /// What was found, with its text: a list of matches rarely has it.
    async fn whole(&self, there: &There) -> StepResult<There> {
        if there.html.is_some() {
            return Ok(there.clone());
        }
        let remote = json!({ "id": there.id, "url": there.url });
        let read = self.read_back(&self.named().with("remote", remote)).await?;
        Ok(read.unwrap_or_else(|| there.clone()))
    }

    /// Nothing is found, or nothing that is public. What readers get has the last word: sites keep pages of what their
    /// interface has forgotten.
    async fn nothing_public(&self, found: &[There], prior: &Prior) -> StepResult<Observation> {
        let mut seen = Observation::by_remote(Seen::Gone, self.cx.now());
        let ops = &self.site.manifest.ops;
        let receipt = match &prior.remote_state {
            RemoteState::Out(receipt) => Some(receipt),
            _ => prior.replaced.as_ref(),
        };
        let url = receipt.and_then(|receipt| receipt.url.clone());
        let cannot_ask = ops.find.is_none() && (ops.read_back.is_none() || receipt.is_none());
        match url {
            Some(url) => {
                let page = self.page(&url).await?;
                let is_up =
                    page.status == 200 && marked(&page.text(), &marker(self.cx.marker())).is_some();
                if is_up {
                    seen.remote_state = Seen::Live;
                    seen.url = Some(url.clone());
                    let shown = self.compare(&page, &mut seen);
                    self.look_at_pictures(&url, &shown, &mut seen).await?;
                    if !cannot_ask {
                        seen.drift.push(Localized::new(
                            "网站接口说没有公开，读者仍打得开网页",
                            "the interface says that it is not public, and readers still get its page",
                        ));
                    }
                } else if cannot_ask && page.status == 200 {
                    self.compare(&page, &mut seen);
                }
            }
            None if cannot_ask => seen.remote_state = Seen::CannotSee,
            None => {}
        }
        if !found.is_empty() && seen.remote_state == Seen::Gone {
            seen.drift.push(Localized::new(
                "稿件在网站上，但读者看不到",
                "it is on the site, and readers do not see it",
            ));
        }
        Ok(seen)
    }
}

impl Api<'_> {
    /// What a reader gets must say the same as what the interface told; answers the markup of the text.
    fn compare(&self, answer: &Answer, seen: &mut Observation) -> String {
        let html = answer.text();
        let page = page::read(&html, self.site.manifest.main_text.as_deref());
        let shown = marked(&html, &marker(self.cx.marker())).or(page.main.as_deref());
        shown::compare(answer.status, &page, shown, self.cx.now(), seen);
        shown.unwrap_or_default().to_owned()
    }
}

/// Most pictures of an article that are asked for at one lookup.
const PICTURES: usize = 30;

impl Api<'_> {
    /// A picture stands in the text and is not there for readers: deleted, or not public.
    async fn look_at_pictures(
        &self,
        url: &str,
        shown: &str,
        seen: &mut Observation,
    ) -> StepResult<()> {
        let Ok(page) = Url::parse(url) else {
            return Ok(());
        };
        for src in page::pictures(shown).into_iter().take(PICTURES) {
            // Of other sites nothing is asked.
            let Some(picture) = page.join(&src).ok().filter(|p| p.origin() == page.origin()) else {
                continue;
            };
            let answer = match self.page(picture.as_str()).await {
                Ok(answer) => answer,
                // Trouble on the way says nothing of the picture.
                Err(Interrupt::Fault(_)) => continue,
                Err(stop) => return Err(stop),
            };
            let kind = answer.header("content-type").unwrap_or_default();
            if answer.status == 200 && kind.starts_with("image/") {
                continue;
            }
            if seen.remote_state == Seen::Live {
                seen.remote_state = Seen::PictureLost;
            }
            let status = answer.status;
            seen.drift.push(Localized::new(
                format!("读者看不到图片 {src}（HTTP {status}）"),
                format!("readers do not get the picture {src} (HTTP {status})"),
            ));
        }
        Ok(())
    }

    /// Whether readers are told that a file of the site is not there. Trouble on the way says nothing.
    pub(crate) async fn is_gone(&self, url: &str) -> StepResult<bool> {
        let ours = Url::parse(url).is_ok_and(|url| url.origin() == self.site.base.origin());
        if !ours {
            return Ok(false);
        }
        match self.page(url).await {
            Ok(answer) => Ok(matches!(answer.status, 404 | 410)),
            Err(Interrupt::Fault(_)) => Ok(false),
            Err(stop) => Err(stop),
        }
    }
}

fn twice(other: &There) -> Localized {
    let place = other.url.as_deref().unwrap_or(&other.id);
    Localized::new(
        format!("网站上还有一份：{place}"),
        format!("there is a second copy: {place}"),
    )
}
