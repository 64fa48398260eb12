// What the health page shows (A4): each part that carries calls, whether it runs, and what it carries.

export interface PartView {
  /** `SIP` and `Sound` as people know them. */
  readonly kind: 'sip' | 'sound' | 'browser-phone'
  /** `host:port`, or `embedded`. */
  readonly name: string
  readonly up: boolean
  readonly sentence: string
}

export interface HealthView {
  readonly parts: readonly PartView[]
  /** Of the last ten seconds, in ms: how late this process came to its work. */
  readonly eventLoop: { readonly p50Ms: number; readonly p99Ms: number; readonly maxMs: number }
}
