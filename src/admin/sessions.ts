// Signed-in browsers: made at sign-in, kept while used, ended by sign-out, by time or from the list.
import { z } from 'zod'
import type { Clock } from '#lib/clock.ts'
import { newId } from '#lib/id.ts'
import { digestOf, randomToken } from '#lib/secret.ts'
import { time } from '#store/column.ts'
import { type Database, query } from '#store/database.ts'
import type { Membership } from './ports.ts'

export interface Session extends Membership {
  readonly id: string
  readonly createdAt: number
  readonly lastSeenAt: number
  readonly address: string
  readonly userAgent: string
}

export interface Sessions {
  /** The token goes into the cookie and is never seen again. */
  open(membership: Membership, from: { address: string; userAgent: string }): { token: string; id: string }
  /** The living session of a cookie; marks it as seen. */
  find(token: string): Session | undefined
  /** Still living; does not count as being seen. */
  lives(sessionId: string): boolean
  list(accountId: string): readonly Session[]
  /** Ends one of the account's sessions. False when it has no such session. */
  end(accountId: string, sessionId: string): boolean
  /** After a new password: signs the person out everywhere, but for the browser it was done in. */
  endOthers(person: Pick<Membership, 'tenantId' | 'userId'>, exceptSessionId: string): void
}

/** A desk is left open over lunch and a night shift, not over a weekend. */
export const idleMs = 24 * 3600_000
/** Everybody signs in again at least this often. */
export const absoluteMs = 14 * 24 * 3600_000
/** Writing last_seen_at at most this often spares the disk a sync per request. */
const touchEveryMs = 60_000
/** One account on this many browsers is a script, not a person: the oldest goes. */
const maxPerAccount = 20

const row = z
  .object({
    id: z.string(),
    account_id: z.string(),
    tenant_id: z.string(),
    user_id: z.string(),
    created_at: time,
    last_seen_at: time,
    address: z.string(),
    user_agent: z.string(),
  })
  .transform(
    (kept): Session => ({
      id: kept.id,
      accountId: kept.account_id,
      tenantId: kept.tenant_id,
      userId: kept.user_id,
      createdAt: kept.created_at,
      lastSeenAt: kept.last_seen_at,
      address: kept.address,
      userAgent: kept.user_agent,
    }),
  )
const columns = 'id, account_id, tenant_id, user_id, created_at, last_seen_at, address, user_agent'
const living = 'created_at > :createdAfter AND last_seen_at > :seenAfter'
const byDigest = query(row, `SELECT ${columns} FROM sessions WHERE token_digest = :digest AND ${living}`)
const byId = query(row, `SELECT ${columns} FROM sessions WHERE id = :id AND ${living}`)
const ofAccount = query(
  row,
  `SELECT ${columns} FROM sessions WHERE account_id = :accountId AND ${living} ORDER BY last_seen_at DESC, id`,
)

export function openSessions(options: { readonly system: Database; readonly clock: Clock }): Sessions {
  const { system, clock } = options
  const limits = () => ({ createdAfter: clock.now() - absoluteMs, seenAfter: clock.now() - idleMs })

  const touch = (session: Session): void => {
    if (clock.now() - session.lastSeenAt < touchEveryMs) return
    system.run('UPDATE sessions SET last_seen_at = :now WHERE id = :id', {
      now: clock.now(),
      id: session.id,
    })
  }

  return {
    open: (membership, from) => {
      const token = randomToken()
      const id = newId()
      system.transaction(() => {
        const { createdAfter, seenAfter } = limits()
        system.run('DELETE FROM sessions WHERE created_at <= :createdAfter OR last_seen_at <= :seenAfter', {
          createdAfter,
          seenAfter,
        })
        system.run(
          `DELETE FROM sessions WHERE account_id = :accountId AND id NOT IN
           (SELECT id FROM sessions WHERE account_id = :accountId ORDER BY last_seen_at DESC LIMIT :keep)`,
          { accountId: membership.accountId, keep: maxPerAccount - 1 },
        )
        system.run(
          `INSERT INTO sessions (id, token_digest, account_id, tenant_id, user_id, created_at, last_seen_at, address, user_agent)
           VALUES (:id, :digest, :accountId, :tenantId, :userId, :now, :now, :address, :userAgent)`,
          {
            id,
            digest: digestOf(token),
            accountId: membership.accountId,
            tenantId: membership.tenantId,
            userId: membership.userId,
            now: clock.now(),
            address: from.address,
            userAgent: from.userAgent.slice(0, 300),
          },
        )
      })
      return { token, id }
    },
    find: (token) => {
      const session = system.find(byDigest, { digest: digestOf(token), ...limits() })
      if (session) touch(session)
      return session
    },
    lives: (sessionId) => system.find(byId, { id: sessionId, ...limits() }) !== undefined,
    list: (accountId) => system.all(ofAccount, { accountId, ...limits() }),
    end: (accountId, sessionId) =>
      system.run('DELETE FROM sessions WHERE id = :sessionId AND account_id = :accountId', {
        sessionId,
        accountId,
      }).changes > 0,
    endOthers: ({ tenantId, userId }, exceptSessionId) => {
      system.run(
        `DELETE FROM sessions WHERE id <> :exceptSessionId AND account_id IN
           (SELECT account_id FROM sessions WHERE tenant_id = :tenantId AND user_id = :userId)`,
        { exceptSessionId, tenantId, userId },
      )
    },
  }
}
