// What the browser phone's page is told.

/** How the browser phone stands on this server. */
export interface PhoneStateView {
  readonly kind: 'absent' | 'building' | 'ready' | 'failed'
  readonly sentence: string
}

/** A call at this browser. */
export interface PhoneLegView {
  readonly id: string
  readonly callId: string | undefined
  readonly state: 'ringing' | 'talking'
  readonly from: { readonly number: string; readonly displayName?: string }
}

export type PhoneNews =
  /** All legs, after each change. */
  | { readonly kind: 'legs'; readonly legs: readonly PhoneLegView[] }
  /** Another page of this browser is its phone now: this one is told nothing more. */
  | { readonly kind: 'replaced' }

/** A line of the stream. */
export type PhoneLine =
  | PhoneNews
  | { readonly kind: 'hello'; readonly line: string }
  | { readonly kind: 'beat' }
