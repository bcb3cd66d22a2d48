//! The live table of the demo: items down, destinations across; on a terminal drawn in place, else a line a change.

use std::{collections::BTreeMap, time::Duration};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use yigao_core::{Delivery, DeliveryId, Intent, State, WaitReason};
use yigao_engine::Hub;

use yigao::{
    follow::line,
    lang::{Say, err},
    table::padded,
};

/// Draws deliveries as they change.
pub(crate) struct Board {
    hub: Hub,
    say: Say,
    screen: Option<MultiProgress>,
    rows: BTreeMap<String, ProgressBar>,
    shown: BTreeMap<DeliveryId, String>,
}

impl Board {
    pub(crate) fn new(hub: Hub, say: Say) -> Self {
        let screen = say.is_live().then(MultiProgress::new);
        Self {
            hub,
            say,
            screen,
            rows: BTreeMap::new(),
            shown: BTreeMap::new(),
        }
    }

    /// Reads the deliveries and shows what changed.
    pub(crate) async fn draw(&mut self, ids: &[DeliveryId]) -> anyhow::Result<Vec<Delivery>> {
        let mut deliveries = Vec::new();
        for id in ids {
            deliveries.push(self.hub.delivery(id).await?);
        }
        self.tell(&deliveries);
        self.cells(&deliveries);
        Ok(deliveries)
    }

    /// Whether a person lookups on.
    pub(crate) fn is_live(&self) -> bool {
        self.screen.is_some()
    }

    /// A line above the table; printed beside it, the next redraw would wipe it away.
    pub(crate) fn say(&self, zh: &str, en: &str) {
        match &self.screen {
            Some(screen) => drop(screen.println(self.say.pick(zh, en))),
            None => self.say.line(zh, en),
        }
    }

    /// Takes the table off the screen: every delivery is at rest, and what follows is printed as plain lines.
    pub(crate) fn rest(&mut self) {
        for (_, row) in std::mem::take(&mut self.rows) {
            row.finish_and_clear();
        }
    }

    fn tell(&mut self, deliveries: &[Delivery]) {
        let news = |d: &&Delivery| {
            // That a worker has not come to it yet is no news.
            d.state != State::Working && d.why != Some(WaitReason::Planned)
        };
        for delivery in deliveries.iter().filter(news) {
            let text = format!("  {}", line(delivery, &self.say));
            if self.shown.get(&delivery.id) == Some(&text) {
                continue;
            }
            match &self.screen {
                Some(screen) => drop(screen.println(&text)),
                None if !self.say.json => err(&text),
                None => {}
            }
            self.shown.insert(delivery.id.clone(), text);
        }
    }

    fn cells(&mut self, deliveries: &[Delivery]) {
        let Some(screen) = &self.screen else { return };
        let mut by_item: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for delivery in deliveries {
            let glyph = match delivery.state {
                State::Waiting => "⏸",
                State::Working => "…",
                State::Accepted => "◐",
                State::Unconfirmed => "◌",
                State::Delivered => "✓",
                State::Failed => "✕",
                State::InDoubt => "?",
                State::Superseded => "⤳",
            };
            let cell = format!(
                "{} {glyph}{}",
                delivery.destination,
                self.say.pick(delivery.state.zh(), delivery.state.name())
            );
            let doing = match delivery.intent {
                Intent::Publish => String::new(),
                intent => format!("{} ", self.say.pick(intent.zh(), intent.name())),
            };
            by_item
                .entry(format!("{doing}{}", delivery.item))
                .or_default()
                .push(cell);
        }
        for (item, cells) in by_item {
            let bar = self.rows.entry(item.clone()).or_insert_with(|| {
                let bar = screen.add(ProgressBar::new_spinner());
                if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg}") {
                    bar.set_style(style);
                }
                bar.enable_steady_tick(Duration::from_millis(150));
                bar
            });
            bar.set_message(format!("{} {}", padded(&item, 24), cells.join("  ")));
        }
    }
}
