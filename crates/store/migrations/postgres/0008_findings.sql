-- What import noticed lives on with the version: a JSON list of findings, each with its number and with who answered it.
alter table version add column findings text not null default '[]';
