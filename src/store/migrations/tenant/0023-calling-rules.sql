-- What the company allows to be dialled: countries, limits, the lock after hours (C7). One row of checked JSON.
CREATE TABLE calling_rules (only INTEGER PRIMARY KEY CHECK (only = 1), rules TEXT NOT NULL) STRICT;

-- Which numbers go out through which trunks, or not at all; the first that fits counts.
CREATE TABLE outbound_rules (
  id TEXT PRIMARY KEY,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
  act TEXT NOT NULL CHECK (act IN ('call', 'refuse')),
  -- JSON lists; an empty one fits every number.
  prefixes TEXT NOT NULL,
  countries TEXT NOT NULL,
  types TEXT NOT NULL,
  -- JSON list of {trunkId, order, weight}; empty: every trunk.
  trunks TEXT NOT NULL,
  -- E.164 of ours that is shown.
  caller_id TEXT
) STRICT;

-- What holds for one person instead of the company's rules.
CREATE TABLE caller_settings (
  user_id TEXT PRIMARY KEY,
  caller_id TEXT,
  withheld INTEGER NOT NULL DEFAULT 0 CHECK (withheld IN (0, 1)),
  reach TEXT NOT NULL DEFAULT 'outside' CHECK (reach IN ('outside', 'national', 'internal')),
  -- JSON; a missing limit is the company's.
  limits TEXT NOT NULL DEFAULT '{}',
  -- Told to the admins with an emergency call.
  location TEXT NOT NULL DEFAULT ''
) STRICT;

-- The rule that refused the call; such a call never left.
ALTER TABLE calls ADD COLUMN refused_by TEXT;
CREATE INDEX calls_out ON calls (started_at, placed_by) WHERE direction = 'out';
CREATE INDEX calls_refused ON calls (started_at) WHERE refused_by IS NOT NULL;
