// What a phone can dial besides people and numbers: star codes and parking places. One table; docs/star-codes.md tells the same.
// Codes for a single outgoing call (*31, #31#, *67, *82) belong to the number behind them: see dialling/read-dialled.ts.

/** What a star code asks for. */
export type Service =
  | { readonly kind: 'echo' }
  /** Parks the call the person has on hold. */
  | { readonly kind: 'park' }
  | { readonly kind: 'parking-place'; readonly place: string }
  | { readonly kind: 'pickup-group' }
  | { readonly kind: 'pickup'; readonly extension: string }
  | { readonly kind: 'supervise'; readonly mode: SuperviseMode; readonly extension: string }
  | { readonly kind: 'status'; readonly statusId: 'ready' | 'outgoing-only' }

/** Listen: nobody hears the supervisor. Whisper: their person does. Join: everybody does. */
export type SuperviseMode = 'listen' | 'whisper' | 'join'

export interface StarCode {
  readonly code: string
  /** Dialled right behind it. */
  readonly extension: boolean
  readonly does: string
  readonly service: (extension: string) => Service
}

export const starCodes: readonly StarCode[] = [
  plain('*43', 'Echo test: you hear what you say.', { kind: 'echo' }),
  plain('*70', 'Parks the call you have on hold, or the call you transfer to it, and says the place.', {
    kind: 'park',
  }),
  plain('*78', 'Do not disturb: no more calls, you can still call out.', {
    kind: 'status',
    statusId: 'outgoing-only',
  }),
  plain('*79', 'Ready: calls come again.', { kind: 'status', statusId: 'ready' }),
  plain('*8', 'Takes the call that rings at a colleague.', { kind: 'pickup-group' }),
  withExtension('**', 'Takes the call that rings at this extension.', (extension) => ({
    kind: 'pickup',
    extension,
  })),
  withExtension('*34', 'Listens to the call of this extension (leaders and admins).', supervise('listen')),
  withExtension('*35', 'Whispers to this extension: only your colleague hears you.', supervise('whisper')),
  withExtension('*36', 'Joins the call of this extension: everybody hears you.', supervise('join')),
]

/** A call is parked at one of these; dialling it takes the call. A person with such an extension keeps it. */
export const parkingPlaces: readonly string[] = Array.from({ length: 9 }, (_, i) => String(701 + i))

/** Pressed by who listens, on the phone. */
export const superviseKeys: Readonly<Record<string, SuperviseMode>> = {
  4: 'listen',
  5: 'whisper',
  6: 'join',
}

/** Undefined for what is none: an extension, a number. */
export function readStarCode(dialled: string): Service | undefined {
  const text = dialled.trim()
  if (parkingPlaces.includes(text)) return { kind: 'parking-place', place: text }
  for (const { code, extension, service } of starCodes) {
    if (!extension && text === code) return service('')
    const rest = text.slice(code.length)
    if (extension && text.startsWith(code) && /^\d{2,6}$/.test(rest)) return service(rest)
  }
  return undefined
}

function plain(code: string, does: string, service: Service): StarCode {
  return { code, extension: false, does, service: () => service }
}

function withExtension(code: string, does: string, service: StarCode['service']): StarCode {
  return { code, extension: true, does, service }
}

function supervise(mode: SuperviseMode): StarCode['service'] {
  return (extension) => ({ kind: 'supervise', mode, extension })
}
