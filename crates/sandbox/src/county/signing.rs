//! Who may send: a keyed hash over the request, a time, and a number used once.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::{Centre, Refusal, usual};
use crate::call::Call;
use crate::mint::{hex, sha256_hex};

const LEEWAY_MS: i64 = 300_000;
/// Beyond twice the leeway an old request fails by its time alone.
const NONCES_KEPT_MS: i64 = 2 * LEEWAY_MS;

impl Centre {
    pub(super) fn check_signature(&mut self, call: &Call, now: i64) -> Result<(), Refusal> {
        let field = |name: &str| call.header(name).unwrap_or_default();
        let (time, nonce) = (field("x-timestamp"), field("x-nonce"));
        if field("x-app-key") != self.settings.app_key || nonce.is_empty() {
            return Err(Refusal::new(1001, usual(1001)));
        }
        let signed = format!(
            "{}\n{}\n{time}\n{nonce}\n{}",
            call.method,
            call.path_and_query,
            sha256_hex(&call.body)
        );
        if signature(&self.settings.secret, &signed) != field("x-signature") {
            return Err(Refusal::new(1001, usual(1001)));
        }
        let sent_ms = time.parse::<i64>().unwrap_or(0).saturating_mul(1000);
        if now.abs_diff(sent_ms) > LEEWAY_MS.unsigned_abs() {
            return Err(Refusal::new(1002, usual(1002)));
        }
        self.nonces.retain(|_, seen| now - *seen < NONCES_KEPT_MS);
        if self.nonces.insert(nonce.to_owned(), now).is_some() {
            return Err(Refusal::new(1003, usual(1003)));
        }
        Ok(())
    }
}

fn signature(secret: &str, text: &str) -> String {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(text.as_bytes());
    hex(&mac.finalize().into_bytes())
}
