//! What an earlier demo left, opened to be examined. The stand-ins have forgotten what they received, so nothing is worked
//! or read back: the ledger tells how it was.

use std::{collections::BTreeSet, path::Path};

use yigao::{
    open::open,
    process::{bind, start_log, stop_signal, tell_link},
    settings::{Flags, load},
};
use yigao_engine::ListDeliveries;
use yigao_server::{Server, ServerSettings};

use crate::{call::Call, cli::Demo, report::summary, stage::FOLDER};

/// More than a demo makes.
const ALL: u32 = 1_000;

pub(crate) async fn open_shared(call: &Call<'_>, args: &Demo) -> anyhow::Result<()> {
    let say = call.say;
    let settings = load(&Flags {
        config: Some(Path::new(FOLDER).join("yigao.toml")),
        ..Flags::default()
    })?;
    start_log(&settings);
    let hub = open(&settings).await?.hub;
    say.line(
        format!("打开上一次演示留下的 {FOLDER}：只看，不再投递。要重演，先删除它：rm -r {FOLDER}"),
        format!(
            "opening {FOLDER}, which an earlier demo left, read-only: nothing is sent. To play it anew, first rm -r {FOLDER}"
        ),
    );
    let all = ListDeliveries {
        limit: ALL,
        ..ListDeliveries::default()
    };
    let deliveries = hub.deliveries(&all).await?;
    let sent: BTreeSet<_> = deliveries.iter().map(|d| &d.item).collect();
    let items = hub.items(None, ALL).await?;
    let stopped = items.iter().filter(|item| !sent.contains(&item.id)).count();
    let ids: Vec<_> = deliveries.iter().map(|d| d.id.clone()).collect();
    let shown = summary(&hub, &ids, stopped, (args.once, ""), say).await;
    if args.once {
        return shown;
    }
    let listener = bind("127.0.0.1:0").await?;
    let server = Server::new(hub, ServerSettings { tokens: Vec::new() });
    let actor = call.actor()?.as_str().trim_start_matches("user:");
    tell_link(say, &server.sign_in_link_for(&listener, actor)?);
    server.run(listener, stop_signal()).await?;
    Ok(())
}
