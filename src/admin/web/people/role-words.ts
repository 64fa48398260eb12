import type { Role } from '#admin/view.ts'

export const roleWords: Readonly<Record<Role, string>> = {
  agent: 'Agent',
  leader: 'Team leader',
  admin: 'Admin',
  provider: 'Service provider',
}
