//! What a process that serves or works needs of its machine: a log, a port, the signal to stop.

use crate::{
    exit::Mistake,
    lang::{Say, err, out},
    settings::Settings,
};

/// Log lines to standard error.
pub fn start_log(settings: &Settings) {
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

/// A listener at an address.
///
/// # Errors
/// When the port is taken or the address is not this machine's.
pub async fn bind(listen: &str) -> anyhow::Result<tokio::net::TcpListener> {
    tokio::net::TcpListener::bind(listen).await.map_err(|error| {
        Mistake::error(
            format!("不能监听 {listen}（{error}）；端口可能被占用，用 --listen 127.0.0.1:0 选一个空闲端口"),
            format!("cannot listen on {listen} ({error}); the port may be taken, --listen 127.0.0.1:0 picks a free one"),
        )
    })
}

/// Prints the link by which a person signs in.
pub fn tell_link(say: &Say, link: &str) {
    let line = say
        .pick("打开（一次有效）：", "open (works once): ")
        .to_owned()
        + link;
    if say.json {
        out(&serde_json::json!({"open": link}).to_string());
    } else {
        out(&line);
    }
}

/// SIGINT or SIGTERM.
pub async fn stop_signal() {
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
