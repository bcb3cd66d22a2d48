//! The first delivery, by library alone: an item from a folder onto a static website.
//! Run it in the project's folder: `cargo run -p yigao-examples --bin first-delivery`.

use std::{path::Path, sync::Arc};

use yigao_channel::{Adapter as _, Opening};
use yigao_core::{Actor, State};
use yigao_engine::{
    Clock, Destination, Destinations, Hub, PrivateHosts, Request, Tuning, Wire, read_path,
};
use yigao_formats::{BundleLimits, Format, read};
use yigao_store::{MediaFolder, Store};
use yigao_website::Website;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let folder = std::env::temp_dir().join(format!("yigao-first-delivery-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let site = folder.join("site");
    let config = format!(
        "driver = \"static\"\nfolder = {site:?}\nbase_url = \"http://127.0.0.1/\"\nsite_name = \"示例网站\"\n"
    );
    let opening = Opening {
        destination: &"site".parse()?,
        public_url: None,
        secrets: &|_| Err(yigao_channel::ConfigError::new("secret", "none here")),
    };
    let channel = Arc::new(Website::open(toml::from_str(&config)?, &opening)?);
    let site_destination = Destination {
        id: "site".parse()?,
        name: "网站".into(),
        kind: "website",
        home: true,
        channel,
    };

    let store = Store::open(&folder.join("ledger.db")).await?;
    let media = MediaFolder::open(&folder.join("media")).await?;
    let wire = Wire::new(store.clone(), Clock::System, PrivateHosts::default())?;
    let hub = Hub::new(
        store,
        media,
        Destinations::new([site_destination]),
        wire,
        Clock::System,
        Tuning::default(),
        "example".into(),
    );
    hub.announce().await?;

    let bundle = read_path(
        Path::new("examples/items/spring-market"),
        &BundleLimits::default(),
    )
    .map_err(|p| anyhow::anyhow!("{p:?}"))?;
    let draft = read(&bundle, Format::Markdown).map_err(|p| anyhow::anyhow!("{p:?}"))?;
    let me = Actor::user("example");
    let item = hub.ingest(draft, &me).await?.put.version.item;
    hub.publish(
        &item,
        &Request {
            approve: true,
            ..Request::default()
        },
        &me,
    )
    .await?;
    hub.work_all_due(10).await?;
    for delivery in hub.deliveries_of(&item).await? {
        anyhow::ensure!(delivery.state == State::Delivered, "{:?}", delivery.fault);
        let url = delivery.receipt.and_then(|r| r.url).unwrap_or_default();
        std::io::Write::write_all(
            &mut std::io::stdout(),
            format!("{} {url}\n", delivery.destination).as_bytes(),
        )?;
    }
    std::fs::remove_dir_all(folder)?;
    Ok(())
}
