-- Mailboxes and their mail (M1-M8). The raw message lies in the tenant's mail folder before its row exists.
CREATE TABLE mailboxes (
  id TEXT PRIMARY KEY,
  label TEXT NOT NULL,
  address TEXT NOT NULL,
  sender_name TEXT,
  imap_host TEXT NOT NULL,
  imap_port INTEGER NOT NULL,
  imap_security TEXT NOT NULL CHECK (imap_security IN ('tls', 'starttls', 'none')),
  smtp_host TEXT NOT NULL,
  smtp_port INTEGER NOT NULL,
  smtp_security TEXT NOT NULL CHECK (smtp_security IN ('tls', 'starttls', 'none')),
  username TEXT NOT NULL,
  password_sealed TEXT NOT NULL,
  skill_ids TEXT NOT NULL DEFAULT '[]',
  due_within_ms INTEGER NOT NULL,
  enabled INTEGER NOT NULL DEFAULT 1,
  -- The cursor: the highest UID taken in under this UIDVALIDITY (RFC 3501 §2.3.1.1).
  uid_validity TEXT,
  last_uid INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'ok', 'network', 'credentials')),
  sentence TEXT NOT NULL DEFAULT 'Not checked yet.',
  state_since INTEGER NOT NULL,
  last_check_at INTEGER,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE conversations (
  id TEXT PRIMARY KEY,
  mailbox_id TEXT NOT NULL REFERENCES mailboxes (id),
  subject TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE mails (
  id TEXT PRIMARY KEY,
  mailbox_id TEXT NOT NULL REFERENCES mailboxes (id),
  conversation_id TEXT REFERENCES conversations (id),
  direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
  -- in: stored, received, duplicate, own, quarantined; out: waiting, sent, failed
  state TEXT NOT NULL,
  sentence TEXT,
  uid_validity TEXT,
  uid INTEGER,
  raw_sha256 TEXT,
  raw_file TEXT NOT NULL,
  raw_bytes INTEGER NOT NULL,
  message_id TEXT,
  refs TEXT NOT NULL DEFAULT '[]',
  from_address TEXT,
  from_name TEXT,
  reply_to TEXT,
  to_addresses TEXT NOT NULL DEFAULT '[]',
  subject TEXT NOT NULL DEFAULT '',
  body_text TEXT NOT NULL DEFAULT '',
  attachments TEXT NOT NULL DEFAULT '[]',
  class TEXT,
  user_id TEXT,
  at INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  next_try_at INTEGER,
  UNIQUE (mailbox_id, uid_validity, uid)
) STRICT;
CREATE INDEX mails_message_id ON mails (message_id);
CREATE INDEX mails_conversation ON mails (conversation_id, at);
CREATE INDEX mails_state ON mails (state, next_try_at) WHERE state IN ('stored', 'waiting');
CREATE INDEX mails_raw ON mails (mailbox_id, raw_sha256);

-- Signs our Message-IDs, so that nobody can write himself into a conversation; sealed with the key file.
CREATE TABLE mail_key (only INTEGER PRIMARY KEY CHECK (only = 1), sealed TEXT NOT NULL) STRICT;
