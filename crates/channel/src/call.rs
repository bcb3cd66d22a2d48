//! What an adapter asks the transports for, and what it gets back.

use bytes::Bytes;
use yigao_core::Digest;

use crate::secret::Secret;

/// HTTP methods in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    /// As it is sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// One HTTP request.
#[derive(Clone, Debug)]
pub struct Call {
    /// An operation of the profile.
    pub op: &'static str,
    pub method: Method,
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub body: Body,
    /// Texts that are redacted wherever they appear in the recorded exchange.
    pub conceal: Vec<Secret>,
    /// Names of JSON fields whose values are redacted in the recorded answer; `*`: of all of them.
    pub conceal_fields: Vec<&'static str>,
}

impl Call {
    /// A request without body.
    pub fn new(op: &'static str, method: Method, url: impl Into<String>) -> Self {
        Self {
            op,
            method,
            url: url.into(),
            headers: Vec::new(),
            body: Body::default(),
            conceal: Vec::new(),
            conceal_fields: Vec::new(),
        }
    }
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }
    /// A JSON body, as `serde_json` writes it: raw UTF-8, no `\u` escapes for text.
    #[must_use]
    pub fn json(mut self, body: &serde_json::Value) -> Self {
        self.body = Body {
            content_type: "application/json".into(),
            bytes: Bytes::from(body.to_string()),
        };
        self
    }
    #[must_use]
    pub fn bytes(mut self, content_type: &str, bytes: Bytes) -> Self {
        self.body = Body {
            content_type: content_type.into(),
            bytes,
        };
        self
    }
    /// A `multipart/form-data` body.
    #[must_use]
    pub fn multipart(mut self, pieces: &[Piece]) -> Self {
        self.body = multipart(pieces);
        self
    }
    #[must_use]
    pub fn conceal(mut self, secret: Secret) -> Self {
        self.conceal.push(secret);
        self
    }
    #[must_use]
    pub fn conceal_field(mut self, name: &'static str) -> Self {
        self.conceal_fields.push(name);
        self
    }
}

/// A request body; empty content type means no body.
#[derive(Clone, Debug, Default)]
pub struct Body {
    pub content_type: String,
    pub bytes: Bytes,
}

/// One piece of a multipart body.
#[derive(Clone, Debug)]
pub struct Piece {
    pub name: String,
    pub file_name: Option<String>,
    pub content_type: Option<String>,
    pub bytes: Bytes,
}

/// The boundary is taken from the pieces themselves, so equal pieces give equal bytes and no piece can contain it.
fn multipart(pieces: &[Piece]) -> Body {
    let all: Vec<u8> = pieces
        .iter()
        .flat_map(|p| p.bytes.iter().copied())
        .collect();
    let boundary = format!("yigao-{}", Digest::of_bytes(&all).short());
    let mut out = Vec::with_capacity(all.len() + 512);
    for piece in pieces {
        out.extend_from_slice(
            format!(
                "--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"",
                quoted(&piece.name)
            )
            .as_bytes(),
        );
        if let Some(file) = &piece.file_name {
            out.extend_from_slice(format!("; filename=\"{}\"", quoted(file)).as_bytes());
        }
        if let Some(kind) = &piece.content_type {
            out.extend_from_slice(format!("\r\nContent-Type: {kind}").as_bytes());
        }
        out.extend_from_slice(b"\r\n\r\n");
        out.extend_from_slice(&piece.bytes);
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    Body {
        content_type: format!("multipart/form-data; boundary={boundary}"),
        bytes: Bytes::from(out),
    }
}

fn quoted(name: &str) -> String {
    name.chars()
        .filter(|c| !c.is_control())
        .collect::<String>()
        .replace('"', "%22")
}

/// An HTTP answer, whatever its status. Bodies are cut at the transport's limit.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Bytes,
}

impl Answer {
    /// The first header with this lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.as_str())
    }

    /// The body as text; what is no UTF-8 is replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Something asked of the destination's folder. Paths are relative, with `/`, and never leave the folder.
#[derive(Clone, Debug)]
pub struct FileCall {
    /// An operation of the profile.
    pub op: &'static str,
    pub act: FileAct,
}

/// File operations. Each is atomic: a reader sees all of it or nothing, also after a crash.
#[derive(Clone, Debug)]
pub enum FileAct {
    /// Bytes of a file, if it is there.
    Read { path: String },
    /// Whether it is there and how large.
    Stat { path: String },
    /// Names in a folder, sorted; empty when it is not there.
    List { path: String },
    /// Writes a file as a whole, while every file named in `while_still` has this digest (`None`: is not there).
    Put {
        path: String,
        bytes: Bytes,
        while_still: Vec<(String, Option<Digest>)>,
    },
    /// Moves a file or folder into place: the release of what was staged.
    Release { from: String, to: String },
    /// Removes a file or folder; a missing one is no fault.
    Remove { path: String },
}

/// The answer to a [`FileCall`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileAnswer {
    Done,
    Bytes(Option<Bytes>),
    Size(Option<u64>),
    Names(Vec<String>),
}

/// One mail. The message id is the key of its step, so that a second copy is recognised by every mail program.
#[derive(Clone, Debug)]
pub struct Mail {
    /// An operation of the profile.
    pub op: &'static str,
    /// `smtp://host:port` of the destination's mail server.
    pub server: String,
    pub login: Option<(String, Secret)>,
    pub from: String,
    pub to: Vec<String>,
    pub subject: String,
    pub text: String,
    pub attachments: Vec<Piece>,
    pub message_id: String,
}
