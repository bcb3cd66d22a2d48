//! The methods: each is one line for each transport.

use async_trait::async_trait;
use yigao_channel::{Channel, Cx, Heard, Incoming, Profile, R, Refusal, RenderInput, Rendered};
use yigao_core::{Observation, Prior, Receipt, Rendition};

use crate::{
    County,
    api::Api,
    config::Transport,
    drop_folder::Drop,
    hand::{Hand, hear},
    render::render,
};

/// The transport, as one run of a method sees it.
enum Way<'a> {
    Push(Api<'a>),
    Drop(Drop<'a>),
    Paste(Hand<'a>),
}

#[async_trait]
impl Channel for County {
    fn profile(&self) -> &Profile {
        &self.profile
    }

    fn render(&self, input: &RenderInput<'_>) -> Rendered {
        render(&self.settings, &self.profile, input)
    }

    fn hear(&self, call: &Incoming) -> Result<Heard, Refusal> {
        match &self.settings.transport {
            Transport::Paste(paste) => hear(paste, call),
            Transport::Push(_) | Transport::Drop(_) => Err(Refusal::new(
                404,
                "这个中心不会回传消息",
                "nothing is heard from this centre",
            )),
        }
    }

    async fn publish(&self, cx: &Cx<'_>, rendition: &Rendition) -> R<Receipt> {
        match self.way(cx) {
            Way::Push(api) => api.deliver(rendition).await,
            Way::Drop(drop) => drop.deliver(rendition).await,
            Way::Paste(hand) => hand.ask(rendition).await,
        }
    }

    /// The same name with a higher version takes the place of what is there; a person is asked to do it.
    async fn correct(&self, cx: &Cx<'_>, rendition: &Rendition) -> R<Receipt> {
        self.publish(cx, rendition).await
    }

    async fn kill(&self, cx: &Cx<'_>, notice: &Rendition) -> R<Receipt> {
        match self.way(cx) {
            Way::Push(api) => api.withdraw(notice).await,
            Way::Drop(drop) => drop.deliver(notice).await,
            Way::Paste(hand) => hand.ask(notice).await,
        }
    }

    async fn observe(&self, cx: &Cx<'_>, prior: &Prior) -> R<Observation> {
        match self.way(cx) {
            Way::Push(api) => api.seen(prior).await,
            Way::Drop(drop) => drop.seen(prior).await,
            Way::Paste(hand) => hand.seen(&prior.standing).await,
        }
    }

    async fn tidy(&self, cx: &Cx<'_>, _: Option<&Receipt>) -> R<()> {
        match self.way(cx) {
            Way::Drop(drop) => drop.tidy().await,
            // Pictures at a centre are its own, and a page is only an address.
            Way::Push(_) | Way::Paste(_) => Ok(()),
        }
    }

    async fn probe(&self, cx: &Cx<'_>) -> R<Vec<yigao_core::Words>> {
        match self.way(cx) {
            Way::Push(api) => api.probe().await?,
            Way::Drop(drop) => drop.probe().await?,
            // Whether a person is there is known when one answers.
            Way::Paste(_) => {}
        }
        Ok(Vec::new())
    }
}

impl County {
    fn way<'a>(&'a self, cx: &'a Cx<'a>) -> Way<'a> {
        match &self.settings.transport {
            Transport::Push(push) => Way::Push(Api { cx, push }),
            Transport::Drop(folder) => Way::Drop(Drop { cx, folder }),
            Transport::Paste(paste) => Way::Paste(Hand {
                cx,
                paste,
                centre: &self.settings.centre_name,
            }),
        }
    }
}
