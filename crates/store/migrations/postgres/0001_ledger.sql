-- The ledger, table for table as on SQLite. Times are milliseconds since 1970 in UTC; documents are JSON text; digests are 64
-- hexadecimal digits. What is listed by name is ordered by its bytes, whatever the database's locale: collate "C".

create table item (
  id         text collate "C" primary key,
  latest     bigint not null,          -- number of the newest version
  title      text    not null,
  kind       text    not null,
  held_by    text,                      -- 暂扣: who
  held_why   text,
  created_at bigint not null,
  updated_at bigint not null
);
create index item_updated on item(updated_at desc);

create table version (
  item       text    not null references item(id),
  number     bigint not null,
  digest     text    not null,
  content    text    not null,
  actor      text    not null,
  at         bigint not null,
  primary key (item, number)
);

create table destination (
  id            text collate "C" primary key,
  channel       text    not null,
  identity      text    not null,
  max_in_flight         bigint not null,
  paused_by     text,
  paused_why    text,
  failures      bigint not null default 0,   -- in a row
  tripped_until bigint,
  seen_at       bigint not null
);

create table rendition (
  digest      text primary key,
  item        text    not null,
  version     bigint not null,
  destination text    not null,
  intent      text    not null,
  document    text    not null,
  findings    text    not null,
  at          bigint not null
);

-- A signature of exactly these bytes; voided, never deleted.
create table approval (
  rendition  text    not null references rendition(digest),
  item       text    not null,
  version    bigint not null,
  actor      text    not null,
  at         bigint not null,
  void       bigint not null default 0,
  primary key (rendition, actor)
);

create table delivery (
  seq         bigint generated always as identity primary key,
  id          text    not null unique,
  item        text    not null,
  version     bigint not null,
  destination text    not null references destination(id),
  identity    text    not null,         -- of the destination when it was planned
  intent      text    not null,
  state       text    not null,
  due_at      bigint,                  -- doubles as the end of the lease: an expired lease is simply due
  due_for     text    not null,
  lease_end   bigint,                  -- set while a worker is in it, whatever the state message
  why         text,
  fence       bigint not null default 0,
  worker      text,
  starts      bigint not null default 0,
  attempts    bigint not null default 0,
  round       bigint not null default 0,
  observed    bigint not null default 0,
  rendition   text    not null references rendition(digest),
  not_before  bigint,
  prior       text    not null,
  ticket      text,
  receipt     text,
  fault       text,
  doubt       text,
  observation text,
  superseded_by text,
  created_at  bigint not null,
  updated_at  bigint not null,
  actor       text    not null
);
create index delivery_due on delivery(due_at) where due_at is not null;
create index delivery_pair on delivery(item, destination, seq);
create index delivery_state on delivery(state, updated_at);
create index delivery_leased on delivery(destination, lease_end) where lease_end is not null;
create unique index delivery_live on delivery(item, destination) where state = 'working';

create table journal (
  seq        bigint generated always as identity primary key,
  delivery   text    not null,
  round      bigint not null,          -- cleaning up writes under negative rounds
  verb       text    not null,
  op         text    not null,
  part       text    not null,
  at         bigint not null,
  ends       bigint not null,
  key        text    not null,
  fence      bigint not null,
  lookups      bigint not null default 0,
  unsure     bigint not null default 0,
  state      text    not null,          -- open | done | answered
  value      text,
  ticket     text,
  evidence   text
);
create unique index journal_entry on journal(delivery, round, verb, op, part);

create table shared_value (
  destination text    not null,
  op          text    not null,
  part        text collate "C" not null,
  state       text    not null,         -- open | done
  value       text,
  made_by     text    not null,
  fence       bigint not null,
  at          bigint not null,
  ends        bigint not null,
  lookups       bigint not null default 0,
  expires_at  bigint,
  primary key (destination, op, part)
);

create table shared_value_use (
  destination text not null,
  op          text not null,
  part        text not null,
  item        text not null,
  primary key (destination, op, part, item)
);

create table inbox (
  id          bigint generated always as identity primary key,
  destination text    not null,
  about       text    not null,
  dedupe      text    not null,
  body        text    not null,
  actor       text    not null,
  at          bigint not null,
  unique (destination, dedupe)
);
create index inbox_about on inbox(destination, about);

create table quota (
  destination text    not null,
  op          text    not null,
  window_at   bigint not null,         -- start of the window
  used        bigint not null,
  primary key (destination, op, window_at)
);

create table attempt (
  delivery   text    not null,
  fence      bigint not null,
  purpose    text    not null,
  worker     text    not null,
  started_at bigint not null,
  ended_at   bigint not null,
  outcome    text    not null,
  message       text    not null,
  primary key (delivery, fence)
);

create table exchange (
  id         bigint generated always as identity primary key,
  delivery   text    not null,
  fence      bigint not null,
  at         bigint not null,
  took_ms    bigint not null,
  op         text    not null,
  request    text    not null,          -- redacted and cut
  answer     text    not null
);
create index exchange_delivery on exchange(delivery, fence);

-- A refusal by a remote that pre-flight had not predicted.
create table lint_escape (
  id          bigint generated always as identity primary key,
  delivery    text    not null,
  destination text    not null,
  code        text    not null,
  message        text    not null,
  at          bigint not null
);

-- 台账: append only, each entry hashed over the one before.
create table ledger (
  seq     bigint generated always as identity primary key,
  at      bigint not null,
  actor   text    not null,
  verb    text    not null,
  subject text    not null,
  body    text    not null,
  hash    text    not null
);
create index ledger_subject on ledger(subject, seq);

create function ledger_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'the ledger is append only';
end $$;
create trigger ledger_keeps before update on ledger for each row execute function ledger_is_append_only();
create trigger ledger_stays before delete on ledger for each row execute function ledger_is_append_only();
create trigger ledger_is_kept before truncate on ledger for each statement execute function ledger_is_append_only();

-- The last batch that each process has committed: after a lost connection it tells whether the commit was heard.
create table writer (
  id      text primary key,
  batch   bigint      not null,
  seen_at timestamptz not null default now()
);
