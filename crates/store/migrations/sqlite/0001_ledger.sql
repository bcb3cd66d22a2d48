-- The ledger. Times are milliseconds since 1970 in UTC; documents are JSON text; digests are 64 hexadecimal digits.

create table item (
  id         text primary key,
  latest     integer not null,          -- number of the newest version
  title      text    not null,
  kind       text    not null,
  held_by    text,                      -- 暂扣: who
  held_why   text,
  created_at integer not null,
  updated_at integer not null
) strict;
create index item_updated on item(updated_at desc);

create table version (
  item       text    not null references item(id),
  number     integer not null,
  digest     text    not null,
  content    text    not null,
  actor      text    not null,
  at         integer not null,
  primary key (item, number)
) strict, without rowid;

create table destination (
  id            text primary key,
  channel       text    not null,
  identity      text    not null,
  max_in_flight         integer not null,
  paused_by     text,
  paused_why    text,
  failures      integer not null default 0,   -- in a row
  tripped_until integer,
  seen_at       integer not null
) strict;

create table rendition (
  digest      text primary key,
  item        text    not null,
  version     integer not null,
  destination text    not null,
  intent      text    not null,
  document    text    not null,
  findings    text    not null,
  at          integer not null
) strict;

-- A signature of exactly these bytes; voided, never deleted.
create table approval (
  rendition  text    not null references rendition(digest),
  item       text    not null,
  version    integer not null,
  actor      text    not null,
  at         integer not null,
  void       integer not null default 0,
  primary key (rendition, actor)
) strict, without rowid;

create table delivery (
  seq         integer primary key autoincrement,
  id          text    not null unique,
  item        text    not null,
  version     integer not null,
  destination text    not null references destination(id),
  identity    text    not null,         -- of the destination when it was planned
  intent      text    not null,
  state       text    not null,
  due_at      integer,                  -- doubles as the end of the lease: an expired lease is simply due
  due_for     text    not null,
  lease_end   integer,                  -- set while a worker is in it, whatever the state message
  why         text,
  fence       integer not null default 0,
  worker      text,
  starts      integer not null default 0,
  attempts    integer not null default 0,
  round       integer not null default 0,
  observed    integer not null default 0,
  rendition   text    not null references rendition(digest),
  not_before  integer,
  prior       text    not null,
  ticket      text,
  receipt     text,
  fault       text,
  doubt       text,
  observation text,
  superseded_by text,
  created_at  integer not null,
  updated_at  integer not null,
  actor       text    not null
) strict;
create index delivery_due on delivery(due_at) where due_at is not null;
create index delivery_pair on delivery(item, destination, seq);
create index delivery_state on delivery(state, updated_at);
create index delivery_leased on delivery(destination, lease_end) where lease_end is not null;
create unique index delivery_live on delivery(item, destination) where state = 'working';

create table journal (
  seq        integer primary key autoincrement,
  delivery   text    not null,
  round      integer not null,          -- cleaning up writes under negative rounds
  verb       text    not null,
  op         text    not null,
  part       text    not null,
  at         integer not null,
  ends       integer not null,
  key        text    not null,
  fence      integer not null,
  lookups      integer not null default 0,
  unsure     integer not null default 0,
  state      text    not null,          -- open | done | answered
  value      text,
  ticket     text,
  evidence   text
) strict;
create unique index journal_entry on journal(delivery, round, verb, op, part);

create table shared_value (
  destination text    not null,
  op          text    not null,
  part        text    not null,
  state       text    not null,         -- open | done
  value       text,
  made_by     text    not null,
  fence       integer not null,
  at          integer not null,
  ends        integer not null,
  lookups       integer not null default 0,
  expires_at  integer,
  primary key (destination, op, part)
) strict, without rowid;

create table shared_value_use (
  destination text not null,
  op          text not null,
  part        text not null,
  item        text not null,
  primary key (destination, op, part, item)
) strict, without rowid;

create table inbox (
  id          integer primary key autoincrement,
  destination text    not null,
  about       text    not null,
  dedupe      text    not null,
  body        text    not null,
  actor       text    not null,
  at          integer not null,
  unique (destination, dedupe)
) strict;
create index inbox_about on inbox(destination, about);

create table quota (
  destination text    not null,
  op          text    not null,
  window_at   integer not null,         -- start of the window
  used        integer not null,
  primary key (destination, op, window_at)
) strict, without rowid;

create table attempt (
  delivery   text    not null,
  fence      integer not null,
  purpose    text    not null,
  worker     text    not null,
  started_at integer not null,
  ended_at   integer not null,
  outcome    text    not null,
  message       text    not null,
  primary key (delivery, fence)
) strict, without rowid;

create table exchange (
  id         integer primary key autoincrement,
  delivery   text    not null,
  fence      integer not null,
  at         integer not null,
  took_ms    integer not null,
  op         text    not null,
  request    text    not null,          -- redacted and cut
  answer     text    not null
) strict;
create index exchange_delivery on exchange(delivery, fence);

-- A refusal by a remote that pre-flight had not predicted.
create table lint_escape (
  id          integer primary key autoincrement,
  delivery    text    not null,
  destination text    not null,
  code        text    not null,
  message        text    not null,
  at          integer not null
) strict;

-- 台账: append only, each entry hashed over the one before.
create table ledger (
  seq     integer primary key autoincrement,
  at      integer not null,
  actor   text    not null,
  verb    text    not null,
  subject text    not null,
  body    text    not null,
  hash    text    not null
) strict;
create index ledger_subject on ledger(subject, seq);
create trigger ledger_keeps before update on ledger begin select raise(abort, 'the ledger is append only'); end;
create trigger ledger_stays before delete on ledger begin select raise(abort, 'the ledger is append only'); end;
