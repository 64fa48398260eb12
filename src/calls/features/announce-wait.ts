// What is said to a caller in line: the place, the expected wait and how to be called back. Music goes on around it.
import type { QueueStep } from '#calls/plan/plan-step.ts'
import type { PromptName } from '#calls/prompts/catalogue.ts'
import { delay } from '#lib/clock.ts'
import { guard } from '#lib/guard.ts'
import type { Place } from './queue.ts'
import type { Visit } from './visit.ts'

/** A caller who is answered soon hears nothing of this. */
const firstAfterMs = 8_000
/** While a phone rings for the caller, or the caller is spoken to, nothing is announced; then soon. */
const busyMs = 2_000

interface InLine {
  readonly place: Place
  readonly gone: AbortSignal
}

/** Speaks until `gone`. */
export function announceWhileWaiting(visit: Visit, step: QueueStep, inLine: InLine): void {
  const { position, wait, everyMs } = step.announce
  if (!position && !wait && step.callbackKey === null) return
  const speak = guard(visit.call.log, 'announcements of the queue', async () => {
    let pauseMs = firstAfterMs
    while (await passed(visit, pauseMs, inLine.gone)) {
      const isBusy = visit.call.call.state.kind === 'offered' || visit.isTalkedTo
      if (!isBusy) await announce(visit, step, inLine.place)
      pauseMs = isBusy ? busyMs : everyMs
    }
  })
  speak()
}

async function announce(visit: Visit, step: QueueStep, place: Place): Promise<void> {
  const { speech, call } = visit
  const { announce: wanted, callbackKey } = step
  const position = wanted.position ? place.position : undefined
  const waitMs = wanted.wait ? place.expectedWaitMs : undefined
  const words: readonly PromptName[] = [
    ...(position === undefined ? [] : speech.position(position)),
    ...(waitMs === undefined ? [] : speech.expectedWait(waitMs)),
    ...(callbackKey === null ? [] : ['for-a-callback-press' as const, ...speech.key(callbackKey)]),
  ]
  if (words.length === 0) return
  const told = [
    ...(position === undefined ? [] : [`number ${position} in the queue`]),
    ...(waitMs === undefined ? [] : [`expected wait ${Math.round(waitMs / 1000)} s`]),
  ]
  if (told.length > 0) call.note(`Announced: ${told.join(', ')}.`)
  await visit.say(...words).ended
  visit.resumeMusic()
}

/** False when it was given up before. */
async function passed(visit: Visit, ms: number, gone: AbortSignal): Promise<boolean> {
  try {
    await delay(visit.switchboard.clock, ms, gone)
    return true
  } catch {
    return false
  }
}
