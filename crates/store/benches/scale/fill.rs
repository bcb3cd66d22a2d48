//! Fills a ledger by itself, in the databases' own words: a row at a time would take hours.

/// What differs between the two when rows are made up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Localized {
    Sqlite,
    Postgres,
}

impl Localized {
    /// The rows `n` from `from` up to `to`, that one excluded.
    fn numbers(self, from: u64, to: u64) -> String {
        let last = to - 1;
        match self {
            Self::Sqlite => format!(
                "recursive numbers(n) as (select {from} union all select n + 1 from numbers where n < {last})"
            ),
            Self::Postgres => {
                format!("numbers(n) as (select generate_series({from}::bigint, {last}::bigint))")
            }
        }
    }

    /// A number with zeros before it, so that names sort as their numbers do.
    fn padded(self, number: &str, digits: u32) -> String {
        match self {
            Self::Sqlite => format!("printf('%0{digits}d', {number})"),
            Self::Postgres => format!("lpad(({number})::text, {digits}, '0')"),
        }
    }

    /// What looks like a digest, another for each number.
    fn digest(self, number: &str) -> String {
        match self {
            Self::Sqlite => format!("printf('%064x', {number})"),
            Self::Postgres => format!("lpad(to_hex({number}), 64, '0')"),
        }
    }
}

/// Items and what hangs on them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    pub(crate) items: u64,
    pub(crate) destinations: u64,
}

/// Milliseconds since 1970; the newest item is a minute old.
pub(crate) const NOW: i64 = 1_800_000_000_000;
const MINUTE: i64 = 60_000;
/// Items of one statement.
const CHUNK: u64 = 5_000;

/// A delivery's lot, of a thousand: what an office's ledger looks like after years, on a day on which much went wrong.
const STATE: &str = "case when lot < 10 then 'waiting' when lot < 25 then 'waiting' when lot < 40 then 'failed'
    when lot < 42 then 'in_doubt' when lot < 50 then 'accepted' when lot < 53 then 'unconfirmed' when lot < 110 then 'superseded' else 'delivered' end";
/// One in a hundred is due now; the newest of those that are out are read back later, and one in two hundred waits for an hour.
const DUE_AT: &str =
    "case when lot < 10 then at when lot < 20 then {later} when lot >= 42 and lot < 53 then {later}
    when lot >= 110 and n >= {newest} then {later} else null end";
const DUE_FOR: &str = "case when lot >= 50 then 'observe' else 'deliver' end";
const WHY: &str = "case when lot < 10 then '{\"why\":\"planned\"}' when lot < 20 then '{\"why\":\"scheduled\"}' when lot < 25 then '{\"why\":\"approval\"}' end";
const PRIOR: &str = "{\"key\":\"\",\"remote_state\":\"nothing\"}";
const CONTENT: &str = "{\"kind\":\"news\",\"unit\":\"市文化和旅游局\",\"body\":[],\"title\":\"";

/// The statements that fill the ledger, each a transaction's worth, with how many items it brings.
pub(crate) fn statements(words: Localized, size: Size) -> impl Iterator<Item = (u64, String)> {
    (0..size.items).step_by(5_000).map(move |from| {
        let to = (from + CHUNK).min(size.items);
        (to - from, chunk(words, size, from, to))
    })
}

/// The name of item number `n`.
pub(crate) fn item(n: u64) -> String {
    format!("item-{n:08}")
}

/// The name of a delivery of item number `n` to destination number `k`.
pub(crate) fn delivery(n: u64, k: u64) -> String {
    format!("d-{n:08}-{k:02}")
}

/// The name of destination number `k`.
pub(crate) fn destination(k: u64) -> String {
    format!("place-{k:02}")
}

fn chunk(words: Localized, size: Size, from: u64, to: u64) -> String {
    let numbers = words.numbers(from, to);
    let many = size.destinations;
    let (first, last) = (from * many, to * many);
    let each = words.numbers(first, last);
    let item = |of: &str| format!("'item-' || {}", words.padded(of, 8));
    // `x` counts deliveries: of item x / many, at destination x % many.
    let rows = format!(
        "rows as (select n as x, n / {many} as n, n % {many} as k, (n * 7919) % 1000 as lot, {NOW} - ({items} - n / {many}) * {MINUTE} as at from numbers)",
        items = size.items,
    );
    let with = format!("with {each}, {rows}");
    let name = format!(
        "'d-' || {} || '-' || {}",
        words.padded("n", 8),
        words.padded("k", 2)
    );
    let place = format!("'place-' || {}", words.padded("k", 2));
    let digest = words.digest("x + 1");
    let at = format!("{NOW} - ({} - n) * {MINUTE}", size.items);
    let later = NOW + 600 * MINUTE;
    let newest = size.items.saturating_sub(1_000);
    let due_at = DUE_AT
        .replace("{later}", &later.to_string())
        .replace("{newest}", &newest.to_string());
    let title = format!("'第' || {} || '号通报：春季文化市集'", words.padded("n", 8));
    let item_n = item("n");
    [
        format!("insert into item (id, latest, title, kind, created_at, updated_at) select {item_n}, 1, {title}, 'news', {at}, {at} from (with {numbers} select n from numbers) as a"),
        format!("insert into version (item, number, digest, content, actor, at) select {item_n}, 1, {}, '{CONTENT}' || {title} || '\"}}', 'user:fill', {at} from (with {numbers} select n from numbers) as a", words.digest("n + 1")),
        format!("insert into rendition (digest, item, version, destination, intent, document, findings, at) select {digest}, {item_n}, 1, {place}, 'publish', '{{\"title\":' || x || '}}', '[]', at from ({with} select * from rows) as a"),
        format!("insert into approval (rendition, item, version, actor, at) select {digest}, {item_n}, 1, 'user:fill', at from ({with} select * from rows) as a where lot < 20 or lot >= 25"),
        format!("insert into delivery (id, item, version, destination, identity, intent, state, due_at, due_for, why, fence, starts, rendition, not_before, prior, created_at, updated_at, actor)
                 select {name}, {item_n}, 1, {place}, 'same', 'publish', {STATE}, {due_at}, {DUE_FOR}, {WHY}, case when lot < 25 then 0 else 1 end, case when lot < 25 then 0 else 1 end,
                        {digest}, case when lot >= 10 and lot < 20 then {later} end, '{PRIOR}', at, at, 'user:fill' from ({with} select * from rows) as a"),
        format!("insert into journal (delivery, round, verb, op, part, at, ends, key, fence, state, value)
                 select {name}, 0, case when lot < 50 then 'wait' else 'once' end, 'post', case when lot < 50 then {name} else '' end, at, at + 1000, {name} || '.post', 1, 'done', '{{}}' from ({with} select * from rows) as a where lot >= 42"),
        format!("insert into attempt (delivery, fence, purpose, worker, started_at, ended_at, outcome, message)
                 select {name}, 1, 'deliver', 'worker:fill', at, at + 800, 'receipt', '{{\"zh\":\"\",\"en\":\"\"}}' from ({with} select * from rows) as a where lot >= 25"),
        format!("insert into exchange (delivery, fence, at, took_ms, op, request, answer)
                 select {name}, 1, at, 80, 'post', 'POST /posts', '200' from ({with} select * from rows) as a where lot >= 25 and lot < 125"),
        format!("insert into ledger (at, actor, verb, subject, body, hash) select at, 'user:fill', 'delivery.receipt', {name}, '{{}}', {digest} from ({with} select * from rows) as a"),
    ]
    .join(";\n")
}
