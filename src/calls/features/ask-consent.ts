// Consent to a recording: both sides are told, or the other side is asked to press 1.
import type { CallLeg } from '#calls/call-leg.ts'
import type { LiveCall } from '#calls/live-call.ts'
import { numberPlan } from '#calls/number-plan.ts'
import { soundPaths } from '#calls/prompts/sound-path.ts'
import { type Consent, insertConsent } from '#calls/recording/consent-store.ts'
import type { Stage } from '#calls/stage.ts'
import type { Switchboard } from '#calls/switchboard.ts'
import { newId } from '#lib/id.ts'
import type { Playback } from '#media/engine.ts'
import { Keys } from './keys.ts'

/** Of who has heard the question. */
const keyTimeoutMs = 5_000
/** No answer to a question is waited for longer, however long the words are. */
const longestMs = 60_000

export interface Asked {
  readonly mode: Consent['mode']
  readonly customer: CallLeg
  /** Everybody who hears the words, the customer too. */
  readonly ears: readonly CallLeg[]
  readonly rule: string
}

/** While it is asked before the two hear each other; any leg's end is the end of the call. */
export class Asking implements Stage {
  readonly name = 'consent'
  readonly #over = new AbortController()

  /** Aborted when the call does something else by now. */
  get left(): AbortSignal {
    return this.#over.signal
  }

  legGone(): 'ends' {
    return 'ends'
  }

  async leave(): Promise<void> {
    this.#over.abort()
  }
}

/** True: it may be recorded. What was said and pressed is kept as evidence. Never rejects. */
export async function askConsent(
  switchboard: Switchboard,
  call: LiveCall,
  asked: Asked & { readonly left: AbortSignal },
): Promise<boolean> {
  const { mode, customer, ears, left } = asked
  const { number } = call.call
  const language = number === undefined ? 'en' : numberPlan(call.tenant.db, number).plan.language
  const prompt = mode === 'announce' ? 'call-is-recorded' : 'press-one-to-record'
  const paths = soundPaths(call.tenant, [prompt], language)
  if (left.aborted) return false
  if (paths.length === 0) {
    call.note('Not recorded: the words that tell of the recording are missing.')
    return false
  }
  using keys = new Keys(customer, { clock: switchboard.clock, left })
  const playing = new Map<CallLeg, Playback>(
    ears.map((leg) => [leg, leg.media.play({ kind: 'files', paths })]),
  )
  const stop = () => {
    for (const playback of playing.values()) playback.stop()
  }
  left.addEventListener('abort', stop, { once: true })
  const told = new AbortController()
  void playing.get(customer)?.ended.then((end) => end === 'done' && told.abort())
  const during = await keys.next(longestMs, told.signal)
  // A key of who is only told means nothing: the words are heard to their end.
  if (mode === 'announce' && !told.signal.aborted && !left.aborted) await playing.get(customer)?.ended
  const key = mode === 'announce' ? undefined : (during ?? (await keys.next(keyTimeoutMs)))
  stop()
  left.removeEventListener('abort', stop)
  if (left.aborted) return false
  const given = mode === 'announce' ? true : key === '1'
  keep(switchboard, call, { mode, given, key, rule: asked.rule })
  return given
}

function keep(
  switchboard: Switchboard,
  call: LiveCall,
  answer: Pick<Consent, 'mode' | 'given' | 'key' | 'rule'>,
): void {
  const at = switchboard.clock.now()
  const row = { ...answer, id: newId(at), callId: call.id, at }
  switchboard.journalOf(call.tenant).write((db) => insertConsent(db, row))
  call.note(sentenceOf(answer))
}

function sentenceOf({ mode, given, key }: Pick<Consent, 'mode' | 'given' | 'key'>): string {
  if (mode === 'announce') return 'Both sides were told that the call is recorded.'
  if (given) return 'The customer agreed to the recording: pressed 1.'
  const what = key === undefined ? 'pressed no key' : `pressed ${key}`
  return `The customer did not agree to the recording: ${what}. The call goes on unrecorded.`
}
