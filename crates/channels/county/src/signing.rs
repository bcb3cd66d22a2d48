//! Keyed hashes: of requests to a centre, and of links that a person at a centre opens.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use yigao_channel::Secret;
use yigao_core::{Digest, Timestamp};

/// Hexadecimal digits of a link's signature: 128 bits.
const LINK_DIGITS: usize = 32;

/// What a signature is made over.
#[derive(Debug)]
pub(crate) struct Signed<'s> {
    pub(crate) method: &'s str,
    pub(crate) path_and_query: &'s str,
    pub(crate) timestamp: &'s str,
    pub(crate) nonce: &'s str,
    pub(crate) body: &'s [u8],
}

/// Lower-case hex of the HMAC-SHA256 over method, path with query, time, nonce and the digest of the body, by lines.
pub(crate) fn of_request(secret: &Secret, of: &Signed<'_>) -> String {
    let text = format!(
        "{}\n{}\n{}\n{}\n{}",
        of.method,
        of.path_and_query,
        of.timestamp,
        of.nonce,
        Digest::of_bytes(of.body)
    );
    hex(&keyed(secret, text.as_bytes()).finalize().into_bytes())
}

/// A number used once: another for each request, the same when the same request is made at the same instant.
pub(crate) fn nonce(key: &str, method: &str, path_and_query: &str, now: Timestamp) -> String {
    let text = format!("{key}\n{method}\n{path_and_query}\n{}", now.as_nanosecond());
    let digest = Digest::of_bytes(text.as_bytes());
    digest.as_str().chars().take(LINK_DIGITS).collect()
}

/// The signature in a link to a ticket's page.
pub(crate) fn of_link(secret: &Secret, ticket: &str) -> String {
    let whole = hex(&keyed(secret, ticket.as_bytes()).finalize().into_bytes());
    whole.chars().take(LINK_DIGITS).collect()
}

/// Whether a link's signature is good; the time it takes does not reveal how much of a wrong one is right.
pub(crate) fn link_holds(secret: &Secret, ticket: &str, signature: &str) -> bool {
    let Some(bytes) = unhex(signature).filter(|bytes| bytes.len() * 2 == LINK_DIGITS) else {
        return false;
    };
    keyed(secret, ticket.as_bytes())
        .verify_truncated_left(&bytes)
        .is_ok()
}

fn keyed(secret: &Secret, text: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.reveal().as_bytes())
        .expect("HMAC takes a key of any length");
    mac.update(text);
    mac
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok()))
        .collect();
    let digits = digits?;
    digits
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => Some(high << 4 | low),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> Secret {
        Secret::new("county-secret-0123456789")
    }

    /// Computed apart, with Python's hmac and hashlib.
    #[test]
    fn requests_are_signed_as_the_centre_computes_it() {
        let signed = Signed {
            method: "POST",
            path_and_query: "/county/yunxi/items",
            timestamp: "1795500000",
            nonce: "n1",
            body: "{\"uri\":\"urn:文\"}".as_bytes(),
        };
        assert_eq!(
            of_request(&secret(), &signed),
            "59bd13f20f22aec163652fad6f7f7fdd6d0d918323ae756a37ed3550a0869bdc"
        );
        let empty = Signed {
            method: "GET",
            path_and_query: "/county/yunxi/items?uri=urn%3Ayigao%3Aa%40b",
            body: b"",
            ..signed
        };
        assert_eq!(
            of_request(&secret(), &empty),
            "b59d462598ebc865b07892dd68b8f63970035f2752bd4ac90cc1c7959f58abe3"
        );
    }

    #[test]
    fn a_links_signature_holds_for_its_ticket_alone() {
        let good = of_link(&secret(), "d-01jd3k.hand");
        assert_eq!(good, "c254f4b82a1a4ca8db490709e1799c5b");
        assert!(link_holds(&secret(), "d-01jd3k.hand", &good));
        assert!(!link_holds(&secret(), "d-01jd3k.hand.withdraw", &good));
        assert!(!link_holds(&Secret::new("other"), "d-01jd3k.hand", &good));
        let short: String = good.chars().take(30).collect();
        for bad in [
            "",
            "zz",
            &short,
            &format!("{good}00"),
            &good.chars().rev().collect::<String>(),
        ] {
            assert!(!link_holds(&secret(), "d-01jd3k.hand", bad), "{bad:?}");
        }
    }

    #[test]
    fn nonces_differ_by_time_path_and_key() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let nonces = [
            nonce("k", "GET", "/a", at(1)),
            nonce("k", "GET", "/a", at(2)),
            nonce("k", "PUT", "/a", at(1)),
            nonce("k2", "GET", "/a", at(1)),
        ];
        for (at, one) in nonces.iter().enumerate() {
            assert!(!nonces[..at].contains(one));
        }
    }
}
