//! Reads HTML that nobody vouches for and keeps what an allow-list names.

/// A piece of HTML.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    Text(&'a str),
    Open {
        name: String,
        /// Values as written, character references not decoded.
        attributes: Vec<(String, String)>,
    },
    Close(String),
}

/// Cuts `html` into pieces; comments and declarations fall away.
pub(crate) fn tokens(html: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (text, tag) = rest.split_at(at);
        if !text.is_empty() {
            found.push(Token::Text(text));
        }
        if let Some(comment) = tag.strip_prefix("<!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
        } else if tag.starts_with("<!") || tag.starts_with("<?") {
            rest = tag.split_once('>').map_or("", |(_, after)| after);
        } else if let Some(end) = tag_end(tag) {
            let (inner, after) = tag.split_at(end);
            rest = after.strip_prefix('>').unwrap_or(after);
            let inner = inner.strip_prefix('<').unwrap_or(inner);
            found.push(read_tag(inner));
        } else {
            // A lone `<`: text.
            let (lone, after) = tag.split_at(1);
            found.push(Token::Text(lone));
            rest = after;
        }
    }
    if !rest.is_empty() {
        found.push(Token::Text(rest));
    }
    found
}

/// Where the `>` of a tag is, one inside quotes not counted. None: no tag starts here.
fn tag_end(tag: &str) -> Option<usize> {
    let second = tag.chars().nth(1)?;
    if !(second.is_ascii_alphabetic() || second == '/') {
        return None;
    }
    let mut quote = None;
    for (at, c) in tag.char_indices() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            (None, '>') => return Some(at),
            _ => {}
        }
    }
    Some(tag.len())
}

fn read_tag<'a>(inner: &str) -> Token<'a> {
    let name_end = |text: &str| {
        text.find(|c: char| c.is_ascii_whitespace() || c == '/')
            .unwrap_or(text.len())
    };
    if let Some(name) = inner.strip_prefix('/') {
        let (name, _) = name.split_at(name_end(name));
        return Token::Close(name.to_ascii_lowercase());
    }
    let (name, rest) = inner.split_at(name_end(inner));
    Token::Open {
        name: name.to_ascii_lowercase(),
        attributes: read_attributes(rest),
    }
}

fn read_attributes(text: &str) -> Vec<(String, String)> {
    let blank = |c: char| c.is_ascii_whitespace() || c == '/';
    let mut found = Vec::new();
    let mut rest = text.trim_start_matches(blank);
    while !rest.is_empty() {
        let end = rest
            .find(|c: char| c.is_ascii_whitespace() || c == '=' || c == '/')
            .unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let after = after.trim_start();
        let (value, next) = match after.strip_prefix('=').map(str::trim_start) {
            None => ("", after),
            Some(value) => match value.chars().next() {
                Some(quote @ ('"' | '\'')) => {
                    let inside = value.trim_start_matches(quote);
                    // `href=""`: both quotes were trimmed at once.
                    if value.len() - inside.len() > 1 {
                        ("", inside)
                    } else {
                        inside.split_once(quote).unwrap_or((inside, ""))
                    }
                }
                _ => value.split_at(value.find(char::is_whitespace).unwrap_or(value.len())),
            },
        };
        if !name.is_empty() {
            found.push((name.to_ascii_lowercase(), value.to_owned()));
        }
        let shorter = next.trim_start_matches(blank);
        // A stray `=` moves nothing forward.
        rest = if shorter.len() == rest.len() {
            shorter.strip_prefix('=').unwrap_or("")
        } else {
            shorter
        };
    }
    found
}

/// Decodes the character references that occur in attribute values.
pub(crate) fn decode(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let reference = after
            .split_once(';')
            .and_then(|(name, tail)| Some((referred(name)?, tail)));
        match reference {
            Some((c, tail)) => {
                plain.push(c);
                rest = tail;
            }
            None => {
                plain.push('&');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    plain
}

fn referred(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some('\u{a0}'),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

/// The text of `html`, tags left out.
pub(crate) fn text(html: &str) -> String {
    let mut hidden: Option<String> = None;
    let mut all = String::new();
    for token in tokens(html) {
        match (&hidden, token) {
            (Some(name), Token::Close(close)) if *name == close => hidden = None,
            (None, Token::Open { name, .. }) if HIDDEN.contains(&name.as_str()) => {
                hidden = Some(name);
            }
            (None, Token::Text(text)) => all.push_str(&decode(text)),
            _ => {}
        }
    }
    all
}

/// Elements whose content goes with them.
const HIDDEN: &[&str] = &[
    "script", "style", "textarea", "object", "embed", "video", "audio", "iframe", "select", "title",
];
const VOID: &[&str] = &["br", "hr", "img"];
const KEPT: &[&str] = &[
    "section",
    "p",
    "span",
    "strong",
    "b",
    "em",
    "i",
    "u",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "ul",
    "ol",
    "li",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "br",
    "hr",
    "img",
    "a",
    "figure",
    "figcaption",
    "sup",
    "sub",
    "pre",
    "code",
    "div",
    "mp-style-type",
];

/// What becomes of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Link {
    Keep,
    Strip,
    Refuse,
}

/// Which pictures and links stay.
pub(crate) struct Policy<'p> {
    /// The address to keep for a picture's, or none when the picture goes.
    pub(crate) image: &'p dyn Fn(&str) -> Option<String>,
    pub(crate) link: &'p dyn Fn(&str) -> Link,
    /// A last change to each `style`.
    pub(crate) style: &'p dyn Fn(&str) -> String,
    /// How a line break is written.
    pub(crate) br: &'static str,
}

/// A link that the policy refuses.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct RefusedLink(pub(crate) String);

/// `html` with only what the allow-list and the policy keep, every element closed.
pub(crate) fn clean(html: &str, policy: &Policy<'_>) -> Result<String, RefusedLink> {
    let mut out = String::with_capacity(html.len());
    let mut hidden: Option<String> = None;
    let mut open: Vec<String> = Vec::new();
    for token in tokens(html) {
        match (&hidden, token) {
            (Some(name), Token::Close(close)) if *name == close => hidden = None,
            (Some(_), _) => {}
            (None, Token::Text(text)) => {
                out.push_str(&text.replace('<', "&lt;").replace('>', "&gt;"))
            }
            (None, Token::Close(name)) => {
                let Some(at) = open.iter().rposition(|o| *o == name) else {
                    continue;
                };
                for inner in open.split_off(at).into_iter().rev() {
                    push_close(&mut out, &inner);
                }
            }
            (None, Token::Open { name, attributes }) => {
                if HIDDEN.contains(&name.as_str()) {
                    hidden = Some(name);
                } else if KEPT.contains(&name.as_str())
                    && push_open(&mut out, &name, &attributes, policy)?
                    && !VOID.contains(&name.as_str())
                {
                    open.push(name);
                }
            }
        }
    }
    for name in open.iter().rev() {
        push_close(&mut out, name);
    }
    Ok(out)
}

fn push_close(out: &mut String, name: &str) {
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}

/// Writes an opening tag; false when the element does not stay.
fn push_open(
    out: &mut String,
    name: &str,
    attributes: &[(String, String)],
    policy: &Policy<'_>,
) -> Result<bool, RefusedLink> {
    if name == "br" {
        out.push_str(policy.br);
        return Ok(true);
    }
    let value = |wanted: &str| {
        attributes
            .iter()
            .find(|(key, _)| key == wanted)
            .map(|(_, value)| decode(value))
    };
    let mut address = None;
    if name == "img" {
        let Some(kept) = value("src").and_then(|src| (policy.image)(&src)) else {
            return Ok(false);
        };
        address = Some(("src", kept));
    }
    if name == "a" && value("data-miniprogram-appid").is_none() {
        let href = value("href").unwrap_or_default();
        match (policy.link)(&href) {
            Link::Keep => address = Some(("href", href)),
            Link::Strip => return Ok(false),
            Link::Refuse => return Err(RefusedLink(href)),
        }
    }
    out.push('<');
    out.push_str(name);
    let mut push = |key: &str, value: &str| {
        out.push_str(&format!(" {key}=\"{}\"", escape(value)));
    };
    if let Some((key, value)) = &address {
        push(key, value);
    }
    for (key, value) in attributes {
        let value = decode(value);
        match key.as_str() {
            "src" | "href" | "id" | "srcset" | "action" | "formaction" => {}
            "style" => push(key, &(policy.style)(&value)),
            key if key.starts_with("on") => {}
            key if key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') => push(key, &value),
            _ => {}
        }
    }
    out.push('>');
    Ok(true)
}

pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
