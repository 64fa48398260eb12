-- How parking, pickup and supervising work in this company. One row of checked JSON.
CREATE TABLE feature_settings (only INTEGER PRIMARY KEY CHECK (only = 1), settings TEXT NOT NULL) STRICT;

-- An extension that rings several people.
CREATE TABLE ring_groups (
  id TEXT PRIMARY KEY,
  extension TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  act TEXT NOT NULL CHECK (act IN ('all', 'order')),
  -- How long each round rings: everybody, or one after the other.
  ring_ms INTEGER NOT NULL,
  -- JSON list of user ids, in order.
  members TEXT NOT NULL,
  -- Extension or number that is rung when nobody of the group answers; empty: the caller is told so.
  overflow TEXT,
  created_at INTEGER NOT NULL
) STRICT;

-- An extension where several people talk together.
CREATE TABLE conference_rooms (
  id TEXT PRIMARY KEY,
  extension TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  -- Digits asked of who comes in; empty: none.
  pin TEXT,
  created_at INTEGER NOT NULL
) STRICT;
