//! `yigao serve` and `yigao work`.

use yigao_server::{Server, ServerSettings};
use yigao_worker::Worker;

use super::Call;
use crate::{
    cli::Serve,
    open::open,
    process::{bind, start_log, stop_signal, tell_link},
    settings::{Settings, load, secret},
};

/// The tokens of the API, opened.
pub(crate) fn tokens(settings: &Settings) -> anyhow::Result<Vec<(String, yigao_channel::Secret)>> {
    settings
        .tokens
        .iter()
        .map(|(name, reference)| Ok((name.clone(), secret(reference)?)))
        .collect()
}

pub(super) async fn serve(mut call: Call<'_>, args: Serve) -> anyhow::Result<()> {
    call.flags.listen = args.listen;
    let mut settings = load(&call.flags)?;
    start_log(&settings);
    let listener = bind(&settings.listen).await?;
    // Port 0 asks for any free port; the links of hand-over pages must name the port that was assigned.
    settings.listen = listener.local_addr()?.to_string();
    let opened = open(&settings).await?;
    let worker = (!args.no_work)
        .then(|| Worker::start(opened.hub.clone(), opened.queue.clone(), &settings.worker));
    let server = Server::new(
        opened.hub,
        ServerSettings {
            tokens: tokens(&settings)?,
        },
    );
    tell_link(
        call.say,
        &server.sign_in_link_for(
            &listener,
            call.actor()?.as_str().trim_start_matches("user:"),
        )?,
    );
    server.run(listener, stop_signal()).await?;
    if let Some(worker) = worker {
        worker.stop().await;
    }
    Ok(())
}

pub(super) async fn work(call: &Call<'_>) -> anyhow::Result<()> {
    let settings = call.settings()?;
    start_log(&settings);
    let opened = open(&settings).await?;
    let worker = Worker::start(opened.hub, opened.queue, &settings.worker);
    stop_signal().await;
    worker.stop().await;
    Ok(())
}
