// Calls that were, with the facts and recordings that call control would have left, and calls that are.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeRecording } from '#calls/recording-store.ts'
import { appendFact } from '#store/facts.ts'
import type { Tenant } from '#store/store.ts'
import { speech } from './speech.ts'
import type { World } from './world.ts'

const minute = 60_000

interface SeedCall {
  readonly party: {
    readonly contactId?: string
    readonly name?: string
    readonly number?: string | undefined
  }
  readonly at: number
  readonly skills: string[]
}

/** Writes the facts that call control would have written. */
export function callWriter(tenant: Tenant, trunkId: string) {
  const { db } = tenant
  const tell = (kind: string, at: number, body: object) =>
    db.transaction(() => appendFact(db, { kind, at, body: { at, ...body } }))
  const start = (callId: string, call: SeedCall) => {
    db.run(
      `INSERT INTO calls (id, direction, state, skills, started_at, ended_at) VALUES (?, 'in', 'ended', '[]', ?, ?)`,
      [callId, call.at, call.at + minute],
    )
    tell('call-started', call.at, {
      callId,
      direction: 'in',
      party: call.party,
      number: '+420221000111',
      trunkId,
      skills: call.skills,
    })
  }
  return {
    missed: (callId: string, call: SeedCall & { waitMs: number }) => {
      start(callId, call)
      const at = call.at + call.waitMs
      tell('call-queued', call.at + 800, {
        callId,
        skills: call.skills,
        position: 1,
        reason: 'everybody with the skill is on a call',
      })
      tell('call-ended', at, {
        callId,
        outcome: 'missed',
        endedBy: 'caller',
        sentence: `The caller gave up after ${Math.round(call.waitMs / 1000)} s.`,
        talkMs: 0,
        waitMs: call.waitMs,
      })
    },
    answered: (callId: string, call: SeedCall & { userId: string; talkMs: number; recorded: boolean }) => {
      start(callId, call)
      tell('call-offered', call.at + 1_000, { callId, userId: call.userId, reason: 'longest idle, 04:10' })
      const at = call.at + 7_000
      tell('call-answered', at, { callId, userId: call.userId, waitMs: 7_000 })
      if (call.recorded) record(tenant, callId, { startedAt: at, durationMs: call.talkMs })
      const end = at + call.talkMs
      tell('call-ended', end, {
        callId,
        outcome: 'answered',
        endedBy: 'caller',
        sentence: 'The caller hung up.',
        talkMs: call.talkMs,
        waitMs: 7_000,
      })
    },
  }
}

function record(tenant: Tenant, callId: string, made: { startedAt: number; durationMs: number }): void {
  const file = `${callId}.wav`
  const bytes = speech(made.durationMs / 1000)
  writeFileSync(join(tenant.recordingsFolder, file), bytes)
  writeRecording(tenant.db, {
    id: `rec-${callId}`,
    callId,
    state: 'ready',
    file,
    startedAt: made.startedAt,
    durationMs: made.durationMs,
    bytes: bytes.length,
  })
}

export function liveCalls(
  world: World,
  tenant: Tenant,
  given: {
    now: number
    eva: string
    bob: string
    trunkId: string
    skills: { support: string }
    aliceTask: string
  },
): void {
  const { now } = given
  const common = {
    direction: 'in' as const,
    number: '+420221000112',
    trunkId: given.trunkId,
    skills: [given.skills.support],
    recording: false,
    taskId: undefined,
  }
  world.readiness.engage(given.eva)
  world.readiness.engage(given.bob)
  world.setCalls(tenant.id, [
    {
      ...common,
      id: 'live-1',
      direction: 'out',
      party: { name: 'Alice Novak', number: '+420604112233' },
      state: 'talking',
      startedAt: now - 175_000,
      answeredAt: now - 161_000,
      userId: given.eva,
      reason: undefined,
      recording: true,
      recordingState: 'recording',
      taskId: given.aliceTask,
    },
    {
      ...common,
      id: 'live-2',
      party: { number: '+420602334455' },
      state: 'held',
      startedAt: now - 320_000,
      answeredAt: now - 300_000,
      userId: given.bob,
      reason: undefined,
    },
    {
      ...common,
      id: 'live-3',
      party: { number: '+420608777666' },
      state: 'queued',
      startedAt: now - 42_000,
      answeredAt: undefined,
      userId: undefined,
      reason: 'everybody with the skill is on a call',
    },
  ])
}
