-- Lists show the newest of each state, at one destination or anywhere; screens follow what changed.
create index delivery_of_state on delivery(state, seq);
create index delivery_place on delivery(destination, state, seq);
create index delivery_changed on delivery(updated_at, seq);
drop index delivery_state;

-- How many deliveries stand in each state, kept as they change: counting a million takes longer than a page may.
create table delivery_count (
  state text    primary key,
  n     integer not null
) strict;
insert into delivery_count (state, n) select state, count(*) from delivery group by state;
create trigger delivery_is_counted after insert on delivery begin
  insert into delivery_count (state, n) values (new.state, 1) on conflict (state) do update set n = n + 1;
end;
create trigger delivery_changes_count after update of state on delivery when old.state <> new.state begin
  update delivery_count set n = n - 1 where state = old.state;
  insert into delivery_count (state, n) values (new.state, 1) on conflict (state) do update set n = n + 1;
end;
