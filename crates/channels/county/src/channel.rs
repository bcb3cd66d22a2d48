//! The channel's methods: each passes the work to the transport that is configured.

use async_trait::async_trait;
use yigao_channel::{
    Callback, Channel, Cx, Incoming, Profile, Refusal, RenderInput, Rendered, StepResult,
};
use yigao_core::{Observation, Prior, Receipt, Rendition};

use crate::{
    County,
    api::Api,
    config::Transport,
    drop_folder::Drop,
    hand_over::{Hand, receive},
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

    fn receive(&self, call: &Incoming) -> Result<Callback, Refusal> {
        match &self.settings.transport {
            Transport::Paste(paste) => receive(paste, call),
            Transport::Push(_) | Transport::Drop(_) => Err(Refusal::new(
                404,
                "这个中心不会回传消息",
                "this centre sends no callbacks",
            )),
        }
    }

    async fn publish(&self, cx: &Cx<'_>, rendition: &Rendition) -> StepResult<Receipt> {
        match self.way(cx) {
            Way::Push(api) => api.deliver(rendition).await,
            Way::Drop(drop) => drop.deliver(rendition).await,
            Way::Paste(hand_over) => hand_over.ask(rendition).await,
        }
    }

    /// The same name with a higher version takes the place of what is there; a person is asked to do it.
    async fn correct(&self, cx: &Cx<'_>, rendition: &Rendition) -> StepResult<Receipt> {
        self.publish(cx, rendition).await
    }

    async fn withdraw(&self, cx: &Cx<'_>, notice: &Rendition) -> StepResult<Receipt> {
        match self.way(cx) {
            Way::Push(api) => api.withdraw(notice).await,
            Way::Drop(drop) => drop.deliver(notice).await,
            Way::Paste(hand_over) => hand_over.ask(notice).await,
        }
    }

    async fn observe(&self, cx: &Cx<'_>, prior: &Prior) -> StepResult<Observation> {
        match self.way(cx) {
            Way::Push(api) => api.seen(prior).await,
            Way::Drop(drop) => drop.seen(prior).await,
            Way::Paste(hand_over) => hand_over.seen(&prior.remote_state).await,
        }
    }

    async fn cleanup(&self, cx: &Cx<'_>, _: Option<&Receipt>) -> StepResult<()> {
        match self.way(cx) {
            Way::Drop(drop) => drop.cleanup().await,
            // Pictures at a centre are its own, and a page is only an address.
            Way::Push(_) | Way::Paste(_) => Ok(()),
        }
    }

    async fn probe(&self, cx: &Cx<'_>) -> StepResult<Vec<yigao_core::Localized>> {
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
