//! What the demo plays: its items, and how its parts find what they need in a delivery.

use std::time::Duration;

use yigao_core::Delivery;

/// Items that are published, in this order: a policy and its interpretation are published together.
pub(crate) const ITEMS: [&str; 4] = [
    "spring-market",
    "museum-policy",
    "museum-policy-qa",
    "lantern-festival",
];
/// The item that is corrected.
pub(crate) const CORRECTED: &str = "spring-market";
/// How often what is waited for is examined.
pub(crate) const EVERY: Duration = Duration::from_millis(150);

/// The address of the hand-over page, where a person is asked.
pub(crate) fn hand_over_link(delivery: &Delivery) -> Option<String> {
    let note = &delivery.ticket.as_ref()?.note;
    note.get("link")
        .and_then(serde_json::Value::as_str)
        .map(ToOwned::to_owned)
}
