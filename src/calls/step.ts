// What may follow what in a call, and what is told of each step. Pure.
import { assertNever } from '#lib/errors.ts'
import {
  type Call,
  type CallEvent,
  type CallState,
  counted,
  type Moment,
  type Outcome,
  peopleOf,
  type Step,
  span,
  waitMs,
} from './call.ts'
import type { CallFact } from './facts.ts'

/** The call after `event`. Late and repeated events (an answer after the end, a second hold) change nothing. */
export function next(call: Call, event: CallEvent, now: Moment): Step {
  const base = { callId: call.id, at: now.at }
  const { state } = call
  if (state.kind === 'ended') return { call, facts: [] }
  switch (event.kind) {
    case 'queued': {
      if (state.kind !== 'started' && state.kind !== 'queued') return same(call)
      const { skills = call.skills, reason, position } = event
      const repeated = state.kind === 'queued' && state.reason === reason
      if (repeated && isSame(skills, call.skills)) return same(call)
      const why = reason === undefined ? {} : { reason }
      const body = { ...base, skills: [...skills], position, ...why }
      return moved({ ...call, skills }, { kind: 'queued', reason }, { kind: 'call-queued', body })
    }
    case 'offered': {
      if (state.kind !== 'started' && state.kind !== 'queued' && state.kind !== 'offered') return same(call)
      const { userId, reason } = event
      const before = state.kind === 'offered' ? peopleOf(call) : []
      if (before.includes(userId)) return same(call)
      const body = { ...base, userId, reason }
      return moved(call, offered([...before, userId], reason), { kind: 'call-offered', body })
    }
    case 'offer-ended': {
      if (state.kind !== 'offered' || !peopleOf(call).includes(event.userId)) return same(call)
      const left = peopleOf(call).filter((one) => one !== event.userId)
      const body = { ...base, userId: event.userId, why: event.why }
      return moved(call, offered(left, state.reason), { kind: 'call-offer-ended', body })
    }
    case 'dialled':
      return state.kind === 'started' ? moved(call, { kind: 'dialling' }) : same(call)
    case 'answered':
      return answered(call, event.userId, now)
    case 'held': {
      if (state.kind !== 'talking') return same(call)
      const { userId = event.userId, others } = state
      const held = { kind: 'held', userId, others, since: now, holderId: event.userId } as const
      return moved(counted(call, now), held, {
        kind: 'call-held',
        body: { ...base, userId: event.userId, by: event.by },
      })
    }
    case 'resumed': {
      if (state.kind !== 'held') return same(call)
      const heldMs = span(state.since, now)
      const { userId, others } = state
      return moved(
        counted(call, now),
        { kind: 'talking', userId, others, since: now, cameBack: event.cameBack },
        {
          kind: 'call-resumed',
          body: { ...base, userId: event.userId, heldMs },
        },
      )
    }
    case 'passing':
    case 'passed':
    case 'came-back':
      return transferred(call, event, now)
    case 'joined':
    case 'left':
      return joined(call, event, now)
    case 'ended':
      return ended(call, event, now)
    default:
      return assertNever(event)
  }
}

/** With nobody left it waits. */
function offered([userId, ...others]: readonly string[], reason: string): CallState {
  return userId === undefined
    ? { kind: 'queued', reason: undefined }
    : { kind: 'offered', userId, others, reason }
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((one, i) => one === b[i])
}

function same(call: Call): Step {
  return { call, facts: [] }
}

function moved(call: Call, state: CallState, ...facts: readonly CallFact[]): Step {
  return { call: { ...call, state }, facts }
}

function answered(call: Call, userId: string | undefined, now: Moment): Step {
  const { state } = call
  if (state.kind === 'talking' || state.kind === 'held' || state.kind === 'passing') return same(call)
  const who = userId === undefined ? {} : { userId }
  const body = { callId: call.id, at: now.at, ...who, waitMs: span(call.waiting, now) }
  return moved(
    { ...call, answered: call.answered ?? now },
    { kind: 'talking', userId, others: [], since: now },
    { kind: 'call-answered', body },
  )
}

function transferred(
  call: Call,
  event: Extract<CallEvent, { kind: 'passing' | 'passed' | 'came-back' }>,
  now: Moment,
): Step {
  const { state } = call
  const base = { callId: call.id, at: now.at }
  if (state.kind !== 'talking' && state.kind !== 'held' && state.kind !== 'passing') return same(call)
  const until = counted(call, now)
  switch (event.kind) {
    case 'passing': {
      if (state.kind === 'passing') return same(call)
      const { userId, to, how } = event
      return moved(
        { ...until, transfers: call.transfers + 1 },
        { kind: 'passing', userId, to, how, since: now },
        {
          kind: 'call-transferring',
          body: { ...base, userId, to, how },
        },
      )
    }
    case 'passed': {
      const { to, how } = event
      const { userId } = state
      const talkMs = userId === undefined ? 0 : (until.talks[userId] ?? 0)
      const from = userId === undefined ? {} : { userId, talkMs }
      const merged = event.otherCallId === undefined ? {} : { otherCallId: event.otherCallId }
      const fact = {
        kind: 'call-transferred',
        body: { ...base, ...from, to, how, outcome: 'answered', ...merged },
      } as const
      if (to.skills)
        return moved(
          { ...until, waiting: now, skills: to.skills },
          { kind: 'queued', reason: undefined },
          fact,
        )
      return moved(until, { kind: 'talking', userId: to.userId, others: [], since: now }, fact)
    }
    case 'came-back': {
      if (state.kind !== 'passing') return same(call)
      const { userId, to, how } = state
      const { outcome, sentence } = event
      const body = { ...base, userId, to, how, outcome, sentence }
      const fact = { kind: 'call-transferred', body } as const
      if (event.alone) return moved({ ...until, waiting: now }, { kind: 'queued', reason: sentence }, fact)
      const cameBack = { to, sentence }
      return moved(until, { kind: 'talking', userId, others: [], since: now, cameBack }, fact)
    }
    default:
      return assertNever(event)
  }
}

function joined(call: Call, event: Extract<CallEvent, { kind: 'joined' | 'left' }>, now: Moment): Step {
  const { state } = call
  const waits = event.kind === 'left' && event.waits !== undefined
  if (state.kind !== 'talking' && !(waits && state.kind === 'held')) return same(call)
  const base = { callId: call.id, at: now.at }
  const people = peopleOf(call)
  const until = counted(call, now)
  if (event.kind === 'joined') {
    const { who, otherCallId } = event
    if (who.userId !== undefined && people.includes(who.userId)) return same(call)
    const others = who.userId === undefined ? state.others : [...state.others, who.userId]
    const body = { ...base, who, ...(otherCallId === undefined ? {} : { otherCallId }) }
    return moved(
      until,
      { kind: 'talking', userId: state.userId, others, since: now },
      { kind: 'call-joined', body },
    )
  }
  if (!waits && !people.includes(event.userId)) return same(call)
  const [userId, ...others] = people.filter((one) => one !== event.userId)
  const body = { ...base, userId: event.userId, talkMs: until.talks[event.userId] ?? 0 }
  if (waits)
    return moved(
      { ...until, waiting: now },
      { kind: 'queued', reason: event.waits },
      { kind: 'call-left', body },
    )
  return moved(until, { kind: 'talking', userId, others, since: now }, { kind: 'call-left', body })
}

function ended(call: Call, event: Extract<CallEvent, { kind: 'ended' }>, now: Moment): Step {
  const { state } = call
  const base = { callId: call.id, at: now.at }
  const facts: CallFact[] = []
  if (state.kind === 'offered') {
    const why = event.by === 'caller' ? 'the caller hung up' : event.sentence
    for (const userId of peopleOf(call))
      facts.push({ kind: 'call-offer-ended', body: { ...base, userId, why } })
  }
  if (state.kind === 'passing') {
    const { userId, to, how } = state
    const body = { ...base, userId, to, how, outcome: 'cancelled', sentence: event.sentence } as const
    facts.push({ kind: 'call-transferred', body })
  }
  const until = counted(call, now)
  const { talkMs } = until
  const talks = Object.entries(until.talks).map(([userId, ms]) => ({ userId, talkMs: ms }))
  const outcome = outcomeOf(call, event.outcome)
  facts.push({
    kind: 'call-ended',
    body: {
      ...base,
      outcome,
      endedBy: event.by,
      sentence: event.sentence,
      talkMs,
      ...(talks.length > 0 ? { talks } : {}),
      ...(gaveUp(call, event) ? { gaveUp: true } : {}),
      waitMs: waitMs(call, now),
      ...(event.quality ? { quality: event.quality } : {}),
    },
  })
  const over = { kind: 'ended', at: now.at, outcome, by: event.by, sentence: event.sentence } as const
  return moved(until, over, ...facts)
}

/** Somebody spoke with them, but they were waiting for somebody else when they went. */
function gaveUp(call: Call, event: Extract<CallEvent, { kind: 'ended' }>): boolean {
  const waits = call.state.kind === 'passing' || call.state.kind === 'queued' || call.state.kind === 'offered'
  return waits && call.answered !== undefined && call.direction === 'in' && event.by === 'caller'
}

function outcomeOf(call: Call, told: Outcome | undefined): Outcome {
  if (told === 'interrupted') return told
  if (call.answered) return 'answered'
  return told ?? (call.direction === 'out' ? 'no-answer' : 'missed')
}
