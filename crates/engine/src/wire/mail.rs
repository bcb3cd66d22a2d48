//! Mail by SMTP. The message id is given by the caller, so that a second copy is recognised as the same message.

use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    message::{Attachment, MultiPart, SinglePart, header::ContentType},
    transport::smtp::authentication::Credentials,
};
use yigao_channel::Mail;
use yigao_core::{ChannelError, Effect, ErrorKind, Retry};

use super::{PrivateHosts, ssrf::is_private};

pub(super) async fn send(hosts: &PrivateHosts, mail: &Mail) -> Result<(), ChannelError> {
    let config = |message: String| {
        ChannelError::new(ErrorKind::Config, mail.op, message).with_effect(Effect::None)
    };
    let wrong = || config("the mail server is not smtp://host:port".into());
    let server = mail.server.strip_prefix("smtp://").ok_or_else(wrong)?;
    let (host, port) = server.rsplit_once(':').unwrap_or((server, "25"));
    let port = port.parse().map_err(|_| wrong())?;
    // The name is resolved here, so that it cannot lead inside either, and the answer that was checked is the one that is used.
    let address = hosts.reachable(host, port).await.map_err(config)?;
    let message = message(mail).map_err(|message| config(message.to_string()))?;
    let mut transport =
        AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(address.ip().to_string())
            .port(address.port());
    if let Some((user, password)) = &mail.login {
        // There is no TLS here: beyond this machine or a relay named as ours, anybody could read a password.
        if !is_private(address.ip()) {
            return Err(config(
                "a log-in without TLS is sent only to private relays; use a relay of your own"
                    .into(),
            ));
        }
        transport =
            transport.credentials(Credentials::new(user.clone(), password.reveal().to_owned()));
    }
    match transport.build().send(message).await {
        Ok(_) => Ok(()),
        Err(error) if error.is_permanent() => Err(ChannelError::new(
            ErrorKind::Rejected,
            mail.op,
            format!("the mail server refuses it: {error}"),
        )),
        Err(error) if error.is_transient() => {
            Err(
                ChannelError::new(ErrorKind::Unavailable, mail.op, format!("{error}"))
                    .with_effect(Effect::None)
                    .with_retry(Retry::Backoff),
            )
        }
        Err(error) => Err(ChannelError::new(
            ErrorKind::Interrupted,
            mail.op,
            format!("the connection broke: {error}"),
        )),
    }
}

fn message(mail: &Mail) -> Result<Message, Box<dyn std::error::Error + Send + Sync>> {
    let mut builder = Message::builder()
        .from(mail.from.parse()?)
        .subject(mail.subject.clone())
        .message_id(Some(format!("<{}>", mail.message_id)));
    for to in &mail.to {
        builder = builder.to(to.parse()?);
    }
    let mut parts = MultiPart::mixed().singlepart(SinglePart::plain(mail.text.clone()));
    for piece in &mail.attachments {
        let name = piece
            .file_name
            .clone()
            .unwrap_or_else(|| piece.name.clone());
        let kind = ContentType::parse(
            piece
                .content_type
                .as_deref()
                .unwrap_or("application/octet-stream"),
        )?;
        parts = parts.singlepart(Attachment::new(name).body(piece.bytes.to_vec(), kind));
    }
    Ok(builder.multipart(parts)?)
}

#[cfg(test)]
mod tests;
