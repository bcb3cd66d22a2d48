//! The sandbox in a thread of its own, called over a socket. Its clock is set to the conformance suite's before each call.
//! One serves all stories of a test program: each story begins with a reset.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    sync::{Mutex, OnceLock, mpsc},
};

use bytes::Bytes;
use yigao_channel::{Answer, Call};
use yigao_core::Timestamp;
use yigao_sandbox::{Sandbox, SandboxConfig};

/// The running sandbox and one connection to it that is used again.
#[derive(Debug)]
pub struct SharedSandbox {
    /// The state of the sandbox, to arm faults and to read what arrived.
    pub sandbox: Sandbox,
    connection: Mutex<Option<BufReader<TcpStream>>>,
}

static RUNNING: OnceLock<SharedSandbox> = OnceLock::new();

impl SharedSandbox {
    /// The one of this process, started by the first call.
    ///
    /// # Panics
    /// When the sandbox cannot be started.
    pub fn get() -> &'static Self {
        RUNNING.get_or_init(|| {
            let (sender, receiver) = mpsc::channel();
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .unwrap();
                runtime.block_on(async {
                    let running = yigao_sandbox::start(SandboxConfig::default())
                        .await
                        .unwrap();
                    sender.send(running.sandbox().clone()).unwrap();
                    std::future::pending::<()>().await;
                });
            });
            Self {
                sandbox: receiver.recv().unwrap(),
                connection: Mutex::new(None),
            }
        })
    }

    /// Sets the sandbox's clock to `now`, forwards or backwards.
    pub fn set_clock(&self, now: Timestamp) {
        let ahead = now.as_millisecond() - self.sandbox.now_ms();
        self.sandbox.advance(ahead);
    }

    /// Sends `call` at the time `now` and returns the answer.
    ///
    /// # Panics
    /// When the sandbox cannot be reached or answers no HTTP.
    pub fn call(&self, call: &Call, now: Timestamp) -> Answer {
        self.set_clock(now);
        let mut connection = self.connection.lock().unwrap();
        // An idle connection may have been closed by the sandbox: then a new one is opened.
        if let Some(open) = connection.as_mut()
            && let Ok(answer) = exchange(open, call, self.sandbox.base())
        {
            return answer;
        }
        let host = self.sandbox.base().strip_prefix("http://").unwrap();
        let stream = TcpStream::connect(host).unwrap();
        stream.set_nodelay(true).unwrap();
        let fresh = connection.insert(BufReader::new(stream));
        exchange(fresh, call, self.sandbox.base()).unwrap()
    }
}

fn exchange(
    connection: &mut BufReader<TcpStream>,
    call: &Call,
    base: &str,
) -> std::io::Result<Answer> {
    let path = call
        .url
        .strip_prefix(base)
        .expect("an address of the sandbox");
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
    connection.get_mut().write_all(&request)?;
    read_answer(connection)
}

fn read_answer(connection: &mut BufReader<TcpStream>) -> std::io::Result<Answer> {
    let mut text = || -> std::io::Result<String> {
        let mut text = String::new();
        match connection.read_line(&mut text)? {
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
    connection.read_exact(&mut body)?;
    Ok(Answer {
        status: status.expect("a status line"),
        headers,
        body: Bytes::from(body),
    })
}
