//! A small client of each platform, written from the protocol and not from the sandbox's code.

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use yigao_sandbox::{Running, Sandbox, SandboxConfig, start};

pub(crate) const APPID: &str = "wx00000000000000aa";
pub(crate) const SECRET: &str = "sandbox-secret-0123456789abcdef";

pub(crate) struct Seen {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) text: String,
}

impl Seen {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e} in {}", self.text))
    }

    pub(crate) fn code(&self) -> i64 {
        let json = self.json();
        let code = json.get("errcode").or(json.get("code"));
        code.and_then(Value::as_i64).unwrap_or(0)
    }
}

pub(crate) struct Client {
    pub(crate) running: Running,
    pub(crate) http: reqwest::Client,
    pub(crate) token: String,
}

impl Client {
    pub(crate) async fn of(config: SandboxConfig) -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let running = start(config).await.unwrap();
        let mut client = Self {
            running,
            http,
            token: String::new(),
        };
        client.token = client.stable_token(false).await["access_token"]
            .as_str()
            .unwrap()
            .to_owned();
        client
    }

    pub(crate) async fn fast() -> Self {
        Self::of(SandboxConfig::fast()).await
    }

    pub(crate) fn sandbox(&self) -> &Sandbox {
        self.running.sandbox()
    }

    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.running.base())
    }

    pub(crate) async fn send(
        &self,
        request: reqwest::RequestBuilder,
    ) -> Result<Seen, reqwest::Error> {
        let answer = request.send().await?;
        Ok(Seen {
            status: answer.status().as_u16(),
            headers: answer.headers().clone(),
            text: answer.text().await?,
        })
    }

    pub(crate) async fn get(&self, path: &str) -> Seen {
        self.send(self.http.get(self.at(path))).await.unwrap()
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Seen {
        let request = self.http.post(self.at(path)).body(body.to_string());
        self.send(request).await.unwrap()
    }

    pub(crate) async fn stable_token(&self, force: bool) -> Value {
        let body = json!({"grant_type": "client_credential", "appid": APPID, "secret": SECRET, "force_refresh": force});
        self.post("/wechat/cgi-bin/stable_token", &body)
            .await
            .json()
    }

    pub(crate) async fn try_wechat(&self, op: &str, body: &Value) -> Result<Seen, reqwest::Error> {
        let path = format!("/wechat/cgi-bin/{op}?access_token={}", self.token);
        self.send(self.http.post(self.at(&path)).body(body.to_string()))
            .await
    }

    pub(crate) async fn wechat(&self, op: &str, body: &Value) -> Seen {
        self.try_wechat(op, body).await.unwrap()
    }

    /// An upload whose labels lie about the type, as those of real clients do.
    pub(crate) async fn upload(&self, op: &str, name: &str, bytes: &[u8]) -> Seen {
        let joint = if op.contains('?') { '&' } else { '?' };
        let path = format!("/wechat/cgi-bin/{op}{joint}access_token={}", self.token);
        let mut body = format!(
            "--XX\r\nContent-Disposition: form-data; name=\"media\"; filename=\"{name}\"\r\nContent-Type: text/plain\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--XX--\r\n");
        let request = self
            .http
            .post(self.at(&path))
            .header("content-type", "multipart/form-data; boundary=XX")
            .body(body);
        self.send(request).await.unwrap()
    }

    pub(crate) async fn cover(&self) -> String {
        let seen = self
            .upload("material/add_material?type=image", "cover.jpg", &jpeg(40))
            .await;
        seen.json()["media_id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn draft(&self, article: Value) -> String {
        let seen = self
            .wechat("draft/add", &json!({"articles": [article]}))
            .await;
        let json = seen.json();
        assert_eq!(json.get("errcode"), None, "{}", seen.text);
        assert_eq!(json["item"], json!([]));
        json["media_id"].as_str().unwrap().to_owned()
    }

    pub(crate) fn signed(&self, how: &Signing<'_>) -> reqwest::RequestBuilder {
        let signature = how.signature();
        self.http
            .request(how.method.parse().unwrap(), self.at(how.path))
            .header("X-App-Key", "yigao")
            .header("X-Timestamp", how.time.to_string())
            .header("X-Nonce", how.nonce)
            .header("X-Signature", signature)
            .body(how.body.to_vec())
    }
}

pub(crate) struct Signing<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) time: i64,
    pub(crate) nonce: &'a str,
    pub(crate) secret: &'a str,
    pub(crate) body: &'a [u8],
}

impl Signing<'_> {
    fn signature(&self) -> String {
        let text = format!(
            "{}\n{}\n{}\n{}\n{}",
            self.method,
            self.path,
            self.time,
            self.nonce,
            sha256(self.body)
        );
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes()).unwrap();
        mac.update(text.as_bytes());
        hex(&mac.finalize().into_bytes())
    }
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// Something that begins as a JPEG does, `len` bytes long.
pub(crate) fn jpeg(len: usize) -> Vec<u8> {
    let mut bytes = vec![0xff, 0xd8, 0xff, 0xe0];
    bytes.resize(len, 0);
    bytes
}

pub(crate) fn article(cover: &str) -> Value {
    json!({
        "title": "非遗市集周末开街",
        "author": "文旅局",
        "digest": "四十家老字号本周六亮相",
        "content": "<p style=\"color:#FA5151\">正文<br>第二行</p>",
        "content_source_url": "https://wl.example.gov.cn/a/1024?d=01JD3K",
        "thumb_media_id": cover,
    })
}
