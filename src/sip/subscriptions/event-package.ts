// What can be subscribed to (RFC 6665 §7): its name, and how what it tells is written.
import type { Phone } from '#sip/phones/phone.ts'

export interface EventPackage {
  readonly name: string
  readonly contentType: string
  /** What the phone asks to be told of; `user` is that of the Request-URI. */
  find(phone: Phone, user: string): Subject | 'unknown' | 'not-yours'
}

/** What one subscription tells of. */
export interface Subject {
  /** As it is now; undefined: it is gone for good. */
  look(): Look | undefined
}

export interface Look {
  /** The same text, the same news. */
  readonly key: string
  write(document: DocumentOptions): string
}

export interface DocumentOptions {
  /** Of this subscription, from 0. */
  readonly version: number
  /** The Request-URI that was subscribed to, bare. */
  readonly entity: string
  /** `host:port` of it, for the addresses of others. */
  readonly host: string
}
