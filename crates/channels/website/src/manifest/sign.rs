//! Signing a request over its own parameters. Pure.

use hmac::{Hmac, KeyInit as _, Mac as _};
use md5::{Digest as _, Md5};
use sha2::Sha256;
use yigao_core::{Digest, Timestamp};

use crate::manifest::{
    config::{Algorithm, Place, Signed},
    request::{Body, Request, one_line},
    site::Site,
    template::{Bad, Scope, hex},
};

/// When and for what a request is signed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Instant<'a> {
    pub(crate) now: Timestamp,
    /// Another for each effect; the nonce is made of it.
    pub(crate) key: &'a str,
}

/// Adds the parameters and the signature. `secrets` has the secrets.
pub(crate) fn sign(
    site: &Site,
    signed: &Signed,
    mut request: Request,
    instant: Instant<'_>,
    secrets: &Scope,
) -> Result<Request, Bad> {
    let language = &site.language;
    let path = request.url.path().to_owned();
    let seed = format!("{}\n{path}\n{}", instant.key, instant.now.as_nanosecond());
    let nonce: String = Digest::of_bytes(seed.as_bytes())
        .as_str()
        .chars()
        .take(32)
        .collect();
    let millis = instant.now.as_millisecond();
    let scope = secrets
        .clone()
        .with("nonce", nonce)
        .with("seconds", (millis / 1_000).to_string())
        .with("millis", millis.to_string());
    let mut own = Vec::new();
    for (name, source) in &signed.params {
        own.push((name.clone(), language.text(source, &scope)?));
    }
    put(&mut request, signed.place, own.clone())?;
    let mut all: Vec<(String, String)> = request.query.clone();
    match &request.body {
        Body::Form(fields) => all.extend(fields.iter().cloned()),
        Body::None | Body::Json(_) | Body::Multipart(_) | Body::Bytes(..) => {}
    }
    if signed.place == Place::Header {
        all.extend(own);
    }
    all.sort();
    let pairs: Vec<String> = all.iter().map(|(n, v)| format!("{n}={v}")).collect();
    let scope = scope
        .with("pairs", pairs)
        .with("method", request.method.as_str())
        .with("path", path)
        .with(
            "body_sha256",
            Digest::of_bytes(&bytes(&request.body)).as_str(),
        );
    let text = language.text(&signed.text, &scope)?;
    let signature = match (signed.algorithm, &signed.key) {
        (Algorithm::HmacSha256, Some(key)) => {
            let key = language.text(key, &scope)?;
            let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes())
                .expect("HMAC takes a key of any length");
            mac.update(text.as_bytes());
            hex(&mac.finalize().into_bytes())
        }
        _ => hex(&Md5::digest(text.as_bytes())),
    };
    let signature = if signed.upper_case {
        signature.to_ascii_uppercase()
    } else {
        signature
    };
    put(
        &mut request,
        signed.place,
        vec![(signed.sign.clone(), signature)],
    )?;
    Ok(request)
}

fn put(request: &mut Request, place: Place, pairs: Vec<(String, String)>) -> Result<(), Bad> {
    match (place, &mut request.body) {
        (Place::Form, Body::Form(fields)) => fields.extend(pairs),
        (Place::Form, _) | (Place::Query, _) => request.query.extend(pairs),
        (Place::Header, _) => {
            for (name, value) in pairs {
                request.headers.push((name, one_line(value)?));
            }
        }
    }
    Ok(())
}

fn bytes(body: &Body) -> Vec<u8> {
    match body {
        Body::Json(tree) => tree.to_string().into_bytes(),
        Body::Bytes(_, bytes) => bytes.to_vec(),
        Body::Form(fields) => url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish()
            .into_bytes(),
        Body::None | Body::Multipart(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::{config::Auth, testing::site};

    fn signed(auth: &str) -> Request {
        let site = site(auth, "key");
        let Auth::Signed(signed) = &site.manifest.auth else {
            unreachable!("the test's own manifest is signed");
        };
        let op = &site.manifest.ops.probe;
        let scope = Scope::default().with("site", site.manifest.site.clone());
        let request = Request::of(&site, op, &scope, None).unwrap();
        let instant = Instant {
            now: "2026-11-24T08:00:00Z".parse().unwrap(),
            key: "k",
        };
        let secrets = crate::manifest::auth::with_secrets(&site, Scope::default());
        sign(&site, signed, request, instant, &secrets).unwrap()
    }

    /// The digests are those of `md5sum` and `openssl dgst -sha256 -hmac key`.
    #[test]
    fn sorted_parameters_are_signed_as_other_programs_sign_them() {
        let request = signed(
            "kind = \"signed\"\nalgorithm = \"md5\"\nplace = \"query\"\nsign = \"sign\"\nupper_case = true\nparams = { timestamp = \"{{ seconds }}\" }\ntext = \"{{ pairs | join('&') }}{{ secrets.password }}\"",
        );
        // Of `ChannelId=12&methodname=findById&serviceid=channel&timestamp=1795507200key`.
        let sign = request.query.iter().find(|(name, _)| name == "sign");
        assert_eq!(sign.unwrap().1, "B9122A89148BE231FD50C1E2EBF7F835");

        let request = signed(
            "kind = \"signed\"\nalgorithm = \"hmac-sha256\"\nkey = \"{{ secrets.password }}\"\nplace = \"header\"\nsign = \"X-Sign\"\ntext = \"The quick brown fox jumps over the lazy dog\"",
        );
        let sign = request.headers.iter().find(|(name, _)| name == "X-Sign");
        assert_eq!(
            sign.unwrap().1,
            "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"
        );
    }

    #[test]
    fn nonces_differ_and_the_method_is_seen() {
        let request = signed(
            "kind = \"signed\"\nalgorithm = \"md5\"\nplace = \"query\"\nsign = \"s\"\nparams = { nonce = \"{{ nonce }}\" }\ntext = \"{{ method }} {{ path }} {{ nonce }} {{ body_sha256 }}\"",
        );
        let nonce = request.query.iter().find(|(name, _)| name == "nonce");
        assert_eq!(nonce.unwrap().1.len(), 32);
    }
}
