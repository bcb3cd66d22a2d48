//! A browser to drive: WebDriver is JSON over HTTP, so the client is these few calls.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{Ipv4Addr, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

/// The key under which the standard names an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
/// What is waited for on a page; far above what it takes.
const PATIENCE: Duration = Duration::from_secs(60);
const EVERY: Duration = Duration::from_millis(100);

/// The screens that are looked at: CSS pixels, and whether it is a phone.
#[derive(Clone, Copy, Debug)]
pub(super) struct Screen {
    pub(super) width: u32,
    pub(super) phone: bool,
}

/// A width of 390 is only had by emulation: a window of Chromium is never narrower than 500.
pub(super) const PHONE: Screen = Screen {
    width: 390,
    phone: true,
};
pub(super) const DESK: Screen = Screen {
    width: 1280,
    phone: false,
};

/// chromedriver as a child, one session in it, and a profile of its own. All three end with it.
pub(super) struct Browser {
    http: reqwest::Client,
    driver: Child,
    port: u16,
    session: String,
    profile: PathBuf,
}

/// Whether the browser tests are to run: not with `PARTS=core`. Otherwise a missing part is a failure, reported in one line.
pub(super) fn wanted() -> bool {
    #[expect(
        clippy::disallowed_methods,
        reason = "the test runner says by the environment which parts are wanted"
    )]
    let core = std::env::var("YIGAO_PARTS").is_ok_and(|parts| parts == "core");
    if core {
        return false;
    }
    for name in ["chromedriver", "chromium"] {
        let there = Command::new(name)
            .arg("--version")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|done| done.success());
        assert!(
            there,
            "the browser tests did not run, {name} is not installed: sh tests/need.sh test brings it, PARTS=core make test goes without"
        );
    }
    true
}

/// The source of the accessibility checker, fetched by `tests/need.sh` into a cache outside the tree.
pub(super) fn axe() -> String {
    #[expect(clippy::disallowed_methods, reason = "where the cache of this user is")]
    let home = std::env::var("HOME").unwrap_or_default();
    std::fs::read_to_string(Path::new(&home).join(".cache/yigao/axe.min.js")).unwrap_or_else(|e| {
        panic!("axe did not run, axe-core is not there ({e}): sh tests/need.sh test fetches it")
    })
}

impl Browser {
    pub(super) async fn open(screen: Screen, folder: &Path) -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(driver.stdout.take().unwrap());
        let port = loop {
            let mut line = String::new();
            assert_ne!(said.read_line(&mut line).unwrap(), 0, "chromedriver ended");
            let port = line.rsplit("on port ").next().unwrap_or_default();
            // Before it listens it prints the port it was asked for, which is zero.
            if let Ok(port @ 1..) = port.trim().trim_end_matches('.').parse() {
                break port;
            }
        };
        let profile = folder.join("browser");
        std::fs::create_dir_all(&profile).unwrap();
        let mut browser = Self {
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            driver,
            port,
            session: String::new(),
            profile,
        };
        let opened = browser
            .call("POST", "/session", Some(browser.wishes(screen)))
            .await;
        browser.session = format!("/session/{}", opened["sessionId"].as_str().unwrap());
        browser
    }

    fn wishes(&self, screen: Screen) -> Value {
        let mut options = json!({"args": [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run", "--disable-quic",
            "--lang=zh-CN", format!("--window-size={},900", screen.width), format!("--user-data-dir={}", self.profile.display()),
        ]});
        if screen.phone {
            options["mobileEmulation"] = json!({"deviceMetrics": {"width": screen.width, "height": 844, "pixelRatio": 2, "touch": true}});
        }
        json!({"capabilities": {"alwaysMatch": {"goog:chromeOptions": options}}})
    }

    async fn call(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        self.try_call(method, path, body)
            .await
            .unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    async fn try_call(
        &self,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> Result<Value, String> {
        let method = method.parse().unwrap();
        let address = format!("http://127.0.0.1:{}{path}", self.port);
        let mut request = self.http.request(method, address);
        if let Some(body) = body {
            request = request
                .header("content-type", "application/json")
                .body(body.to_string());
        }
        let answer = request.send().await.map_err(|e| e.to_string())?;
        let good = answer.status().is_success();
        let bytes = answer.bytes().await.map_err(|e| e.to_string())?;
        let mut answer: Value = serde_json::from_slice(&bytes).map_err(|e| e.to_string())?;
        if good {
            Ok(answer["value"].take())
        } else {
            Err(format!(
                "{} {}",
                answer["value"]["error"], answer["value"]["message"]
            ))
        }
    }

    async fn of_session(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        self.call(method, &format!("{}{path}", self.session), body)
            .await
    }

    pub(super) async fn go(&self, url: &str) {
        self.of_session("POST", "/url", Some(json!({"url": url})))
            .await;
    }

    /// Runs a function body in the page and answers what it returns; a promise is waited for.
    pub(super) async fn js(&self, script: &str) -> Value {
        self.of_session(
            "POST",
            "/execute/sync",
            Some(json!({"script": script, "args": []})),
        )
        .await
    }

    /// What a person can read on the page.
    pub(super) async fn text(&self) -> String {
        let text = self.js("return document.body.innerText").await;
        text.as_str().unwrap_or_default().to_owned()
    }

    pub(super) async fn url(&self) -> String {
        let url = self.of_session("GET", "/url", None).await;
        url.as_str().unwrap_or_default().to_owned()
    }

    async fn find(&self, xpath: &str) -> Result<String, String> {
        let path = format!("{}/element", self.session);
        let by = json!({"using": "xpath", "value": xpath});
        let found = self.try_call("POST", &path, Some(by)).await?;
        Ok(format!("/element/{}", found[ELEMENT].as_str().unwrap()))
    }

    /// Does something to the element that the XPath names, once it is there. What the page replaced meanwhile is found anew.
    async fn on(&self, xpath: &str, does: &str, body: Value) {
        let begun = Instant::now();
        loop {
            let done = async {
                let path = format!("{}{}/{does}", self.session, self.find(xpath).await?);
                self.try_call("POST", &path, Some(body.clone())).await
            };
            match done.await {
                Ok(_) => return,
                Err(error) => {
                    let later =
                        error.contains("no such element") || error.contains("stale element");
                    if !later || begun.elapsed() > PATIENCE {
                        panic!("{error}\n{}\n{}", self.url().await, self.text().await)
                    }
                }
            }
            tokio::time::sleep(EVERY).await;
        }
    }

    /// As a person clicks: what is covered or outside the page is refused by the browser.
    pub(super) async fn click(&self, xpath: &str) {
        self.on(xpath, "click", json!({})).await;
    }

    /// Types into a field; into a file field, the path of the file.
    pub(super) async fn type_into(&self, xpath: &str, text: &str) {
        self.on(xpath, "value", json!({"text": text})).await;
    }

    /// Waits until the page shows this text, without a reload.
    pub(super) async fn shows(&self, text: &str) {
        self.until(&format!("says {text:?}"), |page| page.contains(text))
            .await;
    }

    /// Waits until the page's text is as wanted.
    pub(super) async fn until(&self, what: &str, holds: impl Fn(&str) -> bool) {
        let begun = Instant::now();
        loop {
            let text = self.text().await;
            if holds(&text) {
                return;
            }
            assert!(
                begun.elapsed() < PATIENCE,
                "{} never {what}:\n{text}",
                self.url().await
            );
            tokio::time::sleep(EVERY).await;
        }
    }
}

impl Drop for Browser {
    /// chromedriver ends the browser it started when it is asked to shut down; killed, it would leave it behind.
    fn drop(&mut self) {
        let asked = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).and_then(|mut stream| {
            stream.set_read_timeout(Some(Duration::from_secs(10)))?;
            write!(
                stream,
                "GET /shutdown HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n\r\n",
                self.port
            )?;
            stream.read_to_end(&mut Vec::new())
        });
        if asked.is_err() {
            drop(self.driver.kill());
        }
        drop(self.driver.wait());
        drop(std::fs::remove_dir_all(&self.profile));
    }
}
