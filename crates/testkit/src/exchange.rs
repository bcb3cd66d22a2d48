//! One HTTP exchange over a connection of its own, for tests that speak to a server they started.

use std::{
    io::{self, Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

/// What a server answered.
#[derive(Clone, Debug)]
pub struct Exchanged {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// Sends a request to `url`, which begins with `http://` and a loopback address. Redirects are answers.
///
/// # Errors
/// When there is no connection, or what comes back is no HTTP.
pub fn exchange(
    method: &str,
    url: &str,
    headers: &[(String, String)],
    body: &[u8],
) -> io::Result<Exchanged> {
    let bad = |says: &str| io::Error::other(format!("{url}: {says}"));
    let rest = url
        .strip_prefix("http://")
        .ok_or_else(|| bad("no http address"))?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let mut request = format!("{method} /{path} HTTP/1.0\r\nhost: {host}\r\n");
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str(&format!("content-length: {}\r\n\r\n", body.len()));
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    stream.write_all(request.as_bytes())?;
    stream.write_all(body)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let head = answer.windows(4).position(|w| w == b"\r\n\r\n");
    let (head, body) = answer.split_at(head.ok_or_else(|| bad("no head"))?);
    let head = String::from_utf8_lossy(head);
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1));
    Ok(Exchanged {
        status: status
            .and_then(|status| status.parse().ok())
            .ok_or_else(|| bad("no status"))?,
        headers: lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect(),
        body: body.get(4..).unwrap_or_default().to_vec(),
    })
}
