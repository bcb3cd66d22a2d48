//! `yigao-sandbox`: stand-ins of the remote platforms, as a process of its own.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::json;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use yigao_sandbox::{
    EditorOrder, Fast, SandboxConfig, WebmasterOrder, change, confirm, ctl, serve,
};

const USAGE: &str = "\
yigao-sandbox serve [--listen 127.0.0.1:0] [--drop DIR] [--site DIR] [--fast]
    Stand-ins of a WeChat account and of county media centres. Prints one line
    {\"base\":\"http://127.0.0.1:PORT\"} when ready; stops at SIGTERM or ctrl-c.
    --listen ADDR   loopback address and port (0 = any free one)
    --drop DIR      the centre `drop` empties DIR/in
    --site DIR      a website's folder, served under /site
    --fast          a submitted article is out at once
    --clock MS,N    since MS (milliseconds since 1970) time goes by N times faster

yigao-sandbox editor --url URL --who NAME [--fill FIELD=VALUE …]
    A stand-in editor: opens the hand-over page, fills in its first form, sends it.

yigao-sandbox webmaster URL USER PASSWORD_ENV SLUG FROM TO
    Somebody of a WordPress site's staff: replaces words of a post by others.

yigao-sandbox ctl --base URL METHOD PATH [JSON]
    One request to the control API; prints the answer.
";

enum Command {
    Serve {
        listen: String,
        config: Box<SandboxConfig>,
    },
    Editor(EditorOrder),
    Webmaster(WebmasterOrder),
    Ctl {
        base: String,
        method: String,
        path: String,
        body: Option<String>,
    },
    Help,
}

fn parse(args: impl Iterator<Item = String>) -> Result<Command, String> {
    let mut args = args;
    match args.next().as_deref() {
        Some("serve") => parse_serve(args),
        Some("editor") => parse_editor(args),
        Some("webmaster") => parse_webmaster(args),
        Some("ctl") => parse_ctl(args),
        Some("help" | "--help" | "-h") => Ok(Command::Help),
        Some(other) => Err(format!("no command {other:?}")),
        None => Err("a command is needed: serve or editor".to_owned()),
    }
}

fn value_of(flag: &str, args: &mut impl Iterator<Item = String>) -> Result<String, String> {
    args.next().ok_or_else(|| format!("{flag} needs a value"))
}

fn parse_serve(mut args: impl Iterator<Item = String>) -> Result<Command, String> {
    let mut listen = "127.0.0.1:0".to_owned();
    let mut config = Box::new(SandboxConfig::default());
    while let Some(flag) = args.next() {
        match flag.as_str() {
            "--listen" => listen = value_of(&flag, &mut args)?,
            "--drop" => config.drop = Some(PathBuf::from(value_of(&flag, &mut args)?)),
            "--site" => config.site = Some(PathBuf::from(value_of(&flag, &mut args)?)),
            "--clock" => config.clock = clock(&value_of(&flag, &mut args)?)?,
            "--fast" => config.wechat.publish_delay_ms = 0,
            _ => return Err(format!("serve: no option {flag:?}")),
        }
    }
    Ok(Command::Serve { listen, config })
}

fn clock(text: &str) -> Result<Fast, String> {
    let read = || {
        let (since, times) = text.split_once(',')?;
        Some(Fast {
            since_ms: since.parse().ok()?,
            times: times.parse().ok().filter(|times| *times > 0)?,
        })
    };
    read().ok_or_else(|| format!("--clock {text:?}: MS,N is expected"))
}

fn parse_editor(mut args: impl Iterator<Item = String>) -> Result<Command, String> {
    let (mut url, mut who, mut fill) = (None, None, Vec::new());
    while let Some(flag) = args.next() {
        match flag.as_str() {
            "--url" => url = Some(value_of(&flag, &mut args)?),
            "--who" => who = Some(value_of(&flag, &mut args)?),
            "--fill" => {
                let pair = value_of(&flag, &mut args)?;
                let (field, value) = pair
                    .split_once('=')
                    .ok_or_else(|| format!("--fill {pair:?}: FIELD=VALUE is expected"))?;
                fill.push((field.to_owned(), value.to_owned()));
            }
            _ => return Err(format!("editor: no option {flag:?}")),
        }
    }
    Ok(Command::Editor(EditorOrder {
        url: url.ok_or("editor: --url is needed")?,
        who: who.ok_or("editor: --who is needed")?,
        fill,
    }))
}

fn parse_webmaster(args: impl Iterator<Item = String>) -> Result<Command, String> {
    let args: Vec<String> = args.collect();
    let [url, user, password_env, slug, from, to] = args.as_slice() else {
        return Err("webmaster: URL USER PASSWORD_ENV SLUG FROM TO is expected".to_owned());
    };
    Ok(Command::Webmaster(WebmasterOrder {
        url: url.clone(),
        user: user.clone(),
        password_env: password_env.clone(),
        slug: slug.clone(),
        from: from.clone(),
        to: to.clone(),
    }))
}

fn parse_ctl(args: impl Iterator<Item = String>) -> Result<Command, String> {
    let args: Vec<String> = args.collect();
    match args.as_slice() {
        [flag, base, method, path, rest @ ..] if flag == "--base" && rest.len() <= 1 => {
            Ok(Command::Ctl {
                base: base.clone(),
                method: method.clone(),
                path: path.clone(),
                body: rest.first().cloned(),
            })
        }
        _ => Err("ctl: --base URL METHOD PATH [JSON] is expected".to_owned()),
    }
}

async fn run(command: Command) -> Result<(), String> {
    match command {
        Command::Help => say(USAGE),
        Command::Serve { listen, config } => run_server(&listen, *config).await,
        Command::Ctl {
            base,
            method,
            path,
            body,
        } => {
            let answer = ctl(&base, &method, &path, body).await?;
            say(&format!("{answer}\n"))
        }
        Command::Webmaster(order) => {
            let link = change(&order).await?;
            say(&format!("{}\n", json!({"changed": link})))
        }
        Command::Editor(order) => {
            let confirmed = confirm(&order).await.map_err(|e| e.to_string())?;
            say(&format!("{}\n", json!({"status": confirmed.status})))
        }
    }
}

async fn run_server(listen: &str, config: SandboxConfig) -> Result<(), String> {
    let listener = TcpListener::bind(listen)
        .await
        .map_err(|e| format!("--listen {listen}: {e}"))?;
    let address = listener.local_addr().map_err(|e| e.to_string())?;
    if !address.ip().is_loopback() {
        return Err(format!(
            "--listen {listen}: the sandbox has no locks on its doors and listens on loopback only"
        ));
    }
    let mut term = signal(SignalKind::terminate()).map_err(|e| e.to_string())?;
    say(&format!(
        "{}\n",
        json!({"base": format!("http://{address}")})
    ))?;
    serve(listener, config, async move {
        tokio::select! {
            _ = term.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
    })
    .await
    .map_err(|e| e.to_string())
}

fn say(text: &str) -> Result<(), String> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|e| e.to_string())
}

#[tokio::main]
async fn main() -> ExitCode {
    let done = match parse(std::env::args().skip(1)) {
        Ok(command) => run(command).await.map_err(|e| (e, ExitCode::FAILURE)),
        Err(e) => Err((format!("{e}\n\n{USAGE}"), ExitCode::from(2))),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err((message, code)) => {
            // With stderr closed there is nobody left to tell.
            drop(writeln!(
                std::io::stderr().lock(),
                "yigao-sandbox: {message}"
            ));
            code
        }
    }
}
