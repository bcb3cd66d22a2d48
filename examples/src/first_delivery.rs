//! The first delivery, by library alone: an item from a folder onto a static website.
//! Run it in the project's folder: `cargo run -p yigao-examples --bin first-delivery`.

use std::{io::Write as _, path::Path, sync::Arc};

use yigao_channel::{Adapter as _, ConfigError, Opening};
use yigao_core::{Actor, State};
use yigao_engine::{Destination, Destinations, Hub, PrivateHosts, Request};
use yigao_website::Website;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let folder = std::env::temp_dir().join(format!("yigao-first-delivery-{}", std::process::id()));
    let config = toml::toml! {
        driver = "static"
        base_url = "http://127.0.0.1/"
        site_name = "示例网站"
        site_domain = "example.gov.cn"
        organiser = "示例单位"
        folder = (folder.join("site").display().to_string())
    };
    let opening = Opening {
        destination: &"site".parse()?,
        public_url: None,
        secrets: &|_| {
            Err(ConfigError::new(
                "secret",
                "文件夹不需要密钥",
                "a folder needs none",
            ))
        },
    };
    let website = Website::open(config.try_into()?, &opening)?;
    let site = Destination::new("site".parse()?, "网站", Arc::new(website)).as_home();
    let destinations = Destinations::new([site]);
    let hub = Hub::embedded(&folder.join("data"), destinations, PrivateHosts::default()).await?;

    let me = Actor::user("example");
    let path = Path::new("examples/items/spring-market");
    let item = hub.ingest_path(path, &me).await?.put.version.item;
    hub.publish(&item, &Request::approved(), &me).await?;
    hub.work_all_due(10).await?;
    for delivery in hub.deliveries_of(&item).await? {
        anyhow::ensure!(delivery.state == State::Delivered, "{:?}", delivery.fault);
        let url = delivery.receipt.and_then(|r| r.url).unwrap_or_default();
        writeln!(std::io::stdout(), "{} {url}", delivery.destination)?;
    }
    Ok(std::fs::remove_dir_all(folder)?)
}
