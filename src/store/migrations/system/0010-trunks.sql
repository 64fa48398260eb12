-- Lines to carriers. One company may have several, also several with the same provider.
CREATE TABLE trunks (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  provider TEXT NOT NULL,
  label TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('registration', 'ip')),
  host TEXT NOT NULL,
  port INTEGER,
  transport TEXT NOT NULL CHECK (transport IN ('udp', 'tcp')),
  outbound_proxy TEXT,
  username TEXT,
  -- Sealed with the key file; the program asks for it only to answer a challenge.
  password_sealed TEXT,
  realm TEXT,
  from_domain TEXT,
  caller_id TEXT,
  -- JSON list of addresses and CIDRs the carrier may call from, besides those its host name resolves to.
  peers TEXT NOT NULL,
  max_calls INTEGER,
  number_format TEXT NOT NULL CHECK (number_format IN ('plus', 'digits', 'zeros')),
  enabled INTEGER NOT NULL,
  options_interval_ms INTEGER NOT NULL,
  register_expires_s INTEGER NOT NULL,
  -- What we name in the Contact we register: an INVITE to it can only come from who saw our REGISTER.
  contact_user TEXT NOT NULL UNIQUE,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX trunks_tenant ON trunks (tenant_id);

CREATE TABLE numbers (
  -- E.164 with plus: one owner on the whole box.
  number TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  trunk_id TEXT NOT NULL REFERENCES trunks (id) ON DELETE CASCADE,
  label TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX numbers_tenant ON numbers (tenant_id);
CREATE INDEX numbers_trunk ON numbers (trunk_id);

-- Each change of a trunk's light, for its strip; pruned after 90 days.
CREATE TABLE trunk_lights (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  trunk_id TEXT NOT NULL REFERENCES trunks (id) ON DELETE CASCADE,
  at INTEGER NOT NULL,
  light TEXT NOT NULL CHECK (light IN ('green', 'amber', 'red', 'grey')),
  reason TEXT NOT NULL,
  last_code INTEGER
) STRICT;
CREATE INDEX trunk_lights_trunk ON trunk_lights (trunk_id, at);

-- Digest usernames are unique on the whole box, because a REGISTER names no company.
CREATE TABLE phone_usernames (
  username TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  phone_id TEXT NOT NULL UNIQUE
) STRICT;
