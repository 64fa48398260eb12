// What call control asks of people, phones and trunks: narrow questions, answered at once from memory or SQLite.
import type { Source } from '#lib/events.ts'
import type { Candidate } from '#people/match.ts'
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
  /** E.164, or an emergency number as dialled; the trunk spells it as its carrier wants. */
  readonly number: string
  /** Our number to show, E.164; undefined: the trunk has none. */
  readonly from: string | undefined
}

/** What a person dialled, read in their tenant's country. */
export type Dialled =
  | { readonly kind: 'emergency'; readonly number: string }
  | { readonly kind: 'number'; readonly number: string }
  | { readonly kind: 'invalid' }

export interface Numbers {
  /** undefined: no number of ours on this trunk. */
  findInbound(trunkId: string, dialled: string): OurNumber | undefined
  read(tenant: Tenant, dialled: string): Dialled
  /** A caller's number as a carrier wrote it, as E.164; undefined when it is none. */
  readCaller(tenant: Tenant, shown: string): string | undefined
  /** The trunks to try in order; full or dead ones are left out, except for emergencies. */
  waysOut(tenant: Tenant, dialled: Exclude<Dialled, { kind: 'invalid' }>): readonly WayOut[]
}
