//! 交接页: the signed page that a county editor opens from a mail or a message, without an account. It shows what to
//! paste and asks what became of it. The signature in the address is the key; the adapter checks it.

use axum::{
    extract::{Path, Request, State},
    http::StatusCode,
    response::{Html, Response},
};
use maud::Markup;
use serde::Deserialize;
use yigao_channel::{Incoming, Refusal};
use yigao_core::{Delivery, DestinationId, Digest, State as DeliveryState};
use yigao_store::ListDeliveries;

use crate::{
    app::{App, Shared},
    body::{Name as _, Pairs, bytes},
    lang::Lang,
    media,
    pages::hand as page,
    problem::Problem,
    routes::Routes,
};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/hand/{destination}/{ticket}", show)
        .post("/hand/{destination}/{ticket}", answer)
        .get("/hand/{destination}/{ticket}/media/{digest}", picture)
}

/// What the adapter put into the ticket for the person.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Pack {
    pub(crate) title: String,
    pub(crate) summary: Option<String>,
    pub(crate) text: String,
    pub(crate) html: String,
    pub(crate) byline: Option<String>,
    pub(crate) intent: Option<String>,
    pub(crate) pictures: Vec<Picture>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Picture {
    pub(crate) digest: Digest,
    #[serde(default)]
    pub(crate) file_name: String,
    #[serde(default)]
    pub(crate) alt: String,
}

fn refused(refusal: Refusal) -> Problem {
    let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::FORBIDDEN);
    let zh = match status.as_u16() {
        404 => "没有这份交接单；请核对链接是否完整".to_owned(),
        400..500 => format!(
            "链接不完整、被改动过或已失效，请从原邮件或消息中重新打开（{}）",
            refusal.says
        ),
        _ => "暂时不能受理，请稍后再试".to_owned(),
    };
    Problem::new(status, "hand_refused", zh, refusal.says)
}

fn incoming(app: &App, request: &Request, ticket: &str, body: Vec<u8>) -> Incoming {
    let headers = request.headers().iter().filter_map(|(name, value)| {
        Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
    });
    Incoming {
        method: request.method().as_str().to_owned(),
        // A picture stands under the page: the signature of the page covers it.
        path: format!("/hand/{ticket}"),
        query: Pairs::read(request.uri().query().unwrap_or_default().as_bytes()).0,
        headers: headers.collect(),
        body,
        now: app.now(),
    }
}

/// Checks the signature with the adapter; nothing is stored.
fn verify(app: &App, destination: &str, call: &Incoming) -> Result<DestinationId, Problem> {
    let unknown = || {
        refused(Refusal {
            status: 404,
            says: "no such hand-over".to_owned(),
        })
    };
    let id = DestinationId::read(destination).map_err(|_| unknown())?;
    let found = app.hub.destinations.get(&id).ok_or_else(unknown)?;
    found.channel.hear(call).map_err(refused)?;
    Ok(id)
}

/// The delivery that waits for this ticket's answer.
async fn waiting(
    app: &App,
    destination: &DestinationId,
    ticket: &str,
) -> Result<Option<(Delivery, Pack)>, Problem> {
    let which = ListDeliveries {
        destination: Some(destination.clone()),
        states: vec![DeliveryState::Accepted],
        limit: 1_000,
        ..ListDeliveries::default()
    };
    let found = app.hub.store.deliveries(&which).await?;
    let found = found
        .into_iter()
        .find(|d| d.ticket.as_ref().is_some_and(|t| t.id == ticket));
    Ok(found.map(|delivery| {
        let pack = delivery
            .ticket
            .as_ref()
            .and_then(|t| t.note.get("pack"))
            .cloned();
        let pack = pack.and_then(|pack| serde_json::from_value(pack).ok());
        (delivery, pack.unwrap_or_default())
    }))
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
    let id = verify(&app, &destination, &call)?;
    let signature = Pairs(call.query).get("s").unwrap_or_default().to_owned();
    let centre = centre(&app, &id);
    Ok(match waiting(&app, &id, &ticket).await? {
        None => html(page::settled(lang, &centre)),
        Some((delivery, pack)) => {
            let base = format!("/hand/{id}/{ticket}");
            html(page::sheet(
                lang,
                &page::HandOver {
                    centre: &centre,
                    delivery: &delivery,
                    pack: &pack,
                    base: &base,
                    signature: &signature,
                    problem: None,
                },
            ))
        }
    })
}

async fn picture(
    State(app): State<Shared>,
    Path((destination, ticket, digest)): Path<(String, String, String)>,
    request: Request,
) -> Result<Response, Problem> {
    // The page's signature is for reading: a picture is asked for with it, as the page was.
    let call = incoming(&app, &request, &ticket, Vec::new());
    let id = verify(&app, &destination, &call)?;
    let digest = Digest::read(&digest)?;
    let pack = waiting(&app, &id, &ticket)
        .await?
        .map(|(_, pack)| pack)
        .unwrap_or_default();
    let picture = pack
        .pictures
        .iter()
        .find(|p| p.digest == digest)
        .ok_or_else(|| {
            refused(Refusal {
                status: 404,
                says: "no such picture in this hand-over".to_owned(),
            })
        })?;
    let save = Pairs(call.query)
        .get("save")
        .map(|_| picture.file_name.clone());
    Ok(media::serve(
        app.hub.media.get(&digest).await?,
        save.as_deref(),
    ))
}

async fn answer(
    State(app): State<Shared>,
    Path((destination, ticket)): Path<(String, String)>,
    lang: Lang,
    request: Request,
) -> Result<Html<String>, Problem> {
    let mut call = incoming(&app, &request, &ticket, Vec::new());
    call.body = bytes(request, &app).await?.to_vec();
    let unknown = || {
        refused(Refusal {
            status: 404,
            says: "no such hand-over".to_owned(),
        })
    };
    let id = DestinationId::read(&destination).map_err(|_| unknown())?;
    let fields = Pairs::read(&call.body);
    let signature = Pairs(call.query.clone())
        .get("s")
        .unwrap_or_default()
        .to_owned();
    match app.hub.hear(&id, &call).await {
        Ok(_) => Ok(html(page::thanks(
            lang,
            &centre(&app, &id),
            fields.get("answer").unwrap_or_default(),
        ))),
        // A field is missing or wrong: the same page again, with the sentence, so that nothing must be found anew.
        Err(refusal) if matches!(refusal.status, 400 | 422) => {
            let Some((delivery, pack)) = waiting(&app, &id, &ticket).await? else {
                return Err(refused(refusal));
            };
            // Only for someone who may see it: the form's own signature was refused or not, the page's must hold.
            verify(
                &app,
                &destination,
                &Incoming {
                    method: "GET".to_owned(),
                    body: Vec::new(),
                    ..call
                },
            )?;
            let base = format!("/hand/{id}/{ticket}");
            Ok(html(page::sheet(
                lang,
                &page::HandOver {
                    centre: &centre(&app, &id),
                    delivery: &delivery,
                    pack: &pack,
                    base: &base,
                    signature: &signature,
                    problem: Some(&refusal.says),
                },
            )))
        }
        Err(refusal) => Err(refused(refusal)),
    }
}
