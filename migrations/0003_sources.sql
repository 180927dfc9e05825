-- Sources read in windows: what of a window has come, a full reading and a sweep beside the stream of changes, what an
-- operator asked for, and since when a source fails.

alter table source
  add column kind            text not null default '',
  add column watermark_at    timestamptz,                   -- every change before this has been delivered
  add column window_text     text   not null default '',    -- the window being read, for people
  add column window_began_at timestamptz,
  add column window_items    bigint not null default 0,
  add column window_changed  bigint not null default 0,
  add column window_total    bigint,
  add column last_window     jsonb  not null default '{}',  -- the last whole one with its counts
  add column full_cursor     text,                          -- null: no full reading is under way
  add column full_began_at   timestamptz,
  add column full_items      bigint not null default 0,
  add column full_total      bigint,
  add column full_ended_at   timestamptz,
  add column sweep_cursor    text,                          -- null: no sweep is under way
  add column sweep_began_at  timestamptz,
  add column sweep_items     bigint not null default 0,
  add column swept_at        timestamptz,
  add column sweep_result    text   not null default '',
  add column wanted_keys     text[] not null default '{}',  -- products that an operator asked for
  add column failures        int    not null default 0,
  add column failing_since   timestamptz;

-- when a product was last shown by its source, in a page or a listing of keys; its version says how new its content is
alter table product add column seen_at timestamptz;
update product set seen_at = version_at;
alter table product alter column seen_at set not null;
drop index product_by_version;
create index product_by_sight on product (source, seen_at) where deleted_at is null;

create index note_of_source on note (source, id) where product_key = '';
