// The SIP servers and sound engines of a scenario: which ones is told by the project it runs in (vitest.config.ts). What
// real ones do otherwise than the embedded ones stands here and in docs/engines.md.
import { type Drachtio, startDrachtio } from './drachtio.ts'
import { type Freeswitch, startFreeswitch } from './freeswitch.ts'
import { freeSipPort } from './udp-ports.ts'

export const sipServerIsDrachtio = process.env.SIP_SERVER_UNDER_TEST === 'drachtio'
export const soundIsFreeswitch = process.env.MEDIA_ENGINE_UNDER_TEST === 'freeswitch'

/** To a CANCEL behind our 200: drachtio forgets the transaction with its 200 (RFC 3261 §17.2.1), ours keeps it (RFC 6026 §7.1). */
export const answerToLateCancel = sipServerIsDrachtio ? 481 : 200

export interface Engines extends AsyncDisposable {
  /** Empty: embedded. */
  readonly drachtio: readonly Drachtio[]
  readonly freeswitch: readonly Freeswitch[]
  /** As docs/configuration.md has them. */
  readonly settings: Readonly<Record<string, string>>
}

export interface EngineCounts {
  readonly drachtio?: number
  readonly freeswitch?: number
}

/** As many as asked for, one of each unless told, of those that the project is about; the first drachtio listens on `sipPort`. */
export async function startEngines(sipPort: number, counts: EngineCounts): Promise<Engines> {
  await using stack = new AsyncDisposableStack()
  const freeswitch: Freeswitch[] = []
  const drachtio: Drachtio[] = []
  if (soundIsFreeswitch)
    for (let i = 0; i < (counts.freeswitch ?? 1); i += 1) freeswitch.push(stack.use(await startFreeswitch()))
  if (sipServerIsDrachtio)
    for (let i = 0; i < (counts.drachtio ?? 1); i += 1) {
      const port = i === 0 ? sipPort : await freeSipPort('127.0.0.1')
      drachtio.push(stack.use(await startDrachtio(port)))
    }
  const urls = (engines: readonly { readonly url: string }[]) => engines.map(({ url }) => url).join(',')
  const started = stack.move()
  return {
    drachtio,
    freeswitch,
    settings: {
      ...(freeswitch.length > 0 ? { MEDIA_ENGINE: urls(freeswitch) } : {}),
      ...(drachtio.length > 0 ? { SIP_SERVER: urls(drachtio) } : {}),
    },
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  }
}
