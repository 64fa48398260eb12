// Thirty callers and three people: who is served when, and whether the wait that was announced came true.
import { expect, test } from 'vitest'
import type { Staff } from '#calls/neighbours.ts'
import { queueOnly, saveNumberPlan } from '#calls/number-plan.ts'
import { plainQueue } from '#calls/plan/plan-step.ts'
import type { Readiness } from '#people/readiness.ts'
import { type Office, openOffice, ourNumber } from '#test/fakes/office.ts'
import type { FakeAnswered, FakeOutgoing } from '#test/fakes/signalling.ts'

const people = ['bob', 'eva', 'mia']
const callers = 30
const answerAfterMs = 3_000

/** Between 75 and 105 s, as talks of one kind are; the same in each run. */
function talkMs(nth: number): number {
  return 75_000 + ((nth * 7919) % 31) * 1_000
}

interface Talk {
  readonly leg: FakeAnswered
  readonly until: number
}

class Rush {
  readonly #office: Office
  readonly #rings = new Map<FakeOutgoing, number>()
  readonly #talks: Talk[] = []
  #served = 0

  constructor(office: Office) {
    this.#office = office
  }

  /** A second of it: phones are picked up, talks end, announcements are heard. */
  async second(): Promise<void> {
    const { clock, media, settle, ringing } = this.#office
    await clock.advance(1_000)
    await settle()
    const now = clock.now()
    for (const leg of ringing()) {
      const since = this.#rings.get(leg) ?? now
      this.#rings.set(leg, since)
      if (now - since < answerAfterMs) continue
      this.#talks.push({ leg: leg.answers(), until: now + talkMs(this.#served) })
      this.#served += 1
    }
    await settle()
    for (const talk of this.#talks.filter(({ until }) => until <= now)) talk.leg.farEndHangsUp()
    for (const leg of media.legs) if (leg.playing?.kind === 'files') leg.played()
    await settle()
  }
}

test('30 callers are served in order, none is lost, and the expected wait is within a third of the truth', async () => {
  const opened: { readiness?: Readiness } = {}
  const staff: Staff = {
    candidates: () =>
      people.map((userId) => ({
        userId,
        name: userId,
        skills: new Set(['sales']),
        takesCalls: true,
        takesWritten: false,
        busy: opened.readiness?.isBusy(userId) ?? false,
        reachable: true,
        idleSinceAt: opened.readiness?.freeSince(userId) ?? 0,
        openTasks: 0,
      })),
    find: () => undefined,
    findByExtension: () => undefined,
    findContact: () => undefined,
  }
  const phones = {
    phonesOf: (_: unknown, userId: string) => [`${userId}-phone`],
    changes: { on: () => ({ [Symbol.dispose]() {} }) },
  }
  const office = await openOffice({ staff, phones })
  opened.readiness = office.readiness
  for (const userId of people) office.sip.contacts.set(`${userId}-phone`, [`sip:${userId}@phone`])
  const announce = { position: true, wait: true, everyMs: 30_000 }
  const plan = { ...queueOnly([]), open: [{ ...plainQueue(['sales']), announce }] }
  saveNumberPlan(office.tenant.db, { number: ourNumber, label: '', recording: false, plan })
  const rush = new Rush(office)

  for (let nth = 0; nth < callers; nth += 1) {
    await office.aliceCalls({ from: `+4207770001${String(nth).padStart(2, '0')}` })
    await rush.second()
  }
  for (let left = 2_000; left > 0 && office.calls.size > 0; left -= 1) await rush.second()

  const facts = office.facts()
  const order = facts.flatMap((fact) => (fact.kind === 'call-started' ? [fact.body.callId] : []))
  const answers = facts.flatMap((fact) => (fact.kind === 'call-answered' ? [fact.body] : []))
  const answeredAt = new Map(answers.map(({ callId, at }) => [callId, at]))
  const ends = facts.flatMap((fact) => (fact.kind === 'call-ended' ? [fact.body.outcome] : []))
  const guesses = facts.flatMap((fact) => {
    const seconds =
      fact.kind === 'call-noted' ? /expected wait (\d+) s/.exec(fact.body.sentence)?.[1] : undefined
    const at = answeredAt.get(fact.body.callId)
    return seconds === undefined || at === undefined
      ? []
      : [{ saidMs: Number(seconds) * 1000, trueMs: at - fact.body.at }]
  })
  // What is said is in minutes: below three quarters of one it is "less than one minute".
  const isRight = ({ saidMs, trueMs }: { saidMs: number; trueMs: number }) =>
    saidMs < 45_000 ? trueMs <= 60_000 : Math.abs(saidMs - trueMs) <= trueMs / 3
  const wrong = guesses.filter((guess) => !isRight(guess))

  expect(ends).toEqual(Array.from({ length: callers }, () => 'answered'))
  expect(answers.map(({ callId }) => callId)).toEqual(order)
  expect(guesses.length).toBeGreaterThan(100)
  expect(wrong).toEqual([])
  await office.close()
})
