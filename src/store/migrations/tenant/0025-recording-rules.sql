-- Whose calls are recorded, how that is told to the other side and how long the recordings are kept.
CREATE TABLE recording_rules (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
  act TEXT NOT NULL CHECK (act IN ('record', 'on-demand', 'never')),
  -- Which calls; null: any. No direction: calls from and to the outside.
  direction TEXT CHECK (direction IN ('in', 'out', 'internal')),
  number TEXT,
  skill_id TEXT,
  user_id TEXT,
  consent TEXT NOT NULL CHECK (consent IN ('none', 'announce', 'press-one')),
  -- null: as usual.
  keep_days INTEGER,
  -- A paused recording goes on by itself after so long; null: it does not.
  resume_ms INTEGER,
  created_at INTEGER NOT NULL
) STRICT;

-- How long recordings are kept unless a rule says otherwise. One row of checked JSON.
CREATE TABLE recording_settings (only INTEGER PRIMARY KEY CHECK (only = 1), settings TEXT NOT NULL) STRICT;

-- How the other side was told of the recording, and what they said to it. Also of those who said no.
CREATE TABLE recording_consents (
  id TEXT PRIMARY KEY,
  call_id TEXT NOT NULL REFERENCES calls (id) ON DELETE CASCADE,
  mode TEXT NOT NULL CHECK (mode IN ('announce', 'press-one')),
  given INTEGER NOT NULL CHECK (given IN (0, 1)),
  -- What was pressed; null: nothing.
  key TEXT,
  rule TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX recording_consents_call ON recording_consents (call_id);

-- The rule it was made by: its id, to keep it as long as the rule says now, and its name as it was.
ALTER TABLE recordings ADD COLUMN rule_id TEXT;
ALTER TABLE recordings ADD COLUMN rule TEXT;
-- Stretches left out, as JSON: [{atMs, ms, userId}], `atMs` in the file.
ALTER TABLE recordings ADD COLUMN pauses TEXT NOT NULL DEFAULT '[]';
-- While it is held nothing deletes it.
ALTER TABLE recordings ADD COLUMN held_at INTEGER;
ALTER TABLE recordings ADD COLUMN held_by TEXT;
ALTER TABLE recordings ADD COLUMN held_reason TEXT;
-- Proof of deletion: the row stays. `deleted_by` null: its time was over. `erased_at`: the file is off the disk.
ALTER TABLE recordings ADD COLUMN deleted_at INTEGER;
ALTER TABLE recordings ADD COLUMN deleted_by TEXT;
ALTER TABLE recordings ADD COLUMN deleted_why TEXT;
ALTER TABLE recordings ADD COLUMN sha256 TEXT;
ALTER TABLE recordings ADD COLUMN erased_at INTEGER;
CREATE INDEX recordings_kept ON recordings (started_at) WHERE state = 'ready' AND deleted_at IS NULL AND held_at IS NULL;
CREATE INDEX recordings_unerased ON recordings (deleted_at) WHERE deleted_at IS NOT NULL AND erased_at IS NULL;
