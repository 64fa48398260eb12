// Who may do what: one table, asked by every route (deny by default).
import type { Role } from './view.ts'

export const permissions = [
  'me.use',
  'people.read',
  'people.write',
  'skills.write',
  'phones.read',
  'phones.write',
  'numbers.read',
  'numbers.write',
  'trunks.read',
  'trunks.write',
  'calling.read',
  'calling.write',
  'tasks.use',
  'calls.use',
  'calls.control-others',
  'calls.supervise',
  'recording.read',
  'recording.write',
  'recordings.hold',
  'recordings.delete',
  'statistics.read',
  'mailboxes.read',
  'mailboxes.write',
  'health.read',
] as const

export type Permission = (typeof permissions)[number]

const agent: readonly Permission[] = ['me.use', 'people.read', 'tasks.use', 'calls.use']
const leader: readonly Permission[] = [
  ...agent,
  'calls.control-others',
  'calls.supervise',
  'skills.write',
  'numbers.read',
  'phones.read',
  'trunks.read',
  'calling.read',
  'recording.read',
  'recordings.hold',
  'statistics.read',
  'mailboxes.read',
]
const table: Readonly<Record<Role, readonly Permission[]>> = {
  agent,
  leader,
  admin: permissions,
  provider: permissions,
}

export function permissionsOf(role: Role): readonly Permission[] {
  return table[role]
}

export function may(role: Role, permission: Permission): boolean {
  return table[role].includes(permission)
}
