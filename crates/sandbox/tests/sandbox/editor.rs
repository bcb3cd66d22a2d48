use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Html;
use axum::routing::{get, post};
use yigao_sandbox::{Confirmed, EditorOrder, confirm};

type Told = Arc<Mutex<Vec<String>>>;

async fn form_server(told: Told) -> String {
    let page = r#"<form action="/find"><input name="q"></form>
        <form action="confirm?x=1&amp;y=2" class=a method='post'><input value="t&amp;1" name="token" type="hidden">
        <input name="who"><input type="radio" name="answer" value="received"><textarea name="note"></textarea></form>"#;
    let app = Router::new()
        .route("/hand/over", get(move || async move { Html(page) }))
        .route(
            "/hand/confirm",
            post(
                async |State(told): State<Told>, uri: axum::http::Uri, body: String| {
                    told.lock().unwrap().push(format!("{uri} {body}"));
                    StatusCode::NO_CONTENT
                },
            ),
        )
        .with_state(told);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let mut tasks = tokio::task::JoinSet::new();
    tasks.spawn(async move { axum::serve(listener, app).await.unwrap() });
    tasks.detach_all();
    base
}

#[tokio::test]
async fn an_editor_confirms_a_hand_over() {
    let told = Told::default();
    let base = form_server(told.clone()).await;
    let order = EditorOrder {
        url: format!("{base}/hand/over?sig=1"),
        who: "李 梅".to_owned(),
        fill: vec![("note".to_owned(), "收到&谢谢".to_owned())],
    };
    assert_eq!(confirm(&order).await.unwrap(), Confirmed { status: 204 });
    assert_eq!(
        *told.lock().unwrap(),
        [
            "/hand/confirm?x=1&y=2 token=t%261&who=%E6%9D%8E+%E6%A2%85&answer=received&note=%E6%94%B6%E5%88%B0%26%E8%B0%A2%E8%B0%A2"
        ]
    );
    let gone = EditorOrder {
        url: format!("{base}/none"),
        ..order
    };
    let error = confirm(&gone).await.unwrap_err().to_string();
    assert_eq!(error, "the page was answered with 404");
}
