// The queue as a caller meets it: music, announcements around it, limits, and what happens instead when they are reached.
// Who is rung for whom is known to queue.ts and serve.ts.

import type { QueueStep } from '#calls/plan/plan-step.ts'
import { guard } from '#lib/guard.ts'
import type { NobodyWhy } from '#people/match.ts'
import { announceWhileWaiting } from './announce-wait.ts'
import { askForCallback } from './ask-callback.ts'
import { connect } from './connect.ts'
import { shownParty } from './queue.ts'
import type { StepEnd, Walk } from './step-end.ts'
import type { Visit } from './visit.ts'

type Left =
  | { readonly kind: 'answered' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'overflow'; readonly why: string }

/** While a phone rings for the caller, the longest wait is over only when it has stopped. */
const ringingCheckMs = 500

const unready: readonly NobodyWhy[] = ['no-skill', 'no-people', 'not-ready', 'no-phone']
const unknown: readonly NobodyWhy[] = ['no-skill', 'no-people']

export async function queueStep(
  visit: Visit,
  step: QueueStep,
  options: Walk & { isLast: boolean },
): Promise<StepEnd> {
  const { queue, isLast } = options
  const goesOn = step.overflow.length > 0 || !isLast
  const ahead = queue.aheadOf(step.skills)
  if (step.maxAhead !== null && ahead > step.maxAhead && goesOn)
    return overflow(visit, step, `the queue is full: ${ahead} are waiting`)
  const left = await wait(visit, step, { ...options, goesOn })
  switch (left.kind) {
    case 'overflow':
      return overflow(visit, step, left.why)
    case 'answered':
    case 'gone':
      return { kind: 'taken' }
  }
}

function overflow(visit: Visit, step: QueueStep, why: string): StepEnd {
  visit.call.note(`Left the queue: ${why}.`)
  return { kind: 'instead', steps: step.overflow }
}

async function wait(visit: Visit, step: QueueStep, options: Walk & { goesOn: boolean }): Promise<Left> {
  const { call } = visit
  const { queue, goesOn } = options
  const left = Promise.withResolvers<Left>()
  using timers = new DisposableStack()
  const done = new AbortController()
  timers.defer(() => done.abort())
  const gone = AbortSignal.any([visit.left, done.signal])
  if (gone.aborted) return { kind: 'gone' }
  visit.left.addEventListener('abort', () => left.resolve({ kind: 'gone' }), {
    once: true,
    signal: done.signal,
  })
  visit.playMusic(step.music)
  const place = queue.enter({
    skills: step.skills,
    joinedAt: visit.joinedAt(),
    gone,
    call: () => call,
    begin: () => call,
    from: shownParty(call),
    distribution: step.distribution,
    onNobody: (why) => {
      if (goesOn && (unknown.includes(why) || (step.onlyWhenReady && unready.includes(why))))
        left.resolve({ kind: 'overflow', why: sentences[why] })
    },
    onAnswered: (person, userId) => {
      left.resolve({ kind: 'answered' })
      connect(visit, person, { userId })
    },
  })
  const { maxWaitMs } = step
  if (maxWaitMs !== null && goesOn)
    timers.use(
      afterWaiting(visit, maxWaitMs, () =>
        left.resolve({ kind: 'overflow', why: `waited ${Math.round(maxWaitMs / 1000)} s` }),
      ),
    )
  announceWhileWaiting(visit, step, { place, gone })
  askForCallback(visit, step, { callbacks: options.callbacks, gone })
  return await left.promise
}

const sentences: Readonly<Record<NobodyWhy, string>> = {
  tried: 'everybody was tried',
  busy: 'everybody is on a call',
  'wrap-up': 'everybody is finishing the last call',
  'no-phone': 'nobody who is ready has a phone connected',
  'not-ready': 'nobody with the skill is ready',
  'no-skill': 'nobody here has the skill',
  'no-people': 'there are no people here',
}

/** Calls `act` after the time, or as soon as no phone rings for the caller any more. */
function afterWaiting(visit: Visit, ms: number, act: () => void): Disposable {
  const { clock } = visit.switchboard
  const isRinging = () => visit.call.call.state.kind === 'offered'
  const look = guard(visit.call.log, 'the longest wait', () => {
    if (isRinging()) timer = clock.after(ringingCheckMs, look)
    else act()
  })
  let timer = clock.after(ms, look)
  return { [Symbol.dispose]: () => timer.cancel() }
}
