-- One row per call, written before the call is answered; open while `ended_at` is null (C12).
CREATE TABLE calls (
  id TEXT PRIMARY KEY,
  direction TEXT NOT NULL CHECK (direction IN ('in', 'out', 'internal')),
  state TEXT NOT NULL CHECK (state IN ('started', 'queued', 'offered', 'dialling', 'talking', 'held', 'ended')),
  -- The far party: E.164 when it could be normalised, else as sent; null when withheld.
  party_number TEXT,
  party_name TEXT,
  contact_id TEXT,
  -- Our number, E.164.
  number TEXT,
  trunk_id TEXT,
  -- JSON list of skill ids.
  skills TEXT NOT NULL,
  placed_by TEXT,
  task_id TEXT,
  -- Who speaks or spoke last.
  user_id TEXT,
  started_at INTEGER NOT NULL,
  answered_at INTEGER,
  ended_at INTEGER,
  outcome TEXT,
  ended_by TEXT,
  sentence TEXT,
  wait_ms INTEGER NOT NULL DEFAULT 0,
  talk_ms INTEGER NOT NULL DEFAULT 0,
  held_ms INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX calls_open ON calls (started_at) WHERE ended_at IS NULL;
CREATE INDEX calls_started ON calls (started_at);
CREATE INDEX calls_party ON calls (party_number, started_at);

-- Each SIP leg of a call, however many rang.
CREATE TABLE call_legs (
  id TEXT PRIMARY KEY,
  call_id TEXT NOT NULL REFERENCES calls (id) ON DELETE CASCADE,
  direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
  -- One of the two says whose leg it is: a person's phone, or the outside through a trunk.
  user_id TEXT,
  phone_id TEXT,
  trunk_id TEXT,
  sip_call_id TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  answered_at INTEGER,
  ended_at INTEGER,
  -- A sentence: "busy", "answered elsewhere", "hung up".
  ended_why TEXT,
  codec TEXT,
  mos REAL,
  loss_ratio REAL,
  jitter_ms REAL
) STRICT;
CREATE INDEX call_legs_call ON call_legs (call_id);

CREATE TABLE recordings (
  id TEXT PRIMARY KEY,
  call_id TEXT NOT NULL REFERENCES calls (id) ON DELETE CASCADE,
  state TEXT NOT NULL CHECK (state IN ('open', 'ready', 'failed')),
  -- Relative to the tenant's recordings folder.
  file TEXT NOT NULL UNIQUE,
  started_at INTEGER NOT NULL,
  duration_ms INTEGER,
  bytes INTEGER,
  repaired INTEGER NOT NULL DEFAULT 0 CHECK (repaired IN (0, 1)),
  sentence TEXT
) STRICT;
CREATE INDEX recordings_call ON recordings (call_id);
CREATE INDEX recordings_open ON recordings (state) WHERE state = 'open';

-- What happens to a call to one of our numbers.
CREATE TABLE number_plans (
  -- E.164; whose and on which trunk it is stands in system.db.
  number TEXT PRIMARY KEY,
  label TEXT NOT NULL DEFAULT '',
  -- JSON list of skill ids a person needs to be offered its calls.
  skills TEXT NOT NULL DEFAULT '[]',
  recording INTEGER NOT NULL DEFAULT 0 CHECK (recording IN (0, 1))
) STRICT;
