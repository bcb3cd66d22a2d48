-- Names compare by their bytes here as in the tables that they point to: where the two differ, no index over these serves a join.
alter table delivery
  alter column item type text collate "C",
  alter column destination type text collate "C";

-- Lists show the newest of each state, at one destination or anywhere; screens follow what changed.
create index delivery_of_state on delivery(state, seq);
create index delivery_place on delivery(destination, state, seq);
create index delivery_changed on delivery(updated_at, seq);
drop index delivery_state;

-- How many deliveries stand in each state, kept as they change: counting a million takes longer than a page may.
create table delivery_count (
  state text collate "C" primary key,
  n     bigint not null
);
insert into delivery_count (state, n) select state, count(*) from delivery group by state;
create function count_delivery() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    update delivery_count set n = n - 1 where state = old.state;
  end if;
  insert into delivery_count (state, n) values (new.state, 1) on conflict (state) do update set n = delivery_count.n + 1;
  return null;
end $$;
create trigger delivery_is_counted after insert on delivery for each row execute function count_delivery();
create trigger delivery_changes_count after update of state on delivery for each row when (old.state is distinct from new.state) execute function count_delivery();
