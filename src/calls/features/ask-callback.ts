// A caller in line presses the key to be called back: the number is said, confirmed or entered anew, and the line is left with
// the place kept. Until then the caller is in line as before: who answers meanwhile speaks with them.
import type { QueueStep } from '#calls/plan/plan-step.ts'
import { guard } from '#lib/guard.ts'
import { newId } from '#lib/id.ts'
import type { Walk } from './step-end.ts'
import type { Visit } from './visit.ts'

const answerMs = 8_000
const betweenDigitsMs = 6_000
const mostDigits = 20
const mostTries = 3
const foreverMs = 24 * 3600_000

export function askForCallback(
  visit: Visit,
  step: QueueStep,
  { callbacks, gone }: Pick<Walk, 'callbacks'> & { readonly gone: AbortSignal },
): void {
  const { callbackKey } = step
  if (callbackKey === null) return
  const listen = guard(visit.call.log, 'asking for a callback', async () => {
    while (!gone.aborted) {
      const key = await visit.keys.next(foreverMs, gone)
      if (key !== callbackKey || gone.aborted) continue
      visit.isTalkedTo = true
      visit.call.note(`Pressed ${key} to be called back.`)
      const number = await agreeOnNumber(visit)
      if (gone.aborted) return
      if (number !== undefined) return await keep(visit, step, { callbacks, number })
      visit.isTalkedTo = false
      visit.resumeMusic()
    }
  })
  listen()
}

async function keep(
  visit: Visit,
  step: QueueStep,
  { callbacks, number }: Pick<Walk, 'callbacks'> & { readonly number: string },
): Promise<void> {
  const { call, switchboard } = visit
  const askedAt = switchboard.clock.now()
  const { id: callId, number: ours = '' } = call.call
  const callback = { id: newId(), callId, partyNumber: number, number: ours, skills: step.skills }
  callbacks.ask({ ...callback, joinedAt: visit.joinedAt(), askedAt, attempts: 0 }, call)
  const sentence = `Asked to be called back on ${number}; the place in line is kept.`
  call.verdict = { outcome: 'missed', sentence }
  visit.stopMusic()
  await visit.say('callback-kept').ended
  call.end({ by: 'system', sentence })
}

/** E.164 and one we may call; undefined when none was confirmed. */
async function agreeOnNumber(visit: Visit): Promise<string | undefined> {
  let number = usable(visit, visit.call.call.party.number ?? '')
  for (let tries = 0; tries < mostTries && !visit.left.aborted; tries += 1) {
    if (number === undefined) {
      number = usable(visit, await enterNumber(visit))
      if (number === undefined) await visit.say('number-not-usable').ended
      continue
    }
    const { speech } = visit
    const key = await visit.askKey(['we-call-you-on', ...speech.digits(number), 'confirm-or-enter'], answerMs)
    if (key === '1') return number
    if (key === '2') number = undefined
    else
      visit.call.note(key === undefined ? 'The number was not confirmed.' : `Pressed ${key}: not a choice.`)
  }
  return undefined
}

async function enterNumber(visit: Visit): Promise<string> {
  let digits = ''
  let key = await visit.askKey(['enter-number'], answerMs)
  while (key !== undefined && key !== '#' && digits.length < mostDigits) {
    digits += key
    key = await visit.keys.next(betweenDigitsMs)
  }
  return digits.replaceAll('*', '+')
}

function usable(visit: Visit, text: string): string | undefined {
  const { switchboard, call } = visit
  return switchboard.numbers.readCaller(call.tenant, text)
}
