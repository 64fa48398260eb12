// Whether a call may go out and how: the rules, the person and what was called so far, put to the verdict. Whatever places a
// call outside (a phone, a click, a transfer, the plan of a number) asks here first.

import { hoursAt } from '#calls/hours.ts'
import type { Dialable, Dialled, Numbers, RankedWay, WayOut } from '#calls/neighbours.ts'
import { findHours } from '#calls/plan/opening-hours.ts'
import { testPrefix } from '#calls/test-carrier/test-numbers.ts'
import type { Clock } from '#lib/clock.ts'
import { findUser } from '#people/user.ts'
import type { Tenant } from '#store/store.ts'
import { callerSettings } from './caller-settings.ts'
import { type CallingRules, callingRules, type Limits } from './calling-rules.ts'
import { listOutboundRules } from './outbound-rule.ts'
import { readWish } from './read-dialled.ts'
import { dayStartOf, usageOf } from './usage.ts'
import { type Refused, verdictOf } from './verdict.ts'

export interface DiallingRoom {
  readonly numbers: Pick<Numbers, 'read' | 'rankWays'>
  readonly clock: Pick<Clock, 'now'>
}

export interface DiallingQuestion {
  /** As dialled or written. */
  readonly dialled: string
  /** Whose call it is; undefined: nobody's, such as one the plan of a number forwards. */
  readonly userId: string | undefined
  /** For trying out another time; now unless told. */
  readonly at?: number
}

export type Decision =
  | {
      readonly kind: 'allowed'
      readonly dialled: Dialable
      readonly rule: string
      /** To be tried in order; may be none when every trunk is skipped. */
      readonly ways: readonly WayOut[]
      /** With the trunks that are skipped, for people. */
      readonly ranked: readonly RankedWay[]
    }
  | (Omit<Refused, 'status'> & {
      readonly status: 403 | 404 | 480 | 503
      readonly dialled: Dialled
    })

export function decide(room: DiallingRoom, tenant: Tenant, question: DiallingQuestion): Decision {
  const { userId, at = room.clock.now() } = question
  const dialled = room.numbers.read(tenant, question.dialled)
  if (dialled.kind === 'invalid')
    return {
      kind: 'refused',
      rule: 'Not a number',
      sentence: `${question.dialled} is not a phone number.`,
      status: 404,
      dialled,
    }
  const { db, country: home, timeZone } = tenant
  const rules = callingRules(db)
  const caller = userId === undefined || !findUser(db, userId) ? undefined : callerSettings(db, userId)
  const verdict = verdictOf({
    dialled,
    home,
    rules,
    costsNothing: dialled.number.startsWith(testPrefix),
    outbound: listOutboundRules(db),
    caller,
    usage: isCounted(rules, caller?.limits ?? {})
      ? usageOf(db, { now: at, dayStart: dayStartOf(at, timeZone), home, userId })
      : unused,
    open: isOpen(tenant, rules, at),
  })
  if (verdict.kind === 'refused') return { ...verdict, dialled }
  const ranked = room.numbers.rankWays(tenant, dialled, {
    through: verdict.through && verdict.through.trunks.length > 0 ? verdict.through.trunks : undefined,
    callerId: {
      rule: verdict.through?.callerId ?? null,
      person: caller,
      wish: readWish(question.dialled).withheld,
      emergency: rules.emergency.callerId,
    },
  })
  const ways = ranked.filter(({ skipped }) => skipped === undefined)
  // For help a call is placed and told of even where no trunk is left to try.
  if (ways.length === 0 && dialled.kind !== 'emergency') return { ...noWay(ranked), dialled }
  return { kind: 'allowed', dialled, rule: verdict.rule, ways, ranked }
}

const unused = (() => {
  const none = {
    callsAtOnce: 0,
    callsPerDay: 0,
    minutesPerDay: 0,
    abroadCallsPerHour: 0,
    abroadMinutesPerHour: 0,
  }
  return { company: none, person: none }
})()

/** The calls of the day are only counted when a limit asks for them. */
function isCounted(
  rules: CallingRules,
  own: { readonly [K in keyof Limits]?: number | null | undefined },
): boolean {
  return [rules.company, rules.person, own].some((limits) =>
    Object.values(limits).some((most) => typeof most === 'number'),
  )
}

/** undefined: there is no lock, or its hours were deleted. */
function isOpen(tenant: Tenant, { lockOutside }: CallingRules, at: number): boolean | undefined {
  const hours = lockOutside === null ? undefined : findHours(tenant.db, lockOutside)
  return hours && hoursAt(hours, at, hours.timeZone ?? tenant.timeZone).state === 'open'
}

function noWay(ranked: readonly RankedWay[]): Refused {
  const full = ranked.some(({ skipped }) => skipped === 'full')
  return {
    kind: 'refused',
    rule: full ? 'Trunks: calls at once' : 'Trunks',
    sentence: full
      ? 'All lines to the outside are in use: try again in a moment.'
      : 'No provider can place this call now: see the state of the trunks.',
    status: 503,
  }
}
