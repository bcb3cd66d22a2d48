//! The outcome of one run of a delivery, whatever it was for.

use yigao_core::{Delivery, journal::Finish, next::Event};
use yigao_store::LintEscape;

/// The outcome of a run.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) event: Event,
    pub(crate) last: Option<Finish>,
    pub(crate) healthy: Option<bool>,
    pub(crate) escape: Option<LintEscape>,
}

/// Item × destination, for life.
pub(crate) fn marker(delivery: &Delivery) -> String {
    format!("{}@{}", delivery.item, delivery.destination)
}
