-- The longest due of one destination, without a look at what waits for others; and what is read back or tidied.
create index delivery_queue on delivery(destination, due_at) where due_for = 'deliver' and due_at is not null;
create index delivery_watch on delivery(due_at) where due_for <> 'deliver' and due_at is not null;
