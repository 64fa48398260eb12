// What the pages about calling out show: what is allowed, how calls leave, what was refused.
import type { CallerSettings } from '#calls/dialling/caller-settings.ts'
import type { CallingRules } from '#calls/dialling/calling-rules.ts'
import type { OutboundRule } from '#calls/dialling/outbound-rule.ts'
import type { Usage } from '#calls/dialling/usage.ts'

export type { CallerSettings, CallingRules, OutboundRule, Usage }

export interface CallingView {
  readonly rules: CallingRules
  /** The company's own country. */
  readonly home: string
  /** Every country there is to allow, the company's own left out; `001` for satellite phones. By name. */
  readonly countries: readonly {
    readonly country: string
    readonly name: string
    readonly callingCode: string
  }[]
  readonly hours: readonly { readonly id: string; readonly name: string }[]
  /** Our numbers, which may be shown. */
  readonly numbers: readonly { readonly number: string; readonly shown: string }[]
  /** So far. */
  readonly usage: Usage
}

export interface CallerView {
  readonly user: { readonly id: string; readonly name: string }
  readonly settings: CallerSettings
  readonly usage: Usage
}

export interface RefusedCallView {
  readonly id: string
  readonly at: number
  readonly user: { readonly id: string; readonly name: string } | null
  /** As people read it. */
  readonly shown: string
  readonly name: string | null
  readonly rule: string
  readonly sentence: string
}

export interface TriedWay {
  readonly trunkId: string
  readonly label: string
  readonly skipped: 'off' | 'down' | 'full' | null
  readonly failedLately: boolean
  /** The number the other side sees; null: the trunk's account. */
  readonly from: string | null
  readonly withheld: boolean
}

/** What would happen; nobody is called. */
export interface TriedNumber {
  readonly verdict: 'allowed' | 'refused'
  readonly rule: string
  readonly sentence: string | null
  /** The SIP status a phone would get. */
  readonly status: number | null
  readonly read: {
    readonly kind: 'emergency' | 'number' | 'service' | 'invalid'
    readonly shown: string
    readonly country: string | null
    readonly type: string | null
  }
  readonly ways: readonly TriedWay[]
}

/** A value now or later, as of every port. */
type Soon<T> = T | Promise<T>

export interface CallingPort {
  view(): Soon<CallingView>
  /** @throws CordboardError `calls.caller-id`, `calls.no-hours` */
  save(rules: CallingRules): Soon<CallingView>
  outbound(): Soon<readonly OutboundRule[]>
  /** @throws CordboardError `calls.caller-id`, `sip.no-trunk`, `calls.rules-full` */
  addRule(rule: Omit<OutboundRule, 'id'>): Soon<OutboundRule>
  /** @throws CordboardError `calls.no-rule` and as `addRule` */
  changeRule(ruleId: string, rule: Omit<OutboundRule, 'id'>): Soon<OutboundRule>
  /** @throws CordboardError `calls.no-rule` */
  moveRule(ruleId: string, place: number): Soon<void>
  /** @throws CordboardError `calls.no-rule` */
  deleteRule(ruleId: string): Soon<void>
  callers(): Soon<readonly CallerView[]>
  /** @throws CordboardError `people.no-user`, `calls.caller-id` */
  saveCaller(userId: string, settings: CallerSettings): Soon<CallerView>
  refused(): Soon<readonly RefusedCallView[]>
  tryNumber(question: {
    readonly number: string
    readonly userId: string | null
    readonly at: number | null
  }): Soon<TriedNumber>
}
