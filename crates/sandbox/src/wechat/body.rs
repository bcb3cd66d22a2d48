//! What the platform makes of the HTML of an article: it is never stored as it was sent.

use super::Account;
use crate::html::{Link, Policy, RefusedLink, clean, decode};
use crate::settings::Links;

impl Account {
    /// The body as it is stored.
    pub(super) fn rewritten(&self, html: &str) -> Result<String, RefusedLink> {
        let other_links = match self.settings.links {
            Links::Strip => Link::Strip,
            Links::Refuse => Link::Refuse,
        };
        let own_articles = format!("{}/wechat/s", self.base);
        let policy = Policy {
            image: &|src| self.is_own_picture(src).then(|| src.to_owned()),
            link: &|href| {
                let article = ["https://mp.weixin.qq.com/s", "http://mp.weixin.qq.com/s"]
                    .iter()
                    .any(|start| href.starts_with(start))
                    || href.starts_with(&own_articles);
                if article {
                    Link::Keep
                } else if href.starts_with("http:") || href.starts_with("https:") {
                    other_links
                } else {
                    Link::Strip
                }
            },
            style: &colours_spelt_out,
            br: "<br  />",
        };
        let mut body = clean(html, &policy)?;
        body = body.replace("<p><br  /></p>", "<p><span leaf=\"\"><br  /></span></p>");
        body.push_str(
            "<p style=\"display: none;\"><mp-style-type data-value=\"3\"></mp-style-type></p>",
        );
        Ok(body)
    }
}

/// `#FA5151` becomes `rgb(250, 81, 81)`.
fn colours_spelt_out(style: &str) -> String {
    let style = decode(style);
    let mut out = String::with_capacity(style.len());
    let mut rest = style.as_str();
    while let Some((before, after)) = rest.split_once('#') {
        out.push_str(before);
        let end = after
            .find(|c: char| !c.is_ascii_hexdigit())
            .unwrap_or(after.len());
        let (digits, next) = after.split_at(end);
        match rgb(digits) {
            Some(colour) => out.push_str(&colour),
            None => {
                out.push('#');
                out.push_str(digits);
            }
        }
        rest = next;
    }
    out.push_str(rest);
    out
}

fn rgb(digits: &str) -> Option<String> {
    let long: String = match digits.len() {
        3 => digits.chars().flat_map(|c| [c, c]).collect(),
        6 => digits.to_owned(),
        _ => return None,
    };
    let number = u32::from_str_radix(&long, 16).ok()?;
    let (r, g, b) = (number >> 16, (number >> 8) & 0xff, number & 0xff);
    Some(format!("rgb({r}, {g}, {b})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_spelt_out() {
        assert_eq!(
            colours_spelt_out("color:#FA5151;background:#fff url(#x)"),
            "color:rgb(250, 81, 81);background:rgb(255, 255, 255) url(#x)"
        );
    }
}
