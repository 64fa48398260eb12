CREATE TABLE users (
  id TEXT PRIMARY KEY,
  account_id TEXT UNIQUE,
  name TEXT NOT NULL,
  email TEXT NOT NULL UNIQUE,
  extension TEXT UNIQUE,
  role TEXT NOT NULL CHECK (role IN ('agent', 'leader', 'admin', 'provider')),
  created_at INTEGER NOT NULL,
  deactivated_at INTEGER
) STRICT;

CREATE TABLE skills (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  colour TEXT NOT NULL,
  icon TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  deactivated_at INTEGER
) STRICT;

CREATE TABLE user_skills (
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  skill_id TEXT NOT NULL REFERENCES skills (id),
  PRIMARY KEY (user_id, skill_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE statuses (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  light TEXT NOT NULL CHECK (light IN ('green', 'orange', 'grey')),
  takes_calls INTEGER NOT NULL,
  takes_written INTEGER NOT NULL,
  -- After this long the light turns red; empty: never.
  limit_ms INTEGER,
  -- Set by the system only, not offered in the list.
  automatic INTEGER NOT NULL,
  position INTEGER NOT NULL,
  deactivated_at INTEGER
) STRICT;
INSERT INTO statuses (id, name, light, takes_calls, takes_written, limit_ms, automatic, position) VALUES
  ('ready', 'Ready', 'green', 1, 1, NULL, 0, 1),
  ('email-only', 'Email only', 'green', 0, 1, NULL, 0, 2),
  ('outgoing-only', 'Outgoing only', 'green', 0, 0, NULL, 0, 3),
  ('break', 'Break', 'orange', 0, 0, 900000, 0, 4),
  ('lunch', 'Lunch', 'orange', 0, 0, 2700000, 0, 5),
  ('wrap-up', 'Wrap-up', 'orange', 0, 0, 120000, 1, 6),
  ('no-answer', 'No answer', 'orange', 0, 0, 300000, 1, 7),
  ('offline', 'Offline', 'grey', 0, 0, NULL, 0, 8);

-- Where each person stands now; nobody's row means offline since the user was made.
CREATE TABLE user_status (
  user_id TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  status_id TEXT NOT NULL REFERENCES statuses (id),
  since_at INTEGER NOT NULL
) STRICT;

-- Every change, for the statistics (T22).
CREATE TABLE status_changes (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id TEXT NOT NULL,
  status_id TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX status_changes_user ON status_changes (user_id, at);
