// Calling out as the pages show it: rules, limits, people, what was refused, and a number tried out.
import type {
  CallerView,
  CallingPort,
  CallingView,
  OutboundRule,
  RefusedCallView,
  TriedNumber,
} from '#admin/calling-view.ts'
import { numbersOf } from '#calls/answers-of-trunks.ts'
import { callerSettings, saveCallerSettings } from '#calls/dialling/caller-settings.ts'
import { callingRules, saveCallingRules } from '#calls/dialling/calling-rules.ts'
import { countryName } from '#calls/dialling/country-name.ts'
import { type Decision, decide } from '#calls/dialling/decide.ts'
import {
  changeOutboundRule,
  createOutboundRule,
  deleteOutboundRule,
  getOutboundRule,
  listOutboundRules,
  moveOutboundRule,
} from '#calls/dialling/outbound-rule.ts'
import { type RefusedCall, refusedCalls } from '#calls/dialling/refused-call.ts'
import { dayStartOf, usageOf } from '#calls/dialling/usage.ts'
import { findHours, listHours, noHours } from '#calls/plan/opening-hours.ts'
import { CordboardError } from '#lib/errors.ts'
import { dialledCountries, showPhoneNumber } from '#people/phone-number.ts'
import { findUser, getUser, listUsers } from '#people/user.ts'
import type { Trunks } from '#sip/trunks/trunks.ts'
import type { TenantParts } from './parts.ts'

export interface CallingSources extends TenantParts {
  readonly trunks: Pick<Trunks, 'book' | 'numbers' | 'rank' | 'failed'>
}

const mostRefused = 50

export function callingPort(sources: CallingSources): CallingPort {
  const { tenant, trunks, clock, store } = sources
  const { db } = tenant
  const room = { numbers: numbersOf({ store, trunks }), clock }
  const own = (callerId: string | null) => {
    if (callerId === null || trunks.numbers.find(callerId)?.tenantId === tenant.id) return
    throw new CordboardError('calls.caller-id', `${callerId} is none of your numbers.`, { blame: 'user' })
  }
  const checkRule = (rule: Omit<OutboundRule, 'id'>) => {
    own(rule.callerId)
    for (const { trunkId } of rule.trunks)
      if (trunks.book.find(trunkId)?.tenantId !== tenant.id)
        throw new CordboardError('sip.no-trunk', 'There is no such trunk.', { blame: 'user' })
  }
  return {
    view: () => callingView(sources),
    save: (rules) => {
      own(rules.emergency.callerId)
      if (rules.lockOutside !== null && !findHours(db, rules.lockOutside)) throw noHours()
      saveCallingRules(db, rules)
      return callingView(sources)
    },
    outbound: () => listOutboundRules(db),
    addRule: (rule) => {
      checkRule(rule)
      return createOutboundRule(db, rule)
    },
    changeRule: (ruleId, rule) => {
      getOutboundRule(db, ruleId)
      checkRule(rule)
      return changeOutboundRule(db, ruleId, rule)
    },
    moveRule: (ruleId, place) => moveOutboundRule(db, ruleId, place),
    deleteRule: (ruleId) => {
      getOutboundRule(db, ruleId)
      deleteOutboundRule(db, ruleId)
    },
    callers: () => listUsers(db).map(({ id }) => callerView(sources, id)),
    saveCaller: (userId, settings) => {
      getUser(db, userId)
      own(settings.callerId)
      saveCallerSettings(db, userId, settings)
      return callerView(sources, userId)
    },
    refused: () => refusedCalls(db, mostRefused).map((call) => refusedView(sources, call)),
    tryNumber: ({ number, userId, at }) =>
      triedNumber(
        decide(room, tenant, {
          dialled: number,
          userId: userId ?? undefined,
          ...(at === null ? {} : { at }),
        }),
        tenant.country,
      ),
  }
}

function callingView({ tenant, trunks, clock }: CallingSources): CallingView {
  const { db, country: home } = tenant
  const countries = dialledCountries()
    .filter(({ country }) => country !== home)
    .map((one) => ({ ...one, name: countryName(one.country) }))
    .toSorted((a, b) => a.name.localeCompare(b.name))
  const satellites = {
    country: '001',
    name: 'Satellite phones and international networks',
    callingCode: '88',
  }
  return {
    rules: callingRules(db),
    home,
    countries: [...countries, satellites],
    hours: listHours(db).map(({ id, name }) => ({ id, name })),
    numbers: trunks.numbers
      .list(tenant.id)
      .map(({ number }) => ({ number, shown: showPhoneNumber(number, 'ZZ') })),
    usage: usage({ tenant, clock }, undefined).company,
  }
}

function callerView(sources: CallingSources, userId: string): CallerView {
  const { db } = sources.tenant
  const { id, name } = getUser(db, userId)
  return { user: { id, name }, settings: callerSettings(db, id), usage: usage(sources, id).person }
}

function usage({ tenant, clock }: Pick<CallingSources, 'tenant' | 'clock'>, userId: string | undefined) {
  const now = clock.now()
  const dayStart = dayStartOf(now, tenant.timeZone)
  return usageOf(tenant.db, { now, dayStart, home: tenant.country, userId })
}

function refusedView({ tenant }: CallingSources, call: RefusedCall): RefusedCallView {
  const user = call.userId === null ? undefined : findUser(tenant.db, call.userId)
  return {
    id: call.id,
    at: call.at,
    user: user ? { id: user.id, name: user.name } : null,
    shown: call.number === null ? '' : showPhoneNumber(call.number, tenant.country),
    name: call.name,
    rule: call.rule,
    sentence: call.sentence,
  }
}

function triedNumber(decision: Decision, home: string): TriedNumber {
  const { dialled } = decision
  const placed = dialled.kind === 'number' || dialled.kind === 'service' ? dialled : undefined
  const read = {
    kind: dialled.kind,
    shown: dialled.kind === 'invalid' ? '' : showPhoneNumber(dialled.number, home),
    country: placed ? countryName(placed.country) : null,
    type: placed?.type ?? null,
  }
  if (decision.kind === 'refused') {
    const { rule, sentence, status } = decision
    return { verdict: 'refused', rule, sentence, status, read, ways: [] }
  }
  const ways = decision.ranked.map((way) => ({
    trunkId: way.trunkId,
    label: way.label ?? '',
    skipped: way.skipped ?? null,
    failedLately: way.failedLately,
    from: way.from ?? null,
    withheld: way.withheld ?? false,
  }))
  return { verdict: 'allowed', rule: decision.rule, sentence: null, status: null, read, ways }
}
