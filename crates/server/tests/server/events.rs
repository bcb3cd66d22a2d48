use tokio::net::TcpListener;
use yigao_server::{Server, ServerSettings};

use crate::client::{Client, SITE};

#[tokio::test]
async fn a_change_arrives_as_an_event_and_the_stop_ends_the_stream() {
    let client = Client::new(&[SITE]).await;
    let item = client.place.item("a", "题", &["文"], None, &[]).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let tokens = vec![("desk".to_owned(), yigao_channel::Secret::new("t0ken"))];
    let server = Server::new(client.place.hub.clone(), ServerSettings { tokens });
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let mut tasks = tokio::task::JoinSet::new();
    tasks.spawn(server.run(listener, async { drop(stopped.await) }));

    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let ask = format!(
        "GET /api/v1/events HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer t0ken\r\n\r\n"
    );
    tokio::io::AsyncWriteExt::write_all(&mut stream, ask.as_bytes())
        .await
        .unwrap();
    let mut text = String::new();
    read_until(&mut stream, &mut text, "retry: 1000").await;
    client.place.publish(&item).await;
    client.place.work().await;
    read_until(&mut stream, &mut text, "\"state\":\"delivered\"").await;
    assert!(
        text.contains("event: delivery")
            && text.contains("\"sentence\"")
            && text.contains("\"state_zh\":\"已送达\""),
        "{text}"
    );
    stop.send(()).unwrap();
    tasks.join_next().await.unwrap().unwrap().unwrap();
}

async fn read_until(stream: &mut tokio::net::TcpStream, text: &mut String, what: &str) {
    let read = async {
        let mut buffer = [0; 4096];
        while !text.contains(what) {
            let got = tokio::io::AsyncReadExt::read(stream, &mut buffer)
                .await
                .unwrap();
            assert!(got > 0, "the stream ended: {text}");
            text.push_str(&String::from_utf8_lossy(&buffer[..got]));
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), read)
        .await
        .unwrap_or_else(|_| panic!("no {what} in {text}"));
}
