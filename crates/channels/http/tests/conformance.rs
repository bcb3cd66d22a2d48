//! Two sites under every trial, each by its manifest alone: a gateway's stand-in, and a real Plone.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests: a broken premise should stop the test where it stands"
)]

#[path = "conformance/gateway.rs"]
mod gateway;
#[path = "conformance/plone.rs"]
mod plone;

use std::process::ExitCode;

/// The `[channel]` of a manifest, with another base address.
fn with_base(manifest: &str, base: &str) -> String {
    let mut whole: toml::Table = toml::from_str(manifest).unwrap();
    let mut channel = whole.remove("channel").unwrap();
    channel["base_url"] = base.into();
    toml::to_string(&channel).unwrap()
}

fn main() -> ExitCode {
    // A Plone is no part of `PARTS=core`.
    let plone = (!yigao_testkit::core_only()).then(plone::subject);
    yigao_conformance::main([gateway::subject()].into_iter().chain(plone))
}
