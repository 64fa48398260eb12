-- The unit of work (T1-T16). A task is open until someone spoke with the customer or completed it.
CREATE TABLE tasks (
  id TEXT PRIMARY KEY,
  number INTEGER NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('call', 'email', 'manual')),
  title TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('open', 'closed')),
  due_at INTEGER,
  contact_id TEXT,
  customer_name TEXT,
  customer_address TEXT,
  assignee_id TEXT,
  creator_id TEXT,
  conversation_id TEXT UNIQUE,
  missed_count INTEGER NOT NULL DEFAULT 0,
  note TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  closed_at INTEGER,
  closed_by TEXT
) STRICT;
CREATE INDEX tasks_open ON tasks (status, due_at, created_at);
CREATE INDEX tasks_closed ON tasks (status, closed_at);
CREATE INDEX tasks_contact ON tasks (contact_id, status) WHERE contact_id IS NOT NULL;
CREATE INDEX tasks_address ON tasks (customer_address, status) WHERE customer_address IS NOT NULL;

CREATE TABLE task_skills (
  task_id TEXT NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
  skill_id TEXT NOT NULL,
  PRIMARY KEY (task_id, skill_id)
) STRICT, WITHOUT ROWID;

-- A call belongs to one task, a task may hold many calls (T14).
CREATE TABLE task_calls (
  call_id TEXT PRIMARY KEY,
  task_id TEXT NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
  direction TEXT NOT NULL,
  answered INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX task_calls_task ON task_calls (task_id);

CREATE TABLE task_log (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  task_id TEXT NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
  at INTEGER NOT NULL,
  user_id TEXT,
  kind TEXT NOT NULL CHECK (kind IN ('event', 'comment')),
  what TEXT NOT NULL
) STRICT;
CREATE INDEX task_log_task ON task_log (task_id, id);
