-- One row per call, however many legs rang (C12): how long it was in which state, who was rung, who spoke. Open while `ended_at`
-- is null; the durations of an ended call add up to `length_ms`.
CREATE TABLE call_statistics (
  call_id TEXT PRIMARY KEY REFERENCES calls (id) ON DELETE CASCADE,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  length_ms INTEGER NOT NULL,
  greeting_ms INTEGER NOT NULL,
  menu_ms INTEGER NOT NULL,
  queue_ms INTEGER NOT NULL,
  ringing_ms INTEGER NOT NULL,
  dialling_ms INTEGER NOT NULL,
  voicemail_ms INTEGER NOT NULL,
  talk_ms INTEGER NOT NULL,
  hold_ms INTEGER NOT NULL,
  consult_ms INTEGER NOT NULL,
  transfer_ms INTEGER NOT NULL,
  parked_ms INTEGER NOT NULL,
  transfers INTEGER NOT NULL,
  first_user TEXT,
  last_user TEXT,
  -- The state the caller hung up in, before or while waiting for somebody.
  abandoned_in TEXT,
  -- JSON list of the steps of the plan that were met, in order.
  path TEXT NOT NULL,
  -- JSON: [{userId, at, ms, outcome, why}].
  offers TEXT NOT NULL,
  -- JSON: [{userId, talkMs, holdMs, consultMs}].
  people TEXT NOT NULL
) STRICT;
CREATE INDEX call_statistics_started ON call_statistics (started_at);
