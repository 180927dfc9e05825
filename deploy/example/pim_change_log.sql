-- A change log for listingd's source kind `postgres`, in the PIM's own database (PostgreSQL 13 and newer). Triggers note
-- the key of each product that changes, in the same transaction; listingd reads the log, and the records as they are at
-- that moment. postgres_source.toml, beside this file, has the [[source]] that reads it.
--
-- Use the four parts in order; put your own tables in place of `catalogue` and `catalogue_variant`.

-- 1. An example of a catalogue: products, and variants in a table of their own. --------------------------------------

create table catalogue (
  key         text primary key,
  family      text,
  enabled     boolean not null default true,
  name        text not null,
  description text,
  price       numeric(12, 2),
  image       text                    -- a URL on one of the source's media_hosts
);

create table catalogue_variant (
  key     text primary key,
  product text not null references catalogue (key) on delete cascade,
  sku     text not null,
  color   text not null,
  stock   integer not null default 0
);
create index on catalogue_variant (product);

-- 2. The record of a product, in the form that listingd reads. ---------------------------------------------------------
-- Nothing here may raise an error, for one product that does would hold up all: no casts of free text to numbers.

create function pim_value(data anyelement, locale text default null) returns jsonb
language sql stable as $$
  select case when data is null then '[]'::jsonb
         else jsonb_build_array(jsonb_build_object('locale', locale, 'scope', null, 'data', to_jsonb(data))) end
$$;

create view pim_record as
select p.key,
       jsonb_build_object(
         'key', p.key,
         'family', p.family,
         'enabled', p.enabled,
         'values', jsonb_build_object(
           'name', pim_value(p.name, 'en_US'),
           'description', pim_value(p.description, 'en_US'),
           'price', pim_value(case when p.price is not null then
                      jsonb_build_array(jsonb_build_object('amount', p.price::text, 'currency', 'USD')) end),
           'image', pim_value(case when p.image is not null then jsonb_build_object('media', p.image) end)),
         'axes', case when v.variants is null then '[]'::jsonb else '["color"]'::jsonb end,
         'variants', coalesce(v.variants, '[]'::jsonb)) as record
from catalogue p
cross join lateral (
  select jsonb_agg(jsonb_build_object(
           'key', v.key,
           'values', jsonb_build_object('sku', pim_value(v.sku), 'color', pim_value(v.color),
                                        'stock', pim_value(v.stock))) order by v.key) as variants
  from catalogue_variant v
  where v.product = p.key) v;

-- 3. The log and its triggers. -----------------------------------------------------------------------------------------
-- The log is read in the order of (xid, seq) up to the oldest transaction that is still open, so that no row is missed,
-- in whatever order transactions commit. It names keys only: two transactions may note their changes of one product in
-- the wrong order, but the record that is read is always the present one.

create table pim_change (
  xid xid8        not null default pg_current_xact_id(),
  seq bigint      not null generated always as identity,
  key text        not null,
  at  timestamptz not null default now(),
  primary key (xid, seq)
);

-- The argument is the column that holds the product's key. A change of that column concerns the old product and the new.
create function pim_changed() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into pim_change (key)
  select distinct changed
  from unnest(array[case when tg_op <> 'INSERT' then to_jsonb(old) ->> tg_argv[0] end,
                    case when tg_op <> 'DELETE' then to_jsonb(new) ->> tg_argv[0] end]) changed
  where changed is not null;
  return null;
end $$;

create trigger pim_changed after insert or delete on catalogue
  for each row execute function pim_changed('key');
create trigger pim_updated after update on catalogue
  for each row when (old.* is distinct from new.*) execute function pim_changed('key');
create trigger pim_changed after insert or delete on catalogue_variant
  for each row execute function pim_changed('product');
create trigger pim_updated after update on catalogue_variant
  for each row when (old.* is distinct from new.*) execute function pim_changed('product');
-- `truncate` fires none of them: what it takes away is found by the next sweep.

-- 4. Who reads it, and for how long it is kept. ------------------------------------------------------------------------

-- create role listingd_reader login;
-- grant usage on schema public to listingd_reader;
-- grant select on pim_change, pim_record to listingd_reader;

-- Once a day, by cron or pg_cron. The source's `retention` must be shorter: when listingd was away for longer it reads
-- everything once more.
-- delete from pim_change where at < now() - interval '30 days';

-- After a restore into another server, whose transactions are numbered anew:
-- truncate pim_change;
