// A call for help is mailed to every admin of the company, from its first mailbox.
import { type DiallingFact, readDiallingFact } from '#calls/dialling/facts.ts'
import type { Clock } from '#lib/clock.ts'
import { guard } from '#lib/guard.ts'
import type { Log } from '#lib/log.ts'
import { findUser, listUsers } from '#people/user.ts'
import { type Follower, followFacts } from '#store/facts.ts'
import type { Tenant } from '#store/store.ts'
import type { Notice, Outbox } from './outbox.ts'

type Emergency = Extract<DiallingFact, { kind: 'emergency-called' }>['body']

export function mailEmergencies(options: {
  readonly tenant: Tenant
  readonly outbox: Pick<Outbox, 'notice'>
  readonly clock: Clock
  readonly log: Log
}): Follower {
  const { tenant, outbox, clock, log } = options
  return followFacts({
    db: tenant.db,
    name: 'emergency-mail',
    clock,
    log,
    // Calls of before this was there are no news.
    from: 'newest',
    kinds: ['emergency-called'],
    handle: (fact) => {
      const told = readDiallingFact(fact)
      if (told?.kind !== 'emergency-called') return
      tenant.db.afterCommit(
        guard(log, 'emergency mail', async () => {
          const sent = await outbox.notice(noticeOf(tenant, told.body))
          if (!sent)
            log.warn({ callId: told.body.callId }, 'no mailbox to tell the admins of an emergency call')
        }),
      )
    },
  })
}

function noticeOf(tenant: Tenant, call: Emergency): Notice {
  const person = call.userId === undefined ? undefined : findUser(tenant.db, call.userId)
  const name = person?.name ?? 'Somebody'
  const when = new Date(call.at).toLocaleString('en-GB', { timeZone: tenant.timeZone, timeZoneName: 'short' })
  const lines = [
    `${name} called ${call.number} at ${when}.`,
    `Location: ${call.location === '' ? 'not set' : call.location}`,
    `Number shown: ${call.shown ?? "the trunk's account"}`,
    ...(person?.extension === undefined ? [] : [`Extension: ${person.extension}`]),
  ]
  const admins = listUsers(tenant.db).filter(({ role }) => role === 'admin' || role === 'provider')
  return {
    to: admins.map(({ email }) => email),
    subject: `Emergency call: ${name} called ${call.number}`,
    text: `${lines.join('\n')}\n`,
  }
}
