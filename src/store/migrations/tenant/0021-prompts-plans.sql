-- Opening hours by name: several numbers may follow the same.
CREATE TABLE opening_hours (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  -- IANA name; null: that of the company.
  time_zone TEXT,
  -- JSON: [{day, from, to}], ISO weekdays and minutes of the day.
  weekly TEXT NOT NULL,
  -- JSON: [{name, date, yearly, open}].
  holidays TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

-- Sounds the company uploaded: music, prompts of its own, prompts that replace ours.
CREATE TABLE sounds (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('music', 'prompt')),
  name TEXT NOT NULL,
  -- The name of the prompt it replaces, and in which language.
  replaces TEXT,
  language TEXT,
  -- In the tenant's folder `sounds`.
  file TEXT NOT NULL UNIQUE,
  duration_ms INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  CHECK ((replaces IS NULL) = (language IS NULL))
) STRICT;
CREATE UNIQUE INDEX sounds_replace ON sounds (replaces, language) WHERE replaces IS NOT NULL;

-- What happens to a call, as JSON (src/calls/plan/plan-step.ts); a queue by skills is what there was until now.
ALTER TABLE number_plans ADD COLUMN plan TEXT NOT NULL DEFAULT '';
UPDATE number_plans SET plan = json_object(
  'language', 'en', 'hoursId', NULL, 'closed', json_array(), 'holiday', NULL,
  'open', json_array(json_object(
    'kind', 'queue', 'skills', json(skills), 'music', NULL,
    'announce', json_object('position', json('false'), 'wait', json('false'), 'everyMs', 60000),
    'maxWaitMs', NULL, 'maxAhead', NULL, 'onlyWhenReady', json('false'), 'callbackKey', NULL, 'overflow', json_array()
  ))
);
ALTER TABLE number_plans DROP COLUMN skills;

-- A message somebody left, as JSON {mailTo}; null: the recording of a talk.
ALTER TABLE recordings ADD COLUMN voicemail TEXT;

-- Callers who asked to be called back and keep their place in line; they outlive a restart.
CREATE TABLE callbacks (
  id TEXT PRIMARY KEY,
  -- The call in which it was asked for.
  call_id TEXT NOT NULL REFERENCES calls (id) ON DELETE CASCADE,
  -- Whom to call: E.164.
  party_number TEXT NOT NULL,
  -- Our number they had called, E.164.
  number TEXT NOT NULL,
  -- JSON list of skill ids.
  skills TEXT NOT NULL,
  joined_at INTEGER NOT NULL,
  asked_at INTEGER NOT NULL,
  -- How often the customer was dialled in vain.
  attempts INTEGER NOT NULL DEFAULT 0,
  done_at INTEGER,
  -- What came of it.
  sentence TEXT
) STRICT;
CREATE INDEX callbacks_waiting ON callbacks (joined_at) WHERE done_at IS NULL;
