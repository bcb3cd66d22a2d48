-- Answers name a ticket: whose it is must not cost a walk through the journal.
create index journal_ticket on journal(part) where verb = 'wait';
