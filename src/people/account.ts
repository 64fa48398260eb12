// An account is one login on this box (S6): an email address and a password. It knows no company; membership.ts does.
import { z } from 'zod'
import { CordboardError } from '#lib/errors.ts'
import { newId } from '#lib/id.ts'
import { time } from '#store/column.ts'
import { type Database, query } from '#store/database.ts'
import { readEmailAddress } from './email-address.ts'
import { checkPassword, hashPassword } from './password.ts'

export type AccountId = string & z.$brand<'AccountId'>
const accountId = z.string().brand<'AccountId'>()

export interface Account {
  readonly id: AccountId
  /** In lower case, unique on the box. */
  readonly email: string
  /** False while an invitation is open: nobody can sign in yet. */
  readonly hasPassword: boolean
  readonly createdAt: number
}

const row = z.object({
  id: accountId,
  email: z.string(),
  password_hash: z.string().nullable(),
  created_at: time,
})
const columns = 'SELECT id, email, password_hash, created_at FROM accounts'
const byId = query(row, `${columns} WHERE id = ?`)
const byEmail = query(row, `${columns} WHERE email = ?`)
const anyAccount = query(z.object({ id: accountId }), 'SELECT id FROM accounts LIMIT 1')

/** False on a fresh box. */
export function anyAccountExists(system: Database): boolean {
  return system.find(anyAccount) !== undefined
}

export function findAccount(system: Database, id: string): Account | undefined {
  const found = system.find(byId, [id])
  return found && fromRow(found)
}

export function findAccountByEmail(system: Database, email: string): Account | undefined {
  const found = system.find(byEmail, [email.trim().toLowerCase()])
  return found && fromRow(found)
}

/** `passwordHash` comes from `hashPassword`; without it the account waits for its invitation. @throws `people.email`, `people.email-taken` */
export function createAccount(
  system: Database,
  account: { readonly email: string; readonly passwordHash?: string | undefined; readonly now: number },
): Account {
  const email = readEmailAddress(account.email)
  if (email === undefined)
    throw new CordboardError('people.email', 'This is not an email address.', { blame: 'user' })
  if (findAccountByEmail(system, email))
    throw new CordboardError('people.email-taken', 'Somebody signs in with this email address already.', {
      blame: 'user',
    })
  const id = accountId.parse(newId())
  system.run('INSERT INTO accounts (id, email, password_hash, created_at) VALUES (?, ?, ?, ?)', [
    id,
    email,
    account.passwordHash ?? null,
    account.now,
  ])
  return { id, email, hasPassword: account.passwordHash !== undefined, createdAt: account.now }
}

/** The account, when the password is right. Unknown address and wrong password take the same time. */
export async function signIn(
  system: Database,
  given: { readonly email: string; readonly password: string },
): Promise<Account | undefined> {
  const found = system.find(byEmail, [given.email.trim().toLowerCase()])
  const right = await checkPassword(given.password, found?.password_hash)
  return right && found ? fromRow(found) : undefined
}

/** @throws CordboardError `people.password` */
export async function setPassword(system: Database, id: AccountId, password: string): Promise<void> {
  const hash = await hashPassword(password)
  system.run('UPDATE accounts SET password_hash = ? WHERE id = ?', [hash, id])
}

function fromRow(found: z.infer<typeof row>): Account {
  return {
    id: found.id,
    email: found.email,
    hasPassword: found.password_hash !== null,
    createdAt: found.created_at,
  }
}
