//! Every driver under every trial: the static site, the kit's folder being the remote; a real WordPress; and by their manifests
//! alone a gateway's stand-in and a real Plone.

#[path = "conformance/gateway.rs"]
mod gateway;
#[path = "conformance/plone.rs"]
mod plone;
#[path = "conformance/wordpress.rs"]
mod wordpress;

use std::{process::ExitCode, sync::Arc};

use yigao_conformance::{Copy, FolderRemote, Pair, Paper, Place, Subject, text_of_html};
use yigao_website::Website;

const CONFIG: &str = "driver = \"static\"\nfolder = \"/srv/site\"\nbase_url = \"https://wl.example.gov.cn\"\nsite_name = \"青川市文化和旅游局\"\nsite_domain = \"wl.example.gov.cn\"\norganiser = \"青川市文化和旅游局\"\n";

/// Pages that readers meet as the item: those with its marker, unless they are the notice of its withdrawal.
fn copies(place: &Place) -> Vec<Copy> {
    let marker = format!("content=\"{}\"", place.marker);
    let pages = place
        .folder
        .files()
        .filter(|(path, _)| path.ends_with(".html"));
    let ours = pages.filter(|(_, bytes)| {
        let text = String::from_utf8_lossy(bytes);
        text.contains(&marker) && !text.contains("content=\"withdrawn\"")
    });
    ours.map(|(path, bytes)| Copy {
        id: path.to_owned(),
        url: None,
        text: text_of_html(&String::from_utf8_lossy(bytes)),
    })
    .collect()
}

/// The `[channel]` of a manifest, with another base address.
fn with_base(manifest: &str, base: &str) -> String {
    let mut whole: toml::Table = toml::from_str(manifest).expect("the example is TOML");
    let mut channel = whole.remove("channel").expect("it has a [channel]");
    channel
        .as_table_mut()
        .expect("[channel] is a table")
        .insert("base_url".to_owned(), base.into());
    toml::to_string(&channel).expect("a table is TOML")
}

fn main() -> ExitCode {
    let make = || Pair {
        channel: Arc::new(
            yigao_conformance::open::<Website>(CONFIG, "none")
                .expect("the test's own configuration opens"),
        ),
        remote: Arc::new(FolderRemote(copies)),
    };
    let website = Subject::new(
        "website",
        Paper::of::<Website>(include_str!("../README.md")),
        make,
    );
    // A WordPress and a Plone, each with its servers, are no part of `PARTS=core`.
    let real = (!yigao_testkit::core_only()).then(|| [wordpress::subject(), plone::subject()]);
    let all = [website, gateway::subject()].into_iter();
    yigao_conformance::main(all.chain(real.into_iter().flatten()))
}
