-- A destination that takes nothing new while what is under way there comes to its end.
alter table destination add column drained_by text;
alter table destination add column drained_why text;
