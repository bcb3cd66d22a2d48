//! The stand-ins in a thread of their own, asked over a socket; their clock is set to the kit's before each call.
//! One for all stories of this program: each story begins with a reset.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    sync::{Mutex, OnceLock, mpsc},
};

use bytes::Bytes;
use yigao_channel::{Answer, Call};
use yigao_core::Timestamp;
use yigao_sandbox::{Sandbox, SandboxConfig};

#[derive(Debug)]
pub(crate) struct Stand {
    pub(crate) sandbox: Sandbox,
    line: Mutex<Option<BufReader<TcpStream>>>,
}

static STAND: OnceLock<Stand> = OnceLock::new();

impl Stand {
    pub(crate) fn get() -> &'static Self {
        STAND.get_or_init(|| {
            let (tell, told) = mpsc::channel();
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .unwrap();
                runtime.block_on(async {
                    let running = yigao_sandbox::start(SandboxConfig::default())
                        .await
                        .unwrap();
                    tell.send(running.sandbox().clone()).unwrap();
                    std::future::pending::<()>().await;
                });
            });
            Self {
                sandbox: told.recv().unwrap(),
                line: Mutex::new(None),
            }
        })
    }

    /// Moves the stand-ins' clock to `now`, back as well as forth.
    pub(crate) fn set_clock(&self, now: Timestamp) {
        let ahead = now.as_millisecond() - self.sandbox.now_ms();
        self.sandbox.advance(ahead);
    }

    pub(crate) fn call(&self, call: &Call, now: Timestamp) -> Answer {
        self.set_clock(now);
        let mut line = self.line.lock().unwrap();
        // An idle connection may have been closed.
        if let Some(kept) = line.as_mut()
            && let Ok(answer) = exchange(kept, call, self.sandbox.base())
        {
            return answer;
        }
        let host = self.sandbox.base().strip_prefix("http://").unwrap();
        let stream = TcpStream::connect(host).unwrap();
        stream.set_nodelay(true).unwrap();
        let fresh = line.insert(BufReader::new(stream));
        exchange(fresh, call, self.sandbox.base()).unwrap()
    }
}

fn exchange(line: &mut BufReader<TcpStream>, call: &Call, base: &str) -> std::io::Result<Answer> {
    let path = call
        .url
        .strip_prefix(base)
        .expect("an address of the stand-ins");
    let mut head = format!(
        "{} {path} HTTP/1.1\r\nhost: sandbox\r\n",
        call.method.as_str()
    );
    for (name, value) in &call.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if !call.body.content_type.is_empty() {
        head.push_str(&format!("content-type: {}\r\n", call.body.content_type));
    }
    head.push_str(&format!(
        "content-length: {}\r\n\r\n",
        call.body.bytes.len()
    ));
    let mut request = head.into_bytes();
    request.extend_from_slice(&call.body.bytes);
    line.get_mut().write_all(&request)?;
    read_answer(line)
}

fn read_answer(line: &mut BufReader<TcpStream>) -> std::io::Result<Answer> {
    let mut text = || -> std::io::Result<String> {
        let mut text = String::new();
        match line.read_line(&mut text)? {
            0 => Err(std::io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(text.trim_end().to_owned()),
        }
    };
    let status = text()?;
    let status = status.split(' ').nth(1).and_then(|s| s.parse().ok());
    let mut headers = Vec::new();
    loop {
        let header = text()?;
        match header.split_once(": ") {
            Some((name, value)) => headers.push((name.to_ascii_lowercase(), value.to_owned())),
            None => break,
        }
    }
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let mut body = vec![0; length.map_or(0, |(_, n)| n.parse().unwrap())];
    line.read_exact(&mut body)?;
    Ok(Answer {
        status: status.expect("a status line"),
        headers,
        body: Bytes::from(body),
    })
}
