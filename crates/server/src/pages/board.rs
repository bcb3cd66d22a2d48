//! 投递: item × destination, what each waits for, and first of all what needs a person.

use std::collections::{BTreeMap, BTreeSet};

use axum::{extract::State, response::Html};
use maud::{Markup, html};
use yigao_core::{Delivery, DestinationId, ItemId, State as DeliveryState};
use yigao_engine::{ListDeliveries, NoticeRow, StoreError};

use super::{
    Page,
    layout::{self, glyph},
    recovery,
    said::said,
};
use crate::{
    api::{deliveries::which, destinations, dto::DestinationView},
    app::Shared,
    body::Pairs,
    lang::Lang,
    problem::Problem,
    sentence::sentence,
    who::Who,
};

/// Where a person is needed, and where something is still to come; apart, so that many of one hide none of the other.
const NEEDS_A_PERSON: [DeliveryState; 2] = [DeliveryState::InDoubt, DeliveryState::Failed];
const TO_COME: [DeliveryState; 4] = [
    DeliveryState::Waiting,
    DeliveryState::Working,
    DeliveryState::Accepted,
    DeliveryState::Unconfirmed,
];
/// Words to other systems that are counted.
const UNTOLD: u32 = 1_000;
/// Rows of the grid.
const ROWS: usize = 60;

struct Board<'a> {
    page: &'a Page,
    query: &'a Pairs,
    destinations: &'a [DestinationView],
    titles: &'a BTreeMap<ItemId, String>,
    /// The newest of each item and destination, that passed the filters.
    shown: &'a [Delivery],
    counts: &'a [(DeliveryState, usize)],
    /// What other systems have not taken yet.
    untold: &'a [NoticeRow],
}

/// The newest of each item and destination: those of the last days, and whatever is not at its end or needs a person, however
/// old it is.
async fn newest_and_open(
    app: &Shared,
    asked: &ListDeliveries,
) -> Result<Vec<Delivery>, StoreError> {
    let of = |states: &[DeliveryState]| ListDeliveries {
        states: states.to_vec(),
        ..asked.clone()
    };
    let (mut all, mut seen) = (Vec::new(), BTreeSet::new());
    for which in [of(&[]), of(&NEEDS_A_PERSON), of(&TO_COME)] {
        for delivery in app.hub.deliveries(&which).await? {
            if seen.insert(delivery.id.clone()) {
                all.push(delivery);
            }
        }
    }
    Ok(all)
}

pub(super) async fn show(
    State(app): State<Shared>,
    who: Who,
    lang: Lang,
    query: Pairs,
) -> Result<Html<String>, Problem> {
    let asked = which(&query, 1_000)?;
    let states = asked.states.clone();
    let newest = ListDeliveries {
        newest_only: true,
        ..asked
    };
    let base = ListDeliveries {
        states: Vec::new(),
        ..newest.clone()
    };
    let all = newest_and_open(&app, &base).await?;
    let counts: Vec<_> = DeliveryState::ALL
        .into_iter()
        .map(|s| (s, all.iter().filter(|d| d.state == s).count()))
        .collect();
    let shown = match states.is_empty() {
        true => all,
        false => app.hub.deliveries(&newest).await?,
    };
    let items: BTreeSet<ItemId> = shown.iter().map(|d| d.item.clone()).collect();
    let items: Vec<ItemId> = items.into_iter().collect();
    let titles = app.hub.titles(&items).await?;
    let untold = app.hub.notices_untaken(UNTOLD).await?;
    let destinations = destinations::all(&app).await?;
    let page = Page::new(&app, &who, lang);
    let board = Board {
        page: &page,
        query: &query,
        destinations: &destinations,
        titles: &titles,
        shown: &shown,
        counts: &counts,
        untold: &untold,
    };
    let title = page.pick("投递", "Deliveries").to_owned();
    Ok(Html(
        page.draw(&title, "/deliveries", board.draw(&title))
            .into_string(),
    ))
}

impl Board<'_> {
    fn draw(&self, title: &str) -> Markup {
        let page = self.page;
        html! {
            h1 { (title) }
            (self.filters())
            div class="live" id="board" {
                (self.dead())
                (self.untold())
                @if self.shown.is_empty() {
                    p class="empty" { (page.pick("没有符合的投递。", "No deliveries fit.")) }
                } @else { (self.grid()) (self.waiting()) }
            }
            (recovery::forms(page, &self.named()))
        }
    }

    /// Links, so that a view can be saved and sent; each preserves the other filters.
    fn filters(&self) -> Markup {
        let page = self.page;
        let now = self.query.get("state");
        html! {
            nav class="filters" aria-label=(page.pick("按状态筛选", "Filter by state")) {
                a href=(self.with("state", None)) aria-current=[now.is_none().then_some("true")] { (page.pick("全部", "All")) }
                @for (state, count) in self.counts {
                    @if *count > 0 {
                        a class={ "state " (state.name()) } href=(self.with("state", Some(state.name()))) aria-current=[(now == Some(state.name())).then_some("true")] {
                            span aria-hidden="true" { (glyph(*state)) } " " (page.lang.state(*state)) " " (count)
                        }
                    }
                }
                @for name in ["item", "destination"] {
                    @if let Some(value) = self.query.get(name) { a class="tag" href=(self.with(name, None)) title=(page.pick("去掉此筛选", "drop this filter")) { (value) " ×" } }
                }
            }
        }
    }

    fn with(&self, name: &str, value: Option<&str>) -> String {
        let mut out = url::form_urlencoded::Serializer::new(String::new());
        for key in ["item", "destination", "state"] {
            let value = if key == name {
                value
            } else {
                self.query.get(key)
            };
            if let Some(value) = value {
                out.append_pair(key, value);
            }
        }
        format!("/deliveries?{}", out.finish())
    }

    fn destination(&self, id: &DestinationId) -> String {
        self.destinations
            .iter()
            .find(|d| d.id == *id)
            .map_or_else(|| id.to_string(), |d| d.name.clone())
    }

    /// Destinations that something can be sent to, by the name people know.
    fn named(&self) -> Vec<(DestinationId, String)> {
        let configured = self.destinations.iter().filter(|d| d.configured);
        configured.map(|d| (d.id.clone(), d.name.clone())).collect()
    }

    fn title(&self, id: &ItemId) -> String {
        self.titles
            .get(id)
            .cloned()
            .unwrap_or_else(|| id.to_string())
    }

    /// Failed and in doubt: nothing happens there without a person.
    fn dead(&self) -> Markup {
        let page = self.page;
        let mut dead: Vec<&Delivery> = self
            .shown
            .iter()
            .filter(|d| matches!(d.state, DeliveryState::Failed | DeliveryState::InDoubt))
            .collect();
        dead.sort_by_key(|d| d.state != DeliveryState::InDoubt);
        html! {
            @if !dead.is_empty() {
                section class="dead" aria-labelledby="h-dead" {
                    h2 id="h-dead" { (page.pick("要你处理", "Needs you")) " " span class="count" { (dead.len()) } }
                    ul { @for d in dead {
                        li {
                            div {
                                p { (layout::state(page.lang, d)) " " a href={ "/deliveries/" (d.id) } { strong { (self.title(&d.item)) } " → " (self.destination(&d.destination)) } " " span class="tag" { (page.lang.intent(d.intent)) } }
                                p { (said(page, page.lang.localized(&sentence(d, page.now)))) }
                            }
                            @if d.state == DeliveryState::Failed { (page.button(&format!("/deliveries/{}/retry", d.id), "", page.pick("重试", "Retry"))) }
                            @else { a class="button" href={ "/deliveries/" (d.id) "#decide" } { (page.pick("去裁定", "Decide")) } }
                        }
                    } }
                }
            }
        }
    }

    /// What other systems should know and do not: named once for each, with what it answered last.
    fn untold(&self) -> Markup {
        let page = self.page;
        let mut of: BTreeMap<&str, (usize, &NoticeRow)> = BTreeMap::new();
        for notice in self.untold {
            of.entry(&notice.hook).or_insert((0, notice)).0 += 1;
        }
        html! {
            @for (hook, (many, newest)) in &of {
                p class="note" id={ "untold-" (hook) } {
                    (page.pick("通知：", "Webhook: ")) (hook) (page.pick(" 还有 ", " has not taken ")) (many) (page.pick(" 条没有收下", ""))
                    @if let Some(message) = &newest.message { (page.pick("，最近一次的回答：", "; its last answer: ")) code { (message) } }
                    @if let Some(at) = newest.due_at { (page.pick("；下一次 ", "; again ")) (page.time(at)) } @else { (page.pick("；不再重试", "; given up")) }
                    " " a href={ "/deliveries/" (newest.delivery) "#notices" } { (page.pick("看这一条", "see it")) }
                }
            }
        }
    }

    fn grid(&self) -> Markup {
        let page = self.page;
        let mut rows: Vec<(&ItemId, BTreeMap<&DestinationId, &Delivery>)> = Vec::new();
        for d in self.shown {
            match rows.iter_mut().find(|(item, _)| **item == d.item) {
                Some((_, cells)) => {
                    cells.insert(&d.destination, d);
                }
                None => rows.push((&d.item, BTreeMap::from([(&d.destination, d)]))),
            }
        }
        let more = rows.len().saturating_sub(ROWS);
        html! {
            div class="scroll" tabindex="0" role="region" aria-label=(page.pick("稿件与目的账号", "Items and destinations")) {
                table class="grid" {
                    thead { tr {
                        th scope="col" { (page.pick("稿件", "Item")) }
                        @for d in self.destinations { th scope="col" { a href=(self.with("destination", Some(d.id.as_str()))) { (d.name) }
                            @if d.paused_by.is_some() { span class="tag held" { "Ⅱ " (page.pick("已暂停", "paused")) } }
                            @if d.drained_by.is_some() { span class="tag held" { "⇥ " (page.pick("排空中", "draining")) } } } }
                    } }
                    tbody { @for (item, cells) in rows.iter().take(ROWS) {
                        tr {
                            th scope="row" { a href={ "/items/" (item) } { (self.title(item)) } }
                            @for d in self.destinations { td data-name=(d.name) { @if let Some(delivery) = cells.get(&d.id) { (self.cell(&d.name, delivery)) } @else { span class="none" aria-label=(page.pick("未投递", "not sent")) { "·" } } } }
                        }
                    } }
                }
            }
            @if more > 0 { p class="muted" { (page.pick("另有 ", "")) (more) (page.pick(" 篇较早的稿件，请用筛选查看。", " older items: use the filters.")) } }
        }
    }

    fn cell(&self, destination: &str, delivery: &Delivery) -> Markup {
        let page = self.page;
        let lang = page.lang;
        let message = lang.localized(&sentence(delivery, page.now)).to_owned();
        html! {
            a href={ "/deliveries/" (delivery.id) } title=(message) {
                // A screen reader that reads only the state would not say to which destination it belongs.
                span class="unseen" { (destination) " " }
                (layout::state(lang, delivery))
                @if delivery.intent != yigao_core::Intent::Publish { span class="small muted" { (lang.intent(delivery.intent)) } }
            }
        }
    }

    /// What is said of several destinations of one item in the same words is said once.
    fn together<'d>(&self, waiting: &[&'d Delivery]) -> Vec<(String, Vec<&'d Delivery>)> {
        let mut groups: Vec<(String, Vec<&Delivery>)> = Vec::new();
        for d in waiting {
            let message = self
                .page
                .lang
                .localized(&sentence(d, self.page.now))
                .to_owned();
            let same = groups.iter_mut().find(|(words, of)| {
                *words == message
                    && of
                        .first()
                        .is_some_and(|f| f.item == d.item && f.state == d.state)
            });
            match same {
                Some((_, of)) => of.push(d),
                None => groups.push((message, vec![*d])),
            }
        }
        groups
    }

    /// One sentence for each that is not at rest.
    fn waiting(&self) -> Markup {
        let page = self.page;
        let mut waiting: Vec<&Delivery> = self
            .shown
            .iter()
            .filter(|d| !d.state.is_final() && d.state != DeliveryState::InDoubt)
            .collect();
        waiting.sort_by_key(|d| d.due_at);
        html! {
            @if !waiting.is_empty() {
                section aria-labelledby="h-wait" {
                    h2 id="h-wait" { (page.pick("各自在等什么", "What each waits for")) " " span class="count" { (waiting.len()) } }
                    table class="list" { tbody { @for (message, of) in self.together(&waiting).iter().take(100) {
                        @if let Some(first) = of.first() { tr {
                            td class="nowrap" { (layout::state(page.lang, first)) }
                            td { a href={ "/items/" (first.item) } { (self.title(&first.item)) } " → "
                                @for (at, d) in of.iter().enumerate() { @if at > 0 { (page.pick("、", ", ")) } a href={ "/deliveries/" (d.id) } { (self.destination(&d.destination)) } } }
                            td { (said(page, message)) }
                        } }
                    } } }
                }
            }
        }
    }
}
