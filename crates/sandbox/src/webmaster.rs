//! A stand-in for somebody of a WordPress site's own staff, who changes a word of a post behind the hub's back.

use std::time::Duration;

use reqwest::redirect::Policy;
use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_secs(30);

/// What they are asked to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebmasterOrder {
    /// The site's home page.
    pub url: String,
    /// Log-in name, and the environment variable that holds their application password.
    pub user: String,
    pub password_env: String,
    /// The post's address within the site.
    pub slug: String,
    /// The words that are replaced, and what is public there then.
    pub from: String,
    pub to: String,
}

/// Does it through the interface, as an editing page does. Answers the post's address.
///
/// # Errors
/// In words: no such post, the words are not in it, or the site refuses.
pub async fn change(order: &WebmasterOrder) -> Result<String, String> {
    let password = std::env::var_os(&order.password_env)
        .ok_or_else(|| format!("{} is not set", order.password_env))?;
    let password = password.to_string_lossy().into_owned();
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = reqwest::Client::builder()
        .timeout(PATIENCE)
        .redirect(Policy::none())
        .no_proxy()
        .build()
        .map_err(|e| e.to_string())?;
    let posts = format!("{}wp-json/wp/v2/posts", order.url);
    let ask = |request: reqwest::RequestBuilder| {
        let request = request.basic_auth(&order.user, Some(&password));
        async move {
            let answer = request.send().await.map_err(|e| e.to_string())?;
            let status = answer.status();
            let body = answer.text().await.map_err(|e| e.to_string())?;
            let body: Value = serde_json::from_str(&body).map_err(|e| e.to_string())?;
            if status.is_success() {
                Ok(body)
            } else {
                Err(format!("the site answers {status}"))
            }
        }
    };
    let found = ask(client.get(format!("{posts}?slug={}&context=edit", order.slug))).await?;
    let post = found.get(0).ok_or("there is no such post")?;
    let text = post.pointer("/content/raw").and_then(Value::as_str);
    let text = text.filter(|text| text.contains(&order.from));
    let text = text.ok_or("these words are not in it")?;
    let id = post.get("id").and_then(Value::as_u64).unwrap_or_default();
    let body = json!({ "content": text.replace(&order.from, &order.to) });
    let request = client
        .post(format!("{posts}/{id}"))
        .header("content-type", "application/json")
        .body(body.to_string());
    ask(request).await?;
    let link = post.get("link").and_then(Value::as_str);
    Ok(link.unwrap_or_default().to_owned())
}
