//! `yigao-sandbox ctl`: one request to the control API of a running sandbox, for scripts and for the demo.

use std::time::Duration;

use reqwest::{Method, redirect::Policy};

/// Sends `body` (JSON text, if any) and returns the answer's text.
///
/// # Errors
/// One line: what was asked and how it was answered.
pub async fn ctl(
    base: &str,
    method: &str,
    path: &str,
    body: Option<String>,
) -> Result<String, String> {
    // Whoever comes first installs it; a second time is no mistake.
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = reqwest::Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .timeout(Duration::from_secs(10))
        .build()
        .map_err(|e| e.to_string())?;
    let method = Method::from_bytes(method.as_bytes()).map_err(|e| e.to_string())?;
    let mut request = client.request(method.clone(), format!("{base}{path}"));
    if let Some(body) = body {
        request = request
            .header("content-type", "application/json")
            .body(body);
    }
    let response = request
        .send()
        .await
        .map_err(|e| format!("{method} {path}: {e}"))?;
    let status = response.status();
    let text = response
        .text()
        .await
        .map_err(|e| format!("{method} {path}: {e}"))?;
    if status.is_success() {
        Ok(text)
    } else {
        Err(format!("{method} {path}: {status} {text}"))
    }
}
