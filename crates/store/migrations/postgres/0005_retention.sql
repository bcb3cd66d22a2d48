-- Exchanges are forgotten by their age.
create index exchange_at on exchange(at);
