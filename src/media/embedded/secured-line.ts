// The SRTP half of a negotiation: which of the far end's keys we take, and ours, which last as long as the leg.
import type { LegOptions } from '#media/engine.ts'
import type { CryptoAttribute, MediaLine } from '#media/sdp.ts'
import {
  type CryptoKey,
  newMaster,
  offeredSuites,
  readCrypto,
  type SrtpTerms,
  writtenCrypto,
} from './sdes.ts'
import type { SrtpSuite } from './srtp-keys.ts'

export type SrtpWish = NonNullable<LegOptions['srtp']>

const securedProtocols: readonly string[] = ['RTP/SAVP', 'RTP/SAVPF']

export class SecuredLine {
  readonly #wish: SrtpWish
  readonly #masters = new Map<SrtpSuite, Uint8Array>()
  /** What is in force. */
  #agreed: CryptoKey | undefined
  /** What our last offer listed, by tag (RFC 4568 §5.1.2: the answer names one). */
  #offered: readonly Omit<CryptoKey, 'mki'>[] = []

  constructor(wish: SrtpWish) {
    this.#wish = wish
  }

  /** How we would take a line: with a key, plain, or not at all. */
  take(line: MediaLine): CryptoKey | 'plain' | undefined {
    const isSecured = securedProtocols.includes(line.protocol)
    if (this.#wish === 'off') return isSecured ? undefined : 'plain'
    // Many phones that would rather encrypt offer keys on a plain line, which others then take as plain.
    const key = line.crypto.map(readCrypto).find((found) => found !== undefined)
    if (key) return key
    return isSecured || this.#wish === 'required' ? undefined : 'plain'
  }

  /** As `take`, for the answer to our offer: only what we offered. */
  takeAnswer(line: MediaLine): CryptoKey | 'plain' | undefined {
    const key = this.take(line)
    if (key === undefined || key === 'plain') return key
    const isOurs = this.#offered.some(({ tag, suite }) => tag === key.tag && suite === key.suite)
    return isOurs ? key : undefined
  }

  agree(key: CryptoKey | 'plain'): SrtpTerms | undefined {
    this.#agreed = key === 'plain' ? undefined : key
    if (!this.#agreed) return undefined
    const { suite, master, mki } = this.#agreed
    return { suite, send: this.#master(suite), receive: master, receiveMki: mki }
  }

  /** The a=crypto of our answer. */
  answer(): readonly CryptoAttribute[] {
    if (!this.#agreed) return []
    const { tag, suite } = this.#agreed
    return [writtenCrypto({ tag, suite, master: this.#master(suite) })]
  }

  /** The a=crypto of our offer, first or again; again it says what is in force. */
  offer(again: boolean): readonly CryptoAttribute[] {
    const suites = this.#wish === 'off' || (again && !this.#agreed) ? [] : offeredSuites
    const first = this.#agreed ? [this.#agreed.suite] : []
    this.#offered = [...new Set([...first, ...suites])].map((suite, at) => ({
      tag: at + 1,
      suite,
      master: this.#master(suite),
    }))
    return this.#offered.map(writtenCrypto)
  }

  /** What a line of ours says it is: a plain one with keys is understood, and taken as plain, by those without SRTP. */
  get protocol(): string {
    return this.#wish === 'required' ? 'RTP/SAVP' : 'RTP/AVP'
  }

  #master(suite: SrtpSuite): Uint8Array {
    const master = this.#masters.get(suite) ?? newMaster(suite)
    this.#masters.set(suite, master)
    return master
  }
}
