// What call control asks of people, phones and trunks: narrow questions, answered at once from memory or SQLite.
import type { Source } from '#lib/events.ts'
import type { Candidate } from '#people/match.ts'
import type { NumberType } from '#people/phone-number.ts'
import type { RankedTrunk, RuleTrunk } from '#sip/trunks/choose-trunk.ts'
import type { Tenant } from '#store/store.ts'

export interface Person {
  readonly id: string
  readonly name: string
  readonly extension: string | undefined
}

export interface Staff {
  /** All active people as matching wants them (S2), now. */
  candidates(tenant: Tenant): readonly Candidate[]
  find(tenant: Tenant, userId: string): Person | undefined
  findByExtension(tenant: Tenant, extension: string): Person | undefined
  /** Whom this number (E.164) outside belongs to. */
  findContact(tenant: Tenant, number: string): { readonly id: string; readonly name: string } | undefined
}

export interface Phones {
  /** Ids of the person's phones, registered or not. */
  phonesOf(tenant: Tenant, userId: string): readonly string[]
  /** A phone registered or went: the queue looks again. */
  readonly changes: Source<unknown>
}

/** One of our numbers, as a trunk brought a call to it. */
export interface OurNumber {
  readonly tenantId: string
  /** E.164 */
  readonly number: string
}

/** A way out for a dialled number, best first. */
export interface WayOut {
  readonly trunkId: string
  /** E.164, or a short number as dialled; the trunk spells it as its carrier wants. */
  readonly number: string
  /** Our number to show, E.164; undefined: the trunk has none. */
  readonly from: string | undefined
  /** The other side is not to see it. */
  readonly withheld?: boolean
  /** The trunk's name. */
  readonly label?: string
}

/** A way out with what the trunk is like now; `skipped` says why it is not tried. */
export interface RankedWay extends WayOut, Omit<RankedTrunk, 'trunkId'> {}

/** What a person dialled, read in their tenant's country. `country` is that of the number, `001` when it has none. */
export type Dialled =
  | { readonly kind: 'emergency'; readonly number: string }
  /** E.164 */
  | {
      readonly kind: 'number'
      readonly number: string
      readonly country: string
      readonly type: NumberType
    }
  /** A short national number, as dialled: information, help lines. */
  | {
      readonly kind: 'service'
      readonly number: string
      readonly country: string
      readonly type: NumberType
    }
  | { readonly kind: 'invalid' }

export type Dialable = Exclude<Dialled, { kind: 'invalid' }>

/** How a rule and a person want a call to go out. */
export interface RouteWish {
  /** undefined: any trunk. */
  readonly through?: readonly RuleTrunk[] | undefined
  readonly callerId?: {
    readonly rule: string | null
    readonly person: { readonly callerId: string | null; readonly withheld: boolean } | undefined
    /** Dialled for this one call. */
    readonly wish: boolean | undefined
    readonly emergency: string | null
  }
}

export interface Numbers {
  /** undefined: no number of ours on this trunk. */
  findInbound(trunkId: string, dialled: string): OurNumber | undefined
  read(tenant: Tenant, dialled: string): Dialled
  /** A caller's number as a carrier wrote it, as E.164; undefined when it is none. */
  readCaller(tenant: Tenant, shown: string): string | undefined
  /** All trunks the call may take, best first, also those that are skipped now. */
  rankWays(tenant: Tenant, dialled: Dialable, wish?: RouteWish): readonly RankedWay[]
  /** A trunk could not place a call: for a moment others are tried first. */
  trunkFailed(trunkId: string, sentence: string): void
}
