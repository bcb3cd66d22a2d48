//! The table use case × door: what the command line, the API and the pages offer, held against the real command tree and
//! the real routes. A command or a route that is in no row fails the test, and so does an empty cell without a reason.

use std::collections::BTreeSet;

use clap::CommandFactory as _;

use crate::cli::Cli;

/// What one door has for a use case.
enum Cell {
    /// These commands, or these methods and paths.
    Has(&'static [&'static str]),
    /// Nothing, and why that is right.
    Not(&'static str),
}
use Cell::{Has, Not};

/// A use case with its command, its API and its page.
type Row = (&'static str, Cell, Cell, Cell);

const AT_THE_MACHINE: &str = "it starts or sets up the program on its machine";
const FILES_OF_THE_MACHINE: &str =
    "it reads configuration files of the machine before a program runs on them";
const IN_EVERY_ANSWER: &str = "every answer carries its sentence in both languages";

const TABLE: &[Row] = &[
    (
        "import",
        Has(&["item import"]),
        Has(&["POST /api/v1/items"]),
        Has(&["POST /send"]),
    ),
    (
        "begin a new item from a template",
        Has(&["item new"]),
        Not("it makes a folder beside the person who writes"),
        Not("it makes a folder beside the person who writes"),
    ),
    (
        "list items",
        Has(&["item list"]),
        Has(&["GET /api/v1/items"]),
        Has(&["GET /send"]),
    ),
    (
        "show an item",
        Has(&["item show"]),
        Has(&["GET /api/v1/items/{id}"]),
        Has(&["GET /items/{id}"]),
    ),
    (
        "pre-flight",
        Has(&["preflight"]),
        Has(&["GET /api/v1/items/{id}/preflight"]),
        Has(&["GET /items/{id}"]),
    ),
    (
        "preview",
        Has(&["item preview"]),
        Has(&[
            "GET /api/v1/items/{id}/preview",
            "GET /api/v1/renditions/{digest}",
        ]),
        Has(&[
            "GET /items/{id}/preview/{destination}",
            "GET /renditions/{digest}/preview",
            "GET /media/{digest}",
        ]),
    ),
    (
        "approve",
        Has(&["item approve"]),
        Has(&["POST /api/v1/items/{id}/approve"]),
        Has(&["POST /items/{id}/approve"]),
    ),
    (
        "publish",
        Has(&["item publish"]),
        Has(&["POST /api/v1/items/{id}/publish"]),
        Has(&["POST /items/{id}/publish"]),
    ),
    (
        "correct",
        Has(&["item correct"]),
        Has(&["POST /api/v1/items/{id}/correct"]),
        Has(&["POST /items/{id}/correct"]),
    ),
    (
        "overwrite what was seen",
        Has(&["item correct --overwrite", "item publish --overwrite"]),
        Has(&["POST /api/v1/items/{id}/correct"]),
        Has(&["POST /items/{id}/overwrite"]),
    ),
    (
        "withdraw",
        Has(&["item withdraw"]),
        Has(&["POST /api/v1/items/{id}/withdraw"]),
        Has(&["POST /items/{id}/withdraw"]),
    ),
    (
        "verify now",
        Has(&["item verify"]),
        Has(&["POST /api/v1/items/{id}/verify"]),
        Has(&["POST /items/{id}/verify"]),
    ),
    (
        "answer what import noticed",
        Has(&["item answer"]),
        Has(&["POST /api/v1/items/{id}/answer"]),
        Has(&["POST /items/{id}/answer"]),
    ),
    (
        "hold",
        Has(&["item hold"]),
        Has(&["POST /api/v1/items/{id}/hold"]),
        Has(&["POST /items/{id}/hold"]),
    ),
    (
        "release",
        Has(&["item release"]),
        Has(&["POST /api/v1/items/{id}/release"]),
        Has(&["POST /items/{id}/release"]),
    ),
    (
        "export",
        Has(&["item export"]),
        Has(&["GET /api/v1/items/{id}/export"]),
        Has(&["GET /items/{id}"]),
    ),
    (
        "list deliveries",
        Has(&["delivery list"]),
        Has(&["GET /api/v1/deliveries"]),
        Has(&["GET /deliveries"]),
    ),
    (
        "show a delivery",
        Has(&["delivery show"]),
        Has(&["GET /api/v1/deliveries/{id}"]),
        Has(&["GET /deliveries/{id}"]),
    ),
    (
        "retry",
        Has(&["delivery retry"]),
        Has(&["POST /api/v1/deliveries/{id}/retry"]),
        Has(&["POST /deliveries/{id}/retry"]),
    ),
    (
        "cancel",
        Has(&["delivery cancel"]),
        Has(&["POST /api/v1/deliveries/{id}/cancel"]),
        Has(&["POST /deliveries/{id}/cancel"]),
    ),
    (
        "decide",
        Has(&["delivery decide"]),
        Has(&["POST /api/v1/deliveries/{id}/decide"]),
        Has(&["POST /deliveries/{id}/decide"]),
    ),
    (
        "recover",
        Has(&["delivery recover"]),
        Has(&["POST /api/v1/deliveries/recover"]),
        Has(&["GET /deliveries/recover", "POST /deliveries/recover"]),
    ),
    (
        "replay",
        Has(&["delivery replay"]),
        Has(&["POST /api/v1/deliveries/replay"]),
        Has(&["GET /deliveries/replay", "POST /deliveries/replay"]),
    ),
    (
        "follow what changes",
        Not("every command that plans follows its deliveries to their end"),
        Has(&["GET /api/v1/events"]),
        Has(&["GET /static/console.js"]),
    ),
    (
        "list destinations",
        Has(&["destination list"]),
        Has(&["GET /api/v1/destinations"]),
        Has(&["GET /destinations"]),
    ),
    (
        "show what a destination can do",
        Has(&["destination show"]),
        Has(&["GET /api/v1/destinations/{id}"]),
        Has(&["GET /destinations"]),
    ),
    (
        "check a destination",
        Has(&["destination check"]),
        Has(&["POST /api/v1/destinations/{id}/check"]),
        Has(&["POST /destinations/{id}/check"]),
    ),
    (
        "pause",
        Has(&["destination pause"]),
        Has(&["POST /api/v1/destinations/{id}/pause"]),
        Has(&["POST /destinations/{id}/pause"]),
    ),
    (
        "drain",
        Has(&["destination drain"]),
        Has(&["POST /api/v1/destinations/{id}/drain"]),
        Has(&["POST /destinations/{id}/drain"]),
    ),
    (
        "resume",
        Has(&["destination resume"]),
        Has(&["POST /api/v1/destinations/{id}/resume"]),
        Has(&["POST /destinations/{id}/resume"]),
    ),
    (
        "list the ledger",
        Has(&["ledger"]),
        Has(&["GET /api/v1/ledger"]),
        Not("a delivery's page shows the entries about it; the whole is for an auditor's program"),
    ),
    (
        "audit the ledger",
        Has(&["audit"]),
        Has(&["GET /api/v1/ledger/audit"]),
        Not("it reads the whole ledger and is run by a schedule, not by a person at a page"),
    ),
    (
        "watch over the program",
        Not("a monitor asks over HTTP"),
        Has(&["GET /healthz", "GET /metrics"]),
        Not("a monitor asks over HTTP"),
    ),
    (
        "answer a hand-over",
        Not("the signed page is for editors outside, who have no account here"),
        Not("the signed page is for editors outside, who have no account here"),
        Has(&[
            "GET /hand/{destination}/{ticket}",
            "POST /hand/{destination}/{ticket}",
            "GET /hand/{destination}/{ticket}/media/{digest}",
        ]),
    ),
    (
        "say who acts",
        Not("the system's user acts, or whom --as names"),
        Not("a token names who acts"),
        Has(&[
            "GET /",
            "GET /sign-in",
            "POST /sign-in",
            "POST /sign-out",
            "GET /lang",
            "GET /static/console.css",
        ]),
    ),
    (
        "describe the door",
        Has(&["completions"]),
        Has(&["GET /api/v1/openapi.json"]),
        Not("a page is read by people and says itself what it offers"),
    ),
    (
        "explain a word",
        Has(&["explain"]),
        Not(IN_EVERY_ANSWER),
        Not(IN_EVERY_ANSWER),
    ),
    (
        "run the program",
        Has(&["serve", "work"]),
        Not(AT_THE_MACHINE),
        Not(AT_THE_MACHINE),
    ),
    (
        "look after the configuration",
        Has(&["config show", "config check", "config example"]),
        Not(FILES_OF_THE_MACHINE),
        Not(FILES_OF_THE_MACHINE),
    ),
    (
        "write a destination's file",
        Has(&["destination lint", "destination try"]),
        Not(FILES_OF_THE_MACHINE),
        Not(FILES_OF_THE_MACHINE),
    ),
];

/// Every command that does something, by its words.
fn commands() -> BTreeSet<String> {
    fn leaves(command: &clap::Command, before: &str, found: &mut BTreeSet<String>) {
        for sub in command.get_subcommands().filter(|s| s.get_name() != "help") {
            let name = format!("{before}{}", sub.get_name());
            match sub.has_subcommands() {
                true => leaves(sub, &format!("{name} "), found),
                false => drop(found.insert(name)),
            }
        }
    }
    let mut found = BTreeSet::new();
    leaves(&Cli::command(), "", &mut found);
    found
}

/// Whether the words name a command, and its flag if one is named.
fn is_command(words: &str) -> bool {
    let mut command = Cli::command();
    for word in words.split(' ') {
        if let Some(flag) = word.strip_prefix("--") {
            return command.get_arguments().any(|a| a.get_long() == Some(flag));
        }
        match command.find_subcommand(word) {
            Some(sub) => command = sub.clone(),
            None => return false,
        }
    }
    true
}

/// Every route of the server.
fn routes() -> BTreeSet<String> {
    let served = yigao_server::served().into_iter();
    served.map(|s| format!("{} {}", s.method, s.path)).collect()
}

/// All entries of a column.
fn column(of: impl Fn(&Row) -> &Cell) -> BTreeSet<String> {
    let cells = TABLE.iter().map(of);
    let names = cells.filter_map(|cell| match cell {
        Has(names) => Some(names.iter().map(|name| (*name).to_owned())),
        Not(_) => None,
    });
    names.flatten().collect()
}

#[test]
fn every_command_stands_in_the_table_and_is_there() {
    let listed = column(|row| &row.1);
    let missing: Vec<_> = commands().difference(&listed).cloned().collect();
    assert!(missing.is_empty(), "in no row: {missing:?}");
    let gone: Vec<_> = listed.iter().filter(|words| !is_command(words)).collect();
    assert!(gone.is_empty(), "no such command: {gone:?}");
}

#[test]
fn every_route_stands_in_the_table_and_is_served() {
    let listed: BTreeSet<String> = column(|row| &row.2)
        .union(&column(|row| &row.3))
        .cloned()
        .collect();
    let missing: Vec<_> = routes().difference(&listed).cloned().collect();
    assert!(missing.is_empty(), "in no row: {missing:?}");
    let gone: Vec<_> = listed.difference(&routes()).cloned().collect();
    assert!(gone.is_empty(), "not served: {gone:?}");
}

#[test]
fn what_a_door_does_not_offer_has_a_reason() {
    for (use_case, cli, api, page) in TABLE {
        for (door, cell) in [("command", cli), ("API", api), ("page", page)] {
            match cell {
                Has(names) => assert!(!names.is_empty(), "{use_case}: an empty cell at the {door}"),
                Not(why) => assert!(
                    why.split(' ').count() > 3,
                    "{use_case}: say why, at the {door}"
                ),
            }
        }
        let mut doors = [cli, api, page].into_iter();
        assert!(
            doors.any(|cell| matches!(cell, Has(_))),
            "{use_case}: no door"
        );
    }
    // An API route is under /api but for what a monitor asks; a page is not.
    for route in column(|row| &row.3) {
        assert!(!route.contains("/api/"), "{route} is no page");
    }
}
