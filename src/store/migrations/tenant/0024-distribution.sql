-- Statuses the program set for a person, and what comes after them. A row counts only while its person is still in that status,
-- since `set_at`: whoever chooses another one is done with it.
CREATE TABLE automatic_statuses (
  user_id TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  status_id TEXT NOT NULL REFERENCES statuses (id),
  -- What the person was in before.
  back_to TEXT NOT NULL REFERENCES statuses (id),
  set_at INTEGER NOT NULL,
  -- null: until the person ends it.
  ends_at INTEGER,
  -- What the person may add once; null: nothing, or done already.
  extension_ms INTEGER,
  -- Why, as the person reads it.
  sentence TEXT NOT NULL
) STRICT;

-- Who answered how many calls today.
CREATE INDEX call_legs_answered ON call_legs (answered_at, user_id) WHERE answered_at IS NOT NULL;
-- Who spoke with a contact last.
CREATE INDEX calls_contact ON calls (contact_id, started_at) WHERE contact_id IS NOT NULL;
