-- Words to other systems about deliveries that have failed or are in doubt. One row for each system that is told.
create table notice (
  id       text    not null,          -- of the event: the same for every system, and at every try
  hook     text    not null,          -- name of the webhook in the configuration
  delivery text    not null,
  kind     text    not null,          -- delivery.failed | delivery.doubtful
  body     text    not null,
  at       integer not null,
  due_at   integer,                       -- the next try; while one is under way, when it counts as lost; none at its end
  tries    integer not null default 0,
  told     integer not null default 0,    -- 1: it was taken
  message     text,                      -- what the last try was answered
  primary key (id, hook)
) strict;
create index notice_due on notice(hook, due_at) where due_at is not null;
create index notice_delivery on notice(delivery);
create index notice_at on notice(at);
create index notice_untold on notice(at) where told = 0;
