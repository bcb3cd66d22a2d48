//! `yigao serve` and `yigao work`.

use yigao_server::{Server, ServerSettings};
use yigao_worker::Worker;

use super::Call;
use crate::{
    cli::Serve,
    exit::Mistake,
    lang::{Say, err},
    open::open,
    settings::{Settings, load, secret},
};

/// Log lines to standard error.
pub(crate) fn start_log(settings: &Settings) {
    let filter = tracing_subscriber::EnvFilter::try_new(format!(
        "{},sqlx=warn,apalis=warn,hyper=warn",
        settings.log
    ))
    .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let started = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false)
        .try_init();
    if started.is_err() {
        err("log: a subscriber was there already");
    }
}

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
    // Port 0 asks for any: the links of hand-over pages must name the one that came.
    settings.listen = listener.local_addr()?.to_string();
    let opened = open(&settings).await?;
    let worker = (!args.no_work)
        .then(|| Worker::start(opened.hub.clone(), opened.bell.clone(), &settings.worker));
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

pub(crate) async fn bind(listen: &str) -> anyhow::Result<tokio::net::TcpListener> {
    tokio::net::TcpListener::bind(listen).await.map_err(|error| {
        Mistake::error(
            format!("不能监听 {listen}（{error}）；端口可能被占用，用 --listen 127.0.0.1:0 选一个空闲端口"),
            format!("cannot listen on {listen} ({error}); the port may be taken, --listen 127.0.0.1:0 picks a free one"),
        )
    })
}

pub(crate) fn tell_link(say: &Say, link: &str) {
    let line = say
        .pick("打开（一次有效）：", "open (works once): ")
        .to_owned()
        + link;
    if say.json {
        crate::lang::out(&serde_json::json!({"open": link}).to_string());
    } else {
        crate::lang::out(&line);
    }
}

pub(super) async fn work(call: &Call<'_>) -> anyhow::Result<()> {
    let settings = call.settings()?;
    start_log(&settings);
    let opened = open(&settings).await?;
    let worker = Worker::start(opened.hub, opened.bell, &settings.worker);
    stop_signal().await;
    worker.stop().await;
    Ok(())
}

/// SIGINT or SIGTERM.
pub(crate) async fn stop_signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut term) = signal(SignalKind::terminate()) else {
            drop(tokio::signal::ctrl_c().await);
            return;
        };
        tokio::select! {
            _ = term.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
    }
    #[cfg(not(unix))]
    drop(tokio::signal::ctrl_c().await);
}
