//! A webhook: another system that is notified of what went wrong, and how a message to it is signed.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use yigao_channel::{
    Secret,
    call::{Body, Call, Method},
};
use yigao_core::{Localized, Timestamp};
use yigao_store::NoticeRow;

/// Bytes of a key, by the specification.
const KEY: std::ops::RangeInclusive<usize> = 24..=64;
/// What it is called among the operations.
const OP: &str = "webhook";

/// Another system that wants to be notified.
#[derive(Clone)]
pub struct Hook {
    /// Its name in the configuration.
    pub name: String,
    url: String,
    key: Vec<u8>,
}

impl std::fmt::Debug for Hook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Hook({})", self.name)
    }
}

impl Hook {
    /// A hook at `url`; `secret` is what both sides know, `whsec_` and the key in base64.
    ///
    /// # Errors
    /// What is wrong with the address or the secret.
    pub fn new(name: &str, url: &str, secret: &Secret) -> Result<Self, Localized> {
        if !url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https")) {
            return Err(Localized::new(
                format!("url = {url:?}：应是 http:// 或 https:// 开头的地址"),
                format!("url = {url:?}: an http:// or https:// address is expected"),
            ));
        }
        let text = secret.reveal().trim();
        let key = STANDARD.decode(text.strip_prefix("whsec_").unwrap_or(text));
        match key {
            Ok(key) if KEY.contains(&key.len()) => Ok(Self {
                name: name.to_owned(),
                url: url.to_owned(),
                key,
            }),
            _ => Err(Localized::new(
                "secret：应是 whsec_ 加 base64，解开后 24 到 64 字节（生成：echo whsec_$(openssl rand -base64 32)）",
                "secret: whsec_ and base64 of 24 to 64 bytes is expected (make one: echo whsec_$(openssl rand -base64 32))",
            )),
        }
    }

    /// `v1,` and the signature of `id.timestamp.body`.
    fn signature(&self, id: &str, timestamp: i64, body: &str) -> String {
        // A key of any length will do.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) else {
            return String::new();
        };
        mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }

    /// The signed request that carries `notice` at `now`.
    pub(crate) fn call(&self, notice: &NoticeRow, now: Timestamp) -> Call {
        let seconds = now.as_second();
        Call {
            op: OP,
            method: Method::Post,
            url: self.url.clone(),
            headers: vec![
                ("webhook-id".into(), notice.id.clone()),
                ("webhook-timestamp".into(), seconds.to_string()),
                (
                    "webhook-signature".into(),
                    self.signature(&notice.id, seconds, &notice.body),
                ),
            ],
            body: Body {
                content_type: "application/json".into(),
                bytes: notice.body.clone().into(),
            },
            conceal: vec![],
            conceal_fields: vec![],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vector that the specification gives.
    #[test]
    fn signatures_are_those_of_the_specification() {
        let secret = Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let hook = Hook::new("ops", "https://ops.example/hook", &secret).unwrap();
        let signed = hook.signature(
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            "{\"test\": 2432232314}",
        );
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_secret_that_is_too_short_or_no_base64_is_refused_with_the_way_to_make_one() {
        for secret in ["whsec_c2hvcnQ=", "not base64!", ""] {
            let error = Hook::new("ops", "https://ops.example/", &Secret::new(secret)).unwrap_err();
            assert!(error.en.contains("openssl rand"), "{}", error.en);
        }
        let secret = Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        assert!(Hook::new("ops", "ftp://ops.example/", &secret).is_err());
    }
}
