// May this call go out, and how? Rules + number + hour + what was called so far -> a verdict with the name of the rule that
// gave it. Pure: the same question always has the same answer, so "try a number" shows what would happen.
import type { Dialled } from '#calls/neighbours.ts'
import type { CallerSettings } from './caller-settings.ts'
import type { CallingRules, Limits } from './calling-rules.ts'
import { countryName } from './country-name.ts'
import type { OutboundRule } from './outbound-rule.ts'
import type { Usage } from './usage.ts'

export interface Question {
  readonly dialled: Exclude<Dialled, { kind: 'invalid' }>
  /** The company's country. */
  readonly home: string
  readonly rules: CallingRules
  readonly outbound: readonly OutboundRule[]
  /** undefined: nobody's call, such as one the plan of a number forwards. */
  readonly caller: CallerSettings | undefined
  readonly usage: { readonly company: Usage; readonly person: Usage }
  /** Within the hours the lock follows; undefined: there is no lock. */
  readonly open: boolean | undefined
  /** A number of the built-in test carrier: wherever it seems to be, it is here. */
  readonly costsNothing?: boolean
}

export type Verdict =
  /** `through` undefined: by no rule, every trunk may take it. */
  { readonly kind: 'allowed'; readonly rule: string; readonly through: OutboundRule | undefined } | Refused

export interface Refused {
  readonly kind: 'refused'
  /** As on the page where it is set. */
  readonly rule: string
  /** For the person who dialled. */
  readonly sentence: string
  readonly status: 403 | 480 | 503
}

export function verdictOf(question: Question): Verdict {
  const { dialled, rules } = question
  // Before everything: no rule, limit or hour may stand between a person and help.
  if (dialled.kind === 'emergency') {
    const through = question.outbound.find((rule) => isForEmergency(rule, dialled.number))
    return { kind: 'allowed', rule: 'Emergency numbers', through }
  }
  const always =
    question.costsNothing || rules.alwaysAllowed.some((prefix) => dialled.number.startsWith(prefix))
  const fitting = question.outbound.find((rule) => fits(rule, dialled))
  return (
    reachVerdict(question) ??
    (always ? undefined : (typeVerdict(question) ?? countryVerdict(question) ?? hoursVerdict(question))) ??
    (fitting?.act === 'refuse'
      ? refused(`Outbound rule ${fitting.name}`, `Calls to this number are not allowed: ${fitting.name}.`)
      : undefined) ??
    limitVerdict(question) ?? {
      kind: 'allowed',
      rule: always
        ? 'Always allowed'
        : fitting
          ? `Outbound rule ${fitting.name}`
          : 'No outbound rule: any trunk',
      through: fitting,
    }
  )
}

type Ordinary = Exclude<Question['dialled'], { kind: 'emergency' }>

/** Of the ways a rule can name a number, each list that is not empty has to hold. */
export function fits(rule: OutboundRule, dialled: Ordinary): boolean {
  return (
    rule.enabled &&
    (rule.prefixes.length === 0 || rule.prefixes.some((prefix) => dialled.number.startsWith(prefix))) &&
    (rule.countries.length === 0 || rule.countries.includes(dialled.country)) &&
    (rule.types.length === 0 || rule.types.includes(dialled.type))
  )
}

/** Named to the digit: `1` as the beginning of some numbers says nothing about 112. */
function isForEmergency(rule: OutboundRule, number: string): boolean {
  return rule.enabled && rule.act === 'call' && rule.prefixes.includes(number)
}

function reachVerdict({ dialled, caller, home }: Question): Refused | undefined {
  if (caller?.reach === 'internal')
    return refused('Person: colleagues only', 'You may call colleagues and emergency numbers only.')
  if (caller?.reach === 'national' && isAbroad(dialled, home))
    return refused('Person: own country only', 'You may not call abroad.')
  return undefined
}

function typeVerdict({ dialled, rules }: Question): Refused | undefined {
  if (dialled.kind === 'emergency' || dialled.type !== 'premium' || rules.premium) return undefined
  return refused('Premium-rate numbers', 'Premium-rate numbers are not allowed.')
}

function countryVerdict({ dialled, rules, home }: Question): Refused | undefined {
  if (!isAbroad(dialled, home) || dialled.kind === 'emergency' || rules.countries.includes(dialled.country))
    return undefined
  return refused('Countries', `Calls to ${countryName(dialled.country)} are not allowed.`)
}

function hoursVerdict({ open }: Question): Refused | undefined {
  if (open !== false) return undefined
  return refused(
    'After-hours lock',
    'Outside opening hours only colleagues and emergency numbers can be called.',
  )
}

function limitVerdict(question: Question): Refused | undefined {
  const { rules, caller, usage } = question
  const own: Limits = { ...rules.person, ...definedOf(caller?.limits ?? {}) }
  const mine = caller && overLimit(question, own, usage.person)
  if (mine) return mine('Person', 'Your')
  return overLimit(question, rules.company, usage.company)?.('Company', "The company's")
}

type Tell = (whose: string, Whose: string) => Refused

const perDay = 'is used up until midnight.'
const perHour = 'is used up: try again within the hour.'

function overLimit({ dialled, home }: Question, limits: Limits, usage: Usage): Tell | undefined {
  const over = (key: keyof Limits): boolean => {
    const most = limits[key]
    return most !== null && usage[key] >= most
  }
  const told =
    (what: string, end: string, status: Refused['status'] = 403): Tell =>
    (whose, Whose) =>
      refused(`${whose} limit: ${what}`, `${Whose} limit of ${what} ${end}`, status)
  if (over('callsAtOnce')) return told(count(limits.callsAtOnce, 'call', 'at once'), 'is reached.', 503)
  if (over('callsPerDay')) return told(count(limits.callsPerDay, 'call', 'a day'), perDay)
  if (over('minutesPerDay')) return told(count(limits.minutesPerDay, 'minute', 'a day'), perDay)
  if (!isAbroad(dialled, home)) return undefined
  if (over('abroadCallsPerHour'))
    return told(count(limits.abroadCallsPerHour, 'call', 'abroad an hour'), perHour, 480)
  if (over('abroadMinutesPerHour'))
    return told(count(limits.abroadMinutesPerHour, 'minute', 'abroad an hour'), perHour, 480)
  return undefined
}

function count(most: number | null, word: string, per: string): string {
  return `${most} ${word}${most === 1 ? '' : 's'} ${per}`
}

function isAbroad(dialled: Question['dialled'], home: string): boolean {
  return dialled.kind === 'number' && dialled.country !== home
}

function definedOf(limits: CallerSettings['limits']): Partial<Limits> {
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined))
}

function refused(rule: string, sentence: string, status: Refused['status'] = 403): Refused {
  return { kind: 'refused', rule, sentence, status }
}
