-- Who may sign in. The password hash is empty until an invitation was accepted.
CREATE TABLE accounts (
  id TEXT PRIMARY KEY,
  email TEXT NOT NULL UNIQUE,
  password_hash TEXT,
  created_at INTEGER NOT NULL
) STRICT;

-- Which companies a login opens, and as which person there; the role is that person's (tenant database, users).
CREATE TABLE memberships (
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  user_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (account_id, tenant_id)
) STRICT;
CREATE INDEX memberships_tenant ON memberships (tenant_id);
