-- The first schema: what the PIM wants (source, product), what TikTok has (shop, listing, variant), what was written and
-- what came of it (submission, violation, remediation), pictures (media_*), what a shop's market asks (taxonomy_snapshot),
-- what TikTok told us (webhook_inbox), and why anything happened (note). Times are instants; ids of TikTok are text.

create function ms(at timestamptz) returns bigint language sql immutable parallel safe
  as $$ select floor(extract(epoch from at) * 1000)::bigint $$;
create function from_ms(ms bigint) returns timestamptz language sql immutable parallel safe
  as $$ select timestamptz 'epoch' + ms * interval '1 millisecond' $$;

create table source (
  name              text primary key,
  cursor            text not null default '',
  last_read_at      timestamptz,
  last_error        text not null default '',
  read_requested_at timestamptz,
  full_requested    boolean not null default false, -- the next lease starts at the beginning
  lease_token       uuid,
  lease_until       timestamptz
);

create table product (
  source     text not null,
  key        text not null,
  payload    jsonb,
  digest     text not null,
  version_at timestamptz not null,
  changed_at timestamptz not null,
  deleted_at timestamptz,
  primary key (source, key)
);
create index product_by_version on product (source, version_at) where deleted_at is null;

create table "authorization" (
  id                     bigint generated always as identity primary key,
  app                    text not null,
  open_id                text not null,
  seller_name            text not null default '',
  seller_region          text not null default '',
  user_type              int not null default 0,
  scopes                 jsonb not null default '[]',
  access_token           bytea not null,
  access_expires_at      timestamptz not null,
  refresh_token          bytea not null,
  refresh_expires_at     timestamptz not null,
  previous_refresh_token bytea,
  state                  text not null default 'active' check (state in ('active', 'needs_reauth')),
  state_reason           text not null default '',
  refresh_due_at         timestamptz not null,
  refresh_failures       int not null default 0,
  lease_token            uuid,
  lease_until            timestamptz,
  consented_at           timestamptz not null,
  created_at             timestamptz not null default now(),
  updated_at             timestamptz not null default now(),
  unique (app, open_id)
);

create table consent_state (
  state      text primary key,
  app        text not null,
  expires_at timestamptz not null,
  used_at    timestamptz
);

create table shop (
  id                       text primary key,
  authorization_id         bigint not null references "authorization",
  name                     text not null default '',
  region                   text not null,
  seller_type              text not null default '',
  cipher                   text not null,
  code                     text not null default '',
  category_version         text not null default '',
  adopt_scan_finished_at   timestamptz,
  quota_until              timestamptz,
  prerequisites_problem    text not null default '',
  prerequisites_checked_at timestamptz,
  watched_until            timestamptz,
  setting_digest           text not null default '',
  connected_at             timestamptz not null default now(),
  updated_at               timestamptz not null default now()
);

create table listing (
  shop_id              text not null,
  source               text not null,
  product_key          text not null,
  listing_id           text,
  listing_status       text not null default '',
  review_state         text not null default '',
  raw_status           text not null default '',
  raw_review           text not null default '',
  job                  text not null default 'working'
                       check (job in ('working', 'idle', 'verified', 'blocked', 'parked')),
  reason               text not null default '',
  due_at               timestamptz,
  wake                 bigint not null default 0,
  lease_token          uuid,
  lease_until          timestamptz,
  lease_holder         text not null default '',
  failures             int not null default 0,
  retry_not_before     timestamptz,
  accepted             jsonb not null default '{}',
  refused_fingerprint  text not null default '',
  verified_fingerprint text not null default '',
  drift_fingerprint    text not null default '',
  drift                jsonb not null default '[]',
  verified_at          timestamptz,
  observed             jsonb not null default '{}',
  observed_at          timestamptz,
  hint_at              timestamptz,
  deactivated_by_us    boolean not null default false,
  switched_at          timestamptz,
  created_at           timestamptz not null default now(),
  updated_at           timestamptz not null default now(),
  primary key (shop_id, source, product_key)
);
create index listing_due on listing (shop_id, due_at) where due_at is not null;
create unique index listing_by_id on listing (shop_id, listing_id) where listing_id is not null;
create index listing_by_product on listing (product_key, source);

create table variant (
  shop_id     text not null,
  source      text not null,
  product_key text not null,
  variant_key text not null,
  seller_sku  text not null,
  sku_id      text not null default '',
  primary key (shop_id, source, product_key, variant_key),
  foreign key (shop_id, source, product_key) references listing on delete cascade
);
create index variant_by_sku on variant (shop_id, seller_sku);

-- what the shop held when it was scanned: an existing product is adopted, never doubled
create table shop_product (
  shop_id    text not null references shop on delete cascade,
  seller_sku text not null,
  listing_id text not null,
  status     text not null,
  primary key (shop_id, seller_sku, listing_id)
);

create table submission (
  id              uuid primary key,
  shop_id         text not null,
  source          text not null,
  product_key     text not null,
  kind            text not null,
  method          text not null,
  path            text not null,
  body            bytea not null,
  wanted          jsonb not null,
  fingerprint     text not null,
  state           text not null default 'intended'
                  check (state in ('intended', 'uncertain', 'accepted', 'refused', 'failed', 'superseded')),
  absent_searches int not null default 0,
  last_search_at  timestamptz,
  code            text not null default '',
  message         text not null default '',
  request_id      text not null default '',
  warnings        jsonb not null default '[]',
  listing_id      text not null default '', -- as TikTok answered
  created_at      timestamptz not null,
  answered_at     timestamptz,
  foreign key (shop_id, source, product_key) references listing on delete cascade
);
create unique index submission_open on submission (shop_id, source, product_key) where state in ('intended', 'uncertain');
create index submission_by_listing on submission (shop_id, source, product_key, created_at);

create table violation (
  id          bigint generated always as identity primary key,
  shop_id     text not null,
  source      text not null,
  product_key text not null,
  origin      text not null,
  class       text not null,
  code        text not null,
  position    text not null,
  reason      text not null,
  suggestion  text not null,
  who         text not null,
  evidence    jsonb,
  fingerprint text not null,
  opened_at   timestamptz not null,
  closed_at   timestamptz,
  foreign key (shop_id, source, product_key) references listing on delete cascade
);
create unique index violation_open on violation (shop_id, source, product_key, fingerprint) where closed_at is null;
create index violation_by_listing on violation (shop_id, source, product_key, opened_at);

create table remediation (
  id          bigint generated always as identity primary key,
  shop_id     text not null,
  source      text not null,
  product_key text not null,
  rule        text not null,
  attempt     int not null,
  change      jsonb not null,
  input       text not null,
  because     text not null,
  outcome     text not null default 'open' check (outcome in ('open', 'worked', 'failed', 'void')),
  created_at  timestamptz not null,
  ended_at    timestamptz,
  foreign key (shop_id, source, product_key) references listing on delete cascade
);
create index remediation_by_listing on remediation (shop_id, source, product_key, created_at);

create table media_blob (
  sha256    text primary key,
  bytes     bigint not null,
  facts     jsonb not null,
  problem   text not null default '',
  stored_at timestamptz not null default now()
);
create table media_reference (
  source     text not null,
  ref        text not null,
  sha256     text not null,
  validator  text not null default '',
  checked_at timestamptz not null,
  primary key (source, ref)
);
create table media_upload (
  shop_id     text not null,
  use_case    text not null,
  content_key text not null,
  uri         text not null,
  uploaded_at timestamptz not null,
  primary key (shop_id, use_case, content_key)
);

create table taxonomy_snapshot (
  shop_id    text not null references shop on delete cascade,
  kind       text not null,
  subject    text not null default '',
  digest     text not null,
  payload    jsonb not null,
  fetched_at timestamptz not null,
  primary key (shop_id, kind, subject)
);

-- no foreign key to shop: events of shops not yet known wait for them
create table webhook_inbox (
  id           bigint generated always as identity primary key,
  app          text not null,
  shop_id      text not null default '',
  key          text not null,
  type         int not null default 0,
  body         bytea not null,
  received_at  timestamptz not null,
  processed_at timestamptz,
  attempts     int not null default 0,
  look_at      timestamptz, -- not before; set when an attempt broke
  problem      text not null default '',
  unique (app, shop_id, key)
);
create index webhook_waiting on webhook_inbox (id) where processed_at is null;

create table note (
  id          bigint generated always as identity primary key,
  at          timestamptz not null,
  shop_id     text not null default '',
  source      text not null default '',
  product_key text not null default '',
  who         text not null,
  event       text not null,
  message     text not null,
  evidence    jsonb
);
create index note_by_product on note (product_key, id);
create index note_by_time on note (at, id);
