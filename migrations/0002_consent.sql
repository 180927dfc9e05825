-- Consents that are kept: when a pair of tokens was to be renewed and what came of it, whose tokens these are when two
-- refreshes overtake each other, installs that wait for the operator, and what a person was told.

alter table "authorization"
  add column renewal_due_at      timestamptz,                    -- when this pair was to be renewed; failures do not move it
  add column fence               bigint  not null default 0,     -- number of the last refresh begun
  add column committed_fence     bigint  not null default 0,     -- number of the refresh, or consent, these tokens are of
  add column pair_proven         boolean not null default false, -- TikTok has taken this access token in a call
  add column lost_by_refresh     boolean not null default false, -- needs_reauth because a refresh was refused
  add column announced_end_at    timestamptz,                    -- end of the consent as webhook 7 told it
  add column last_refresh_at     timestamptz,
  add column last_refresh_result text    not null default '';    -- 'ok', or what went wrong
update "authorization" set renewal_due_at = refresh_due_at;
alter table "authorization" alter column renewal_due_at set not null;

-- of an authorization that covers several shops one can be taken away alone
alter table shop
  add column state        text not null default 'active' check (state in ('active', 'needs_reauth')),
  add column state_reason text not null default '';

-- a seller's install from TikTok's App Store: it came without a state of ours, and waits for an operator's word
create table install (
  id            bigint generated always as identity primary key,
  app           text not null,
  open_id       text not null,
  seller_name   text not null default '',
  seller_region text not null default '',
  shops         jsonb not null default '[]',
  tokens        bytea not null,
  expires_at    timestamptz not null,
  received_at   timestamptz not null,
  unique (app, open_id)
);

-- what a person was told: opened and closed by evidence, each once while it is open
create table alert (
  id        bigint generated always as identity primary key,
  kind      text not null,
  subject   text not null,
  level     int not null default 0,
  severity  text not null check (severity in ('warning', 'critical')),
  message   text not null,
  fix       text not null default '',
  opened_at timestamptz not null,
  closed_at timestamptz
);
create unique index alert_open on alert (kind, subject, level) where closed_at is null;
