// A user is a person in one company: name, role (S5), extension. Deactivated, never deleted: history keeps its names.
import { z } from 'zod'
import { CordboardError } from '#lib/errors.ts'
import { newId } from '#lib/id.ts'
import { time } from '#store/column.ts'
import { type Database, query } from '#store/database.ts'
import { readEmailAddress } from './email-address.ts'
import { appendPeopleFact } from './facts.ts'

export type UserId = string & z.$brand<'UserId'>
export const userId = z.string().brand<'UserId'>()

export const role = z.enum(['agent', 'leader', 'admin', 'provider'])
export type Role = z.infer<typeof role>

export interface User {
  readonly id: UserId
  readonly accountId: string | undefined
  readonly name: string
  readonly email: string
  /** 2 to 6 digits, unique in the company. */
  readonly extension: string | undefined
  readonly role: Role
  readonly createdAt: number
  readonly deactivatedAt: number | undefined
}

export interface NewUser {
  readonly name: string
  readonly email: string
  readonly role: Role
  readonly extension?: string | undefined
  readonly accountId?: string | undefined
}

export interface UserChange {
  readonly name?: string | undefined
  readonly role?: Role | undefined
  /** null takes the extension away. */
  readonly extension?: string | null | undefined
}

const row = z
  .object({
    id: userId,
    account_id: z.string().nullable(),
    name: z.string(),
    email: z.string(),
    extension: z.string().nullable(),
    role,
    created_at: time,
    deactivated_at: time.nullable(),
  })
  .transform(
    (found): User => ({
      id: found.id,
      accountId: found.account_id ?? undefined,
      name: found.name,
      email: found.email,
      extension: found.extension ?? undefined,
      role: found.role,
      createdAt: found.created_at,
      deactivatedAt: found.deactivated_at ?? undefined,
    }),
  )
const byId = query(row, 'SELECT * FROM users WHERE id = ?')
const byEmail = query(row, 'SELECT * FROM users WHERE email = ?')
const byExtension = query(row, 'SELECT * FROM users WHERE extension = ? AND deactivated_at IS NULL')
const everyone = query(row, 'SELECT * FROM users ORDER BY name COLLATE NOCASE, id')
const active = query(row, 'SELECT * FROM users WHERE deactivated_at IS NULL ORDER BY name COLLATE NOCASE, id')
const highestExtension = query(
  z.object({ highest: z.int() }),
  'SELECT max(200, coalesce(max(CAST(extension AS INTEGER)), 0)) AS highest FROM users WHERE length(extension) = 3',
)

export function findUser(db: Database, id: string): User | undefined {
  return db.find(byId, [id])
}

/** @throws CordboardError `people.no-user` */
export function getUser(db: Database, id: string): User {
  const user = findUser(db, id)
  if (user) return user
  throw new CordboardError('people.no-user', 'There is no such person here.', { blame: 'user' })
}

export function findUserByEmail(db: Database, email: string): User | undefined {
  return db.find(byEmail, [email.trim().toLowerCase()])
}

/** Active people only. */
export function findUserByExtension(db: Database, extension: string): User | undefined {
  return db.find(byExtension, [extension])
}

/** By name; without the deactivated unless asked. */
export function listUsers(db: Database, options: { deactivated?: boolean } = {}): readonly User[] {
  return db.all(options.deactivated ? everyone : active)
}

/** The three-digit extension after the highest one in use, from 201: many countries have emergency numbers below. */
export function nextExtension(db: Database): string {
  return String(db.get(highestExtension).highest + 1)
}

/** @throws CordboardError `people.name`, `people.email`, `people.email-taken`, `people.extension`, `people.extension-taken` */
export function createUser(db: Database, user: NewUser, now: number): User {
  const email = readEmailAddress(user.email)
  if (email === undefined)
    throw new CordboardError('people.email', 'This is not an email address.', { blame: 'user' })
  return db.transaction(() => {
    if (findUserByEmail(db, email))
      throw new CordboardError('people.email-taken', 'A person with this email address is here already.', {
        blame: 'user',
      })
    const id = userId.parse(newId())
    db.run(
      `INSERT INTO users (id, account_id, name, email, extension, role, created_at)
       VALUES (:id, :accountId, :name, :email, :extension, :role, :now)`,
      {
        id,
        accountId: user.accountId ?? null,
        name: checkedName(user.name),
        email,
        extension: freeExtension(db, id, user.extension ?? null),
        role: user.role,
        now,
      },
    )
    appendPeopleFact(db, { kind: 'user-created', body: { userId: id } }, now)
    return getUser(db, id)
  })
}

/** @throws CordboardError `people.no-user`, `people.name`, `people.extension`, `people.extension-taken` */
export function changeUser(db: Database, id: UserId, change: UserChange, now: number): User {
  return db.transaction(() => {
    const before = getUser(db, id)
    const extension =
      change.extension === undefined ? (before.extension ?? null) : freeExtension(db, id, change.extension)
    db.run('UPDATE users SET name = :name, role = :role, extension = :extension WHERE id = :id', {
      id,
      name: checkedName(change.name ?? before.name),
      role: change.role ?? before.role,
      extension,
    })
    appendPeopleFact(db, { kind: 'user-changed', body: { userId: id } }, now)
    return getUser(db, id)
  })
}

/** Makes `accountId` this person's login. */
export function linkAccount(db: Database, id: UserId, accountId: string): User {
  db.run('UPDATE users SET account_id = ? WHERE id = ?', [accountId, id])
  return getUser(db, id)
}

/** Takes the extension away, so that somebody else can have it. */
export function deactivateUser(db: Database, id: UserId, now: number): void {
  db.transaction(() => {
    db.run(
      'UPDATE users SET deactivated_at = :now, extension = NULL WHERE id = :id AND deactivated_at IS NULL',
      {
        id,
        now,
      },
    )
    appendPeopleFact(db, { kind: 'user-changed', body: { userId: id } }, now)
  })
}

function checkedName(name: string): string {
  const trimmed = name.trim()
  if (trimmed.length > 0 && trimmed.length <= 100) return trimmed
  throw new CordboardError('people.name', 'A name needs 1 to 100 characters.', { blame: 'user' })
}

function freeExtension(db: Database, id: UserId, extension: string | null): string | null {
  if (extension === null) return null
  if (!/^\d{2,6}$/.test(extension))
    throw new CordboardError('people.extension', 'An extension has 2 to 6 digits.', { blame: 'user' })
  const holder = findUserByExtension(db, extension)
  if (holder && holder.id !== id)
    throw new CordboardError('people.extension-taken', `Extension ${extension} belongs to ${holder.name}.`, {
      blame: 'user',
    })
  return extension
}
