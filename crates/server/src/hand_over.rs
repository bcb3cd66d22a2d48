//! 交接页: the signed page that a county editor opens from a mail or a message, without an account. It shows what to
//! paste and asks what became of it. The signature in the address is the key; the adapter checks it.

use axum::{
    extract::{Path, Request, State},
    http::StatusCode,
    response::{Html, Response},
};
use maud::Markup;
use yigao_channel::{Incoming, Refusal};
use yigao_core::{DestinationId, Digest};
use yigao_engine::HandedOver;

use crate::{
    app::{App, Shared},
    body::{Name as _, Pairs, bytes},
    handed::{Answer, Handed},
    lang::Lang,
    media,
    pages::hand_over as page,
    problem::Problem,
    routes::Routes,
};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/hand/{destination}/{ticket}", show)
        .post("/hand/{destination}/{ticket}", answer)
        .get("/hand/{destination}/{ticket}/media/{digest}", picture)
}

fn refused(refusal: Refusal) -> Problem {
    let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::FORBIDDEN);
    Problem::new(
        status,
        "hand_refused",
        refusal.message.zh,
        refusal.message.en,
    )
}

fn unknown() -> Problem {
    refused(Refusal::new(
        404,
        "没有这份交接单；请核对链接是否完整",
        "no such hand-over: check that the link is whole",
    ))
}

fn incoming(app: &App, request: &Request, ticket: &str, body: Vec<u8>) -> Incoming {
    let headers = request.headers().iter().filter_map(|(name, value)| {
        Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
    });
    Incoming {
        method: request.method().as_str().to_owned(),
        // A picture's address is below the page's: the signature of the page covers it.
        path: format!("/hand/{ticket}"),
        query: Pairs::read(request.uri().query().unwrap_or_default().as_bytes()).0,
        headers: headers.collect(),
        body,
        now: app.now(),
    }
}

/// Checks the signature with the adapter, which stores nothing, and answers what was handed over.
async fn verified(
    app: &App,
    destination: &str,
    ticket: &str,
    call: &Incoming,
) -> Result<(DestinationId, Handed), Problem> {
    let id = DestinationId::read(destination).map_err(|_| unknown())?;
    let found = app.hub.destinations.get(&id).ok_or_else(unknown)?;
    let page = Incoming {
        method: "GET".to_owned(),
        body: Vec::new(),
        ..call.clone()
    };
    found.channel.receive(&page).map_err(refused)?;
    let handed = handed(app, &id, ticket).await?;
    Ok((id, handed))
}

async fn handed(app: &App, id: &DestinationId, ticket: &str) -> Result<Handed, Problem> {
    let found = app.hub.handed_over(id, ticket).await?;
    let HandedOver {
        delivery,
        ticket,
        newer,
        callbacks,
    } = found.ok_or_else(unknown)?;
    let pack = ticket.note.get("pack").cloned();
    let pack = pack.and_then(|pack| serde_json::from_value(pack).ok());
    let answers = callbacks
        .iter()
        .filter_map(|row| Some((row.at, Answer::of(row)?)));
    Ok(Handed {
        delivery,
        newer,
        pack: pack.unwrap_or_default(),
        answers: answers.collect(),
    })
}

fn centre(app: &App, id: &DestinationId) -> String {
    app.hub
        .destinations
        .get(id)
        .map_or_else(|| id.to_string(), |d| d.name.clone())
}

fn html(markup: Markup) -> Html<String> {
    Html(markup.into_string())
}

async fn show(
    State(app): State<Shared>,
    Path((destination, ticket)): Path<(String, String)>,
    lang: Lang,
    request: Request,
) -> Result<Html<String>, Problem> {
    let call = incoming(&app, &request, &ticket, Vec::new());
    let (id, handed) = verified(&app, &destination, &ticket, &call).await?;
    let signature = Pairs(call.query).get("s").unwrap_or_default().to_owned();
    let now = app.now();
    Ok(html(page::page(&page::HandOver {
        lang,
        now,
        centre: &centre(&app, &id),
        handed: &handed,
        base: &format!("/hand/{id}/{ticket}"),
        signature: &signature,
        typed: &Pairs::default(),
        problem: None,
    })))
}

async fn picture(
    State(app): State<Shared>,
    Path((destination, ticket, digest)): Path<(String, String, String)>,
    request: Request,
) -> Result<Response, Problem> {
    // The page's signature is for reading: a picture is asked for with it, as the page was.
    let call = incoming(&app, &request, &ticket, Vec::new());
    let (_, handed) = verified(&app, &destination, &ticket, &call).await?;
    let digest = Digest::read(&digest)?;
    let pictures = &handed.pack.pictures;
    let picture = pictures.iter().find(|p| p.digest == digest);
    let picture = picture.ok_or_else(|| {
        refused(Refusal::new(
            404,
            "这份交接单里没有这张图片",
            "no such picture in this hand-over",
        ))
    })?;
    let save = Pairs(call.query)
        .get("save")
        .map(|_| picture.file_name.clone());
    Ok(media::serve(
        app.hub.media_bytes(&digest).await?,
        save.as_deref(),
    ))
}

async fn answer(
    State(app): State<Shared>,
    Path((destination, ticket)): Path<(String, String)>,
    lang: Lang,
    request: Request,
) -> Result<(StatusCode, Html<String>), Problem> {
    let mut call = incoming(&app, &request, &ticket, Vec::new());
    call.body = bytes(request, &app).await?.to_vec();
    // Only for someone who may see it, whatever is wrong with the form.
    let (id, before) = verified(&app, &destination, &ticket, &call).await?;
    let typed = Pairs::read(&call.body);
    let signature = Pairs(call.query.clone());
    let signature = signature.get("s").unwrap_or_default();
    let (centre, now) = (centre(&app, &id), app.now());
    let base = format!("/hand/{id}/{ticket}");
    let of = page::HandOver {
        lang,
        now,
        centre: &centre,
        handed: &before,
        base: &base,
        signature,
        typed: &typed,
        problem: None,
    };
    // The first final answer is valid; a second one would leave the bureau with two contradicting answers.
    if before.last().is_some() {
        return Ok((StatusCode::CONFLICT, html(page::page(&of))));
    }
    match app.hub.receive(&id, &call).await {
        Ok(_) => {
            let after = handed(&app, &id, &ticket).await?;
            let of = page::HandOver {
                handed: &after,
                ..of
            };
            Ok((StatusCode::OK, html(page::thanks(&of))))
        }
        // A field is missing or wrong: the same page again, as it was filled in, with the sentence.
        Err(refusal) if matches!(refusal.status, 400 | 422) => {
            let problem = Some(lang.localized(&refusal.message));
            let page = page::page(&page::HandOver { problem, ..of });
            Ok((StatusCode::UNPROCESSABLE_ENTITY, html(page)))
        }
        Err(refusal) => Err(refused(refusal)),
    }
}
