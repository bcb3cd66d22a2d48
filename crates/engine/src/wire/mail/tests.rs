//! Against a mail server with state: it stores what it receives, and can be set to refuse or to hang up.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};
use yigao_channel::{Piece, Secret};

use super::*;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Mood {
    Good,
    /// 550 after RCPT TO.
    NoSuchUser,
    /// 451 after RCPT TO.
    Busy,
    /// Takes the message and hangs up before it confirms it.
    HangsUp,
}

/// Starts one; returns its address and the messages it holds.
async fn server(mood: Mood) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let held = Arc::<Mutex<Vec<String>>>::default();
    let keep = Arc::clone(&held);
    #[expect(
        clippy::disallowed_methods,
        reason = "the stand-in lives as long as the test's runtime"
    )]
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            drop(talk(stream, mood, &keep).await);
        }
    });
    (address, held)
}

async fn talk(stream: TcpStream, mood: Mood, held: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 mail.example\r\n").await?;
    let mut line = String::new();
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let verb = line.to_ascii_uppercase();
        let answer = match (verb.as_str(), mood) {
            (v, _) if v.starts_with("EHLO") => "250 mail.example\r\n",
            (v, Mood::NoSuchUser) if v.starts_with("RCPT") => "550 no such user\r\n",
            (v, Mood::Busy) if v.starts_with("RCPT") => "451 try again later\r\n",
            (v, _) if v.starts_with("DATA") => {
                stream.write_all(b"354 go on\r\n").await?;
                let mut message = String::new();
                loop {
                    line.clear();
                    stream.read_line(&mut line).await?;
                    if line == ".\r\n" {
                        break;
                    }
                    message.push_str(&line);
                }
                held.lock().unwrap().push(message);
                if mood == Mood::HangsUp {
                    return Ok(());
                }
                "250 taken\r\n"
            }
            (v, _) if v.starts_with("QUIT") => "221 bye\r\n",
            _ => "250 ok\r\n",
        };
        stream.write_all(answer.as_bytes()).await?;
    }
}

fn mail(server: &str) -> Mail {
    Mail {
        op: "mail",
        server: format!("smtp://{server}"),
        login: None,
        from: "wlj@example.gov.cn".into(),
        to: vec!["editor@example.com".into()],
        subject: "请采用：青川春日文旅市集".into(),
        text: "正文。\n".into(),
        attachments: vec![Piece {
            name: "p1".into(),
            file_name: Some("p1.jpg".into()),
            content_type: Some("image/jpeg".into()),
            bytes: Bytes::from_static(b"\xff\xd8\xff\xd9"),
        }],
        message_id: "d-1.mail@yigao".into(),
    }
}

fn allowing(address: &str) -> PrivateHosts {
    PrivateHosts::new([address.to_owned()])
}

#[tokio::test]
async fn a_message_arrives_whole_under_the_id_it_was_given() {
    let (address, held) = server(Mood::Good).await;
    send(&allowing(&address), &mail(&address)).await.unwrap();
    let held = held.lock().unwrap();
    let [message] = held.as_slice() else {
        panic!("one message: {held:?}")
    };
    for part in [
        "Message-ID: <d-1.mail@yigao>",
        "From: wlj@example.gov.cn",
        "To: editor@example.com",
        "p1.jpg",
        "/9j/2Q==",
    ] {
        assert!(message.contains(part), "{part} is not in {message}");
    }
}

#[tokio::test]
async fn a_refusal_has_no_effect_and_a_busy_server_is_asked_again() {
    let (address, held) = server(Mood::NoSuchUser).await;
    let error = send(&allowing(&address), &mail(&address))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.effect()),
        (ErrorKind::Rejected, Effect::None),
        "{error}"
    );
    let (address, busy) = server(Mood::Busy).await;
    let error = send(&allowing(&address), &mail(&address))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.effect(), error.retry()),
        (ErrorKind::Unavailable, Effect::None, Retry::Backoff),
        "{error}"
    );
    assert!(held.lock().unwrap().is_empty() && busy.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_lost_answer_says_that_it_may_have_arrived() {
    let (address, held) = server(Mood::HangsUp).await;
    let error = send(&allowing(&address), &mail(&address))
        .await
        .unwrap_err();
    assert_eq!(error.effect(), Effect::Unknown, "{error}");
    assert_eq!(held.lock().unwrap().len(), 1, "it did arrive");
}

#[tokio::test]
async fn a_private_server_must_be_named_and_a_wrong_address_is_reported() {
    let (address, held) = server(Mood::Good).await;
    let error = send(&PrivateHosts::default(), &mail(&address))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("private_hosts"), "{error}");
    let mut wrong = mail(&address);
    wrong.server = format!("http://{address}");
    let error = send(&allowing(&address), &wrong).await.unwrap_err();
    assert!(error.to_string().contains("smtp://host:port"), "{error}");
    assert!(held.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_password_never_goes_out_in_the_clear() {
    let mut open = mail("203.0.113.1:25");
    open.login = Some(("user".into(), Secret::new("password")));
    // 203.0.113.0/24 is documentation space, so the guard stops it first; a public address is stopped by the log-in rule.
    let error = send(&PrivateHosts::default(), &open).await.unwrap_err();
    assert!(error.to_string().contains("private_hosts"), "{error}");
    open.server = "smtp://192.0.32.7:25".into();
    let error = send(&PrivateHosts::default(), &open).await.unwrap_err();
    assert!(error.to_string().contains("without TLS"), "{error}");
}
