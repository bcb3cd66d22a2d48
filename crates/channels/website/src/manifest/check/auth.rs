//! What is wrong with how a manifest is let in.

use super::Check;
use crate::manifest::config::{Algorithm, Auth, Place, Signed};

impl Check<'_> {
    pub(super) fn auth(&mut self) {
        let manifest = self.manifest;
        let at = |field: &str| format!("channel.auth.{field}");
        match &manifest.auth {
            Auth::None => {}
            Auth::Basic { user, password } => {
                self.secret(&at("user"), user, &[]);
                self.secret(&at("password"), password, &[]);
            }
            Auth::Bearer { token } => self.secret(&at("token"), token, &[]),
            Auth::Key { value, place, .. } => {
                self.secret(&at("value"), value, &[]);
                if *place == Place::Form {
                    self.wrong(&at("place"), "请用 header 或 query", "header or query");
                }
            }
            Auth::LogIn(auth) => {
                self.op("channel.auth.call", "log_in", &auth.call, &["secrets"]);
                for (name, source) in &auth.headers {
                    self.secret(&at(&format!("headers.{name}")), source, &["login"]);
                }
                for (name, source) in &auth.query {
                    self.secret(&at(&format!("query.{name}")), source, &["login"]);
                }
                self.answer(&at("logged_out"), &auth.logged_out, &[]);
                if auth.call.out.is_empty() && !auth.cookies {
                    self.wrong(
                        "channel.auth",
                        "登录后用什么：call.out 取令牌，或设 cookies = true",
                        "what a log-in gives: a token by call.out, or cookies = true",
                    );
                }
            }
            Auth::Signed(signed) => self.signature(signed),
        }
    }

    fn signature(&mut self, signed: &Signed) {
        let at = |field: &str| format!("channel.auth.{field}");
        let own = ["nonce", "seconds", "millis"];
        let all = [
            "nonce",
            "seconds",
            "millis",
            "pairs",
            "method",
            "path",
            "body_sha256",
        ];
        for (name, source) in &signed.params {
            self.secret(&at(&format!("params.{name}")), source, &own);
        }
        self.secret(&at("text"), &signed.text, &all);
        if let Some(key) = &signed.key {
            self.secret(&at("key"), key, &[]);
        }
        if signed.algorithm == Algorithm::HmacSha256 && signed.key.is_none() {
            self.wrong(
                &at("key"),
                "hmac-sha256 要有 key",
                "hmac-sha256 needs a key",
            );
        }
        if signed.place == Place::Form
            && let Some((name, _)) = self
                .manifest
                .ops
                .named()
                .into_iter()
                .find(|(_, op)| op.json.is_some() || op.multipart.is_some())
        {
            self.wrong(
                &at("place"),
                format!("{name} 不是表单，签名放不进去；请用 query 或 header"),
                format!("{name} sends no form: use query or header"),
            );
        }
    }
}
