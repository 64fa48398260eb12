// Session timers (RFC 4028): what we agree to in an answer, so that a far end that died without BYE does not keep a call
// for ever. Keeping the time is the SIP server's work: it refreshes, or ends the dialog with a BYE of its own.

/** RFC 4028 §5: no interval below 90 s is ever agreed to. */
export const minSessionS = 90

interface Offer {
  readonly intervalS: number
  readonly refresher: 'uac' | 'uas' | undefined
}

export type SessionAnswer =
  | { readonly kind: 'none' }
  /** To be refused with 422 and Min-SE. */
  | { readonly kind: 'tooSmall' }
  | { readonly kind: 'agreed'; readonly headers: Readonly<Record<string, string>> }

/** Reads `1800;refresher=uac`; undefined for anything else. */
export function readSessionExpires(value: string | undefined): Offer | undefined {
  const [, seconds, rest = ''] = /^\s*(\d{1,9})\s*(;.*)?$/.exec(value ?? '') ?? []
  if (seconds === undefined) return undefined
  const refresher = /;\s*refresher\s*=\s*"?(ua[cs])/i.exec(rest)?.[1]?.toLowerCase()
  return {
    intervalS: Number(seconds),
    refresher: refresher === 'uac' || refresher === 'uas' ? refresher : undefined,
  }
}

/** Our side of an INVITE or UPDATE (RFC 4028 §9): the caller refreshes if it can, else we do. */
export function answerSession(request: { header(name: string): string | undefined }): SessionAnswer {
  const offer = readSessionExpires(request.header('Session-Expires'))
  if (!offer) return { kind: 'none' }
  const farKnows = /\btimer\b/i.test(request.header('Supported') ?? '')
  if (offer.intervalS < minSessionS) return { kind: farKnows ? 'tooSmall' : 'none' }
  const refresher = offer.refresher ?? (farKnows ? 'uac' : 'uas')
  return {
    kind: 'agreed',
    headers: {
      'Session-Expires': `${offer.intervalS};refresher=${refresher}`,
      ...(refresher === 'uac' ? { Require: 'timer' } : {}),
    },
  }
}
