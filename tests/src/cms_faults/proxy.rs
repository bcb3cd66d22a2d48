//! The proxy between the hub and the site: forwards calls, and spoils one of them as ordered.

use std::{
    io::{self, Read as _, Write as _},
    net::{Ipv4Addr, TcpListener, TcpStream},
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use yigao_testkit::{Exchanged, exchange};

/// What is done to one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    /// The site acts, and nobody hears of it.
    LoseAnswer,
    /// The site is not asked.
    LoseCall,
    /// The site acts, but a gateway answers 502.
    Garble,
    /// Answered by the gateway itself with this status.
    Refuse(u16),
    /// Notifies whoever waits here before the site is asked.
    TellBefore,
    /// Notifies after the site has acted, before its answer is forwarded.
    TellAfter,
}

/// What it was ordered to do, and what it saw.
#[derive(Debug, Default)]
struct State {
    deed: Option<(Deed, bool, u32)>,
    struck: bool,
}

/// A proxy on a port of its own.
#[derive(Clone, Debug)]
pub(crate) struct Proxy {
    pub(crate) port: u16,
    site: String,
    state: Arc<(Mutex<State>, Condvar)>,
    /// Answers of the gateway or the server in trouble.
    pub(crate) recovery: Arc<AtomicU32>,
}

/// One request, as it came.
struct Request {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Proxy {
    /// Listens; `site` ends in `/`.
    pub(crate) fn start(site: String) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let proxy = Self {
            port: listener.local_addr()?.port(),
            site,
            state: Arc::default(),
            recovery: Arc::default(),
        };
        let serving = proxy.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let one = serving.clone();
                std::thread::spawn(move || drop(one.serve(stream)));
            }
        });
        Ok(proxy)
    }

    /// Does this to the call after `skip` more, of those that write when `writes`; answers whether one came within `patience`.
    pub(crate) fn strike(&self, deed: Deed, writes: bool, skip: u32, patience: Duration) -> bool {
        let (state, queue) = &*self.state;
        let mut held = state.lock().unwrap_or_else(PoisonError::into_inner);
        held.deed = Some((deed, writes, skip));
        held.struck = false;
        let ends = Instant::now() + patience;
        while !held.struck {
            let left = ends.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            let woken = queue.wait_timeout(held, left);
            held = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
        held.deed = None;
        held.struck
    }

    /// What is to be done to this call.
    fn deed(&self, request: &Request) -> Option<Deed> {
        let (state, _) = &*self.state;
        let mut held = state.lock().unwrap_or_else(PoisonError::into_inner);
        let (deed, writes, skip) = held.deed?;
        if writes && request.method == "GET" {
            return None;
        }
        if skip > 0 {
            held.deed = Some((deed, writes, skip - 1));
            return None;
        }
        held.deed = None;
        Some(deed)
    }

    fn struck(&self) {
        let (state, queue) = &*self.state;
        state.lock().unwrap_or_else(PoisonError::into_inner).struck = true;
        queue.notify_all();
    }

    fn serve(&self, mut stream: TcpStream) -> io::Result<()> {
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        let request = read(&mut stream)?;
        let deed = self.deed(&request);
        match deed {
            None => answer(&mut stream, &self.ask(&request)?),
            Some(Deed::LoseCall) => {
                self.struck();
                Ok(())
            }
            Some(Deed::LoseAnswer) => {
                drop(self.ask(&request));
                self.struck();
                Ok(())
            }
            Some(Deed::Garble) => {
                drop(self.ask(&request));
                self.struck();
                answer(&mut stream, &gateway(502))
            }
            Some(Deed::Refuse(status)) => {
                self.struck();
                answer(&mut stream, &gateway(status))
            }
            Some(Deed::TellBefore) => {
                self.struck();
                std::thread::sleep(Duration::from_millis(300));
                answer(&mut stream, &self.ask(&request)?)
            }
            Some(Deed::TellAfter) => {
                let answered = self.ask(&request)?;
                self.struck();
                std::thread::sleep(Duration::from_millis(300));
                answer(&mut stream, &answered)
            }
        }
    }

    /// Passes a call on.
    fn ask(&self, request: &Request) -> io::Result<Exchanged> {
        let begun = Instant::now();
        let url = format!("{}{}", self.site, request.path.trim_start_matches('/'));
        let answered = exchange(&request.method, &url, &request.headers, &request.body);
        let is_recovery = answered.as_ref().map_or(true, |a| a.status >= 500);
        if is_recovery || begun.elapsed() > Duration::from_secs(4) {
            self.recovery.fetch_add(1, Ordering::SeqCst);
        }
        answered
    }
}

fn read(stream: &mut TcpStream) -> io::Result<Request> {
    let mut all = Vec::new();
    let mut piece = [0_u8; 16 << 10];
    let head = loop {
        if let Some(at) = all.windows(4).position(|w| w == b"\r\n\r\n") {
            break at;
        }
        match stream.read(&mut piece)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => all.extend_from_slice(&piece[..read]),
        }
    };
    let text = String::from_utf8_lossy(&all[..head]).into_owned();
    let mut lines = text.lines();
    let mut first = lines.next().unwrap_or_default().split(' ');
    let (method, path) = (
        first.next().unwrap_or_default().to_owned(),
        first.next().unwrap_or_default().to_owned(),
    );
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length: usize = length.map_or(0, |(_, value)| value.parse().unwrap_or(0));
    let mut body = all.split_off(head + 4);
    while body.len() < length {
        match stream.read(&mut piece)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => body.extend_from_slice(&piece[..read]),
        }
    }
    let own = ["host", "content-length", "connection"];
    let headers = headers
        .into_iter()
        .filter(|(name, _)| !own.contains(&name.as_str()))
        .collect();
    Ok(Request {
        method,
        path,
        headers,
        body,
    })
}

fn answer(stream: &mut TcpStream, answered: &Exchanged) -> io::Result<()> {
    let mut head = format!("HTTP/1.1 {} X\r\n", answered.status);
    let own = ["content-length", "connection", "transfer-encoding"];
    for (name, value) in &answered.headers {
        if !own.contains(&name.as_str()) {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
    }
    let length = answered.body.len();
    head.push_str(&format!(
        "content-length: {length}\r\nconnection: close\r\n\r\n"
    ));
    stream.write_all(head.as_bytes())?;
    stream.write_all(&answered.body)
}

/// A page of a gateway.
fn gateway(status: u16) -> Exchanged {
    Exchanged {
        status,
        headers: vec![("content-type".to_owned(), "text/html".to_owned())],
        body: format!("<html><head><title>{status}</title></head><body>nginx</body></html>")
            .into_bytes(),
    }
}
