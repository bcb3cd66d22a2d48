//! The editor at the centre that is handed pages: confirms what is asked, and remembers what is up because of it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use yigao_channel::Incoming;
use yigao_core::{Asks, State, Ticket};
use yigao_engine::Hub;
use yigao_store::ListDeliveries;

use crate::{
    scene::destination,
    witness::{Copy, at},
};

#[derive(Clone, Debug, Default)]
pub(crate) struct Editor {
    up: Arc<Mutex<BTreeMap<String, Copy>>>,
}

impl Editor {
    /// Answers every page that waits for an answer.
    pub(crate) async fn answer(&self, hub: &Hub) -> anyhow::Result<()> {
        let place = destination("paste")?;
        let which = ListDeliveries {
            item: None,
            destination: Some(place.clone()),
            states: vec![State::Accepted],
            limit: 100,
            ..ListDeliveries::default()
        };
        for delivery in hub.deliveries(&which).await? {
            let Some(ticket) = &delivery.ticket else {
                continue;
            };
            let Some(call) = self.confirm(delivery.item.as_str(), ticket, hub) else {
                continue;
            };
            // A second confirmation of the same page is refused, and that is all.
            drop(hub.receive(&place, &call).await);
        }
        Ok(())
    }

    fn confirm(&self, item: &str, ticket: &Ticket, hub: &Hub) -> Option<Incoming> {
        if !matches!(ticket.asks, Asks::Person(_)) {
            return None;
        }
        let link = at(&ticket.note, "link").as_str()?;
        let (_, page) = link.split_once("/hand/paste/")?;
        let (name, signature) = page.split_once("?s=")?;
        let pack = at(&ticket.note, "pack");
        let text = |key: &str| at(pack, key).as_str().unwrap_or_default().to_owned();
        let mut up = self.up.lock().unwrap_or_else(PoisonError::into_inner);
        if *at(pack, "intent") == "withdraw" {
            up.remove(item);
        } else {
            let copy = Copy {
                id: ticket.id.clone(),
                url: None,
                text: format!("{}\n{}", text("title"), text("text")),
            };
            up.insert(item.to_owned(), copy);
        }
        Some(Incoming {
            method: "POST".into(),
            path: format!("/hand/{name}"),
            query: vec![("s".into(), signature.into())],
            headers: Vec::new(),
            body: "who=%E5%BC%A0%E4%B8%89&answer=received".into(),
            now: hub.clock.now(),
        })
    }

    pub(crate) fn copy(&self, number: usize) -> Vec<Copy> {
        let up = self.up.lock().unwrap_or_else(PoisonError::into_inner);
        up.get(&format!("item-{number}"))
            .cloned()
            .into_iter()
            .collect()
    }
}
