// A small company on the phone, with real people and a real store, and signalling and sound played by the test.
import { expect } from 'vitest'
import { z } from 'zod'
import { staffOf } from '#calls/answers-of-people.ts'
import { readDialled } from '#calls/dialling/read-dialled.ts'
import type { CallFact } from '#calls/facts.ts'
import { readCallFact } from '#calls/facts.ts'
import type { Numbers, WayOut } from '#calls/neighbours.ts'
import { saveNumberPlan } from '#calls/number-plan.ts'
import { type Calls, type CallsOptions, startCalls } from '#calls/start-calls.ts'
import { Events } from '#lib/events.ts'
import { type Log, silentLog } from '#lib/log.ts'
import { readPhoneNumber } from '#people/phone-number.ts'
import { Readiness } from '#people/readiness.ts'
import { createSkill, setSkillsOfUser } from '#people/skill.ts'
import { setStatus } from '#people/status.ts'
import { createUser } from '#people/user.ts'
import { json } from '#store/column.ts'
import { query } from '#store/database.ts'
import type { Tenant } from '#store/store.ts'
import type { FakeClock } from '#test/fake-clock.ts'
import { testStore } from '#test/temp-folder.ts'
import { FakeMedia } from './media.ts'
import { type FakeAnswered, type FakeIncoming, type FakeOutgoing, FakeSignalling } from './signalling.ts'

export const ourNumber = '+420222333444'
export const alice = '+420777000111'

const factRows = query(
  z.object({ id: z.int(), kind: z.string(), at: z.int(), body: json(z.unknown()) }),
  'SELECT id, kind, at, body FROM facts ORDER BY id',
)

export interface Office {
  readonly calls: Calls
  readonly sip: FakeSignalling
  readonly media: FakeMedia
  readonly clock: FakeClock
  readonly tenant: Tenant
  readonly readiness: Readiness
  readonly bob: string
  readonly eva: string
  readonly skillId: string
  /** Contacts by phone; a person has `<name>-desk` and `<name>-mobile`, of which only the first is registered. */
  readonly phoneChanges: Events<unknown>
  /** The trunks a call out tries, in order; set by the test. */
  ways: WayOut[]
  /** Lets everything that is not a timer happen. */
  settle(): Promise<void>
  facts(): readonly CallFact[]
  /** `call-started call-queued …`, people facts left out. */
  story(): string
  /** Bodies of all facts of a kind that is not a call's own. */
  told(kind: string): readonly unknown[]
  /** The body of the newest fact of that kind. */
  fact(kind: CallFact['kind']): CallFact['body']
  /** alice calls our number. */
  aliceCalls(init?: Partial<Parameters<FakeSignalling['comesIn']>[0]>): Promise<FakeIncoming>
  /** eva's desk phone dials. */
  evaDials(
    dialled: string,
    init?: { offer?: string | undefined; headers?: Readonly<Record<string, string>> },
  ): Promise<FakeIncoming>
  /** bob's desk phone dials. */
  bobDials(dialled: string): Promise<FakeIncoming>
  /** Outgoing legs that ring now, by where they ring. */
  ringing(): readonly FakeOutgoing[]
  rings(to: string): FakeOutgoing
  ready(userId: string): void
  /** alice and eva talk. */
  talk(init?: { recording?: boolean }): Promise<Talking>
  /** No leg, no timer is left once all calls are over. */
  expectQuiet(): void
  close(): Promise<void>
}

export interface Talking {
  readonly incoming: FakeIncoming
  readonly caller: FakeAnswered
  readonly callee: FakeAnswered
  readonly callId: string
}

export async function openOffice(options: { log?: Log } & Partial<CallsOptions> = {}): Promise<Office> {
  const kept = testStore()
  const { store, clock, tenant } = kept
  const storeTimers = clock.waiting
  const log = options.log ?? silentLog
  const now = clock.now()
  const skillId = createSkill(tenant.db, { name: 'sales' }, now).id
  const person = (name: string, extension: string) => {
    const user = createUser(tenant.db, { name, email: `${name}@acme.example`, role: 'agent', extension }, now)
    setSkillsOfUser(tenant.db, user.id, [skillId], now)
    setStatus(tenant.db, { userId: user.id, statusId: 'ready', now })
    return `${user.id}`
  }
  const eva = person('eva', '201')
  await clock.advance(1_000)
  const bob = person('bob', '202')
  saveNumberPlan(tenant.db, { number: ourNumber, label: 'Main', skills: [skillId], recording: false })
  const sip = new FakeSignalling()
  const media = new FakeMedia()
  const names = new Map([
    [eva, 'eva'],
    [bob, 'bob'],
  ])
  for (const name of names.values()) sip.contacts.set(`${name}-desk`, [`sip:${name}@desk`])
  const phoneChanges = new Events<unknown>(log)
  const phones = {
    phonesOf: (_: Tenant, userId: string) => {
      const name = names.get(userId)
      return name === undefined ? [] : [`${name}-desk`, `${name}-mobile`]
    },
    changes: phoneChanges,
  }
  const readiness = new Readiness({ clock, log })
  const office: { ways: WayOut[] } = { ways: [{ trunkId: 'trunk-1', number: '420777', from: ourNumber }] }
  const numbers: Numbers = {
    findInbound: (_, dialled) =>
      dialled === ourNumber ? { tenantId: tenant.id, number: ourNumber } : undefined,
    read: (_, dialled) => readDialled(dialled, { country: 'CZ', outsideLine: '' }),
    readCaller: (_, shown) => readPhoneNumber(shown, 'CZ'),
    rankWays: () => office.ways.map((way) => ({ ...way, skipped: undefined, failedLately: false })),
    trunkFailed: () => {},
  }
  const calls = await startCalls({
    store,
    sip,
    media,
    staff: staffOf({ readiness, phones, sip }),
    phones,
    numbers,
    readiness,
    clock,
    log,
    ...options,
  })
  // As it is now: a test may put a disk in its place that is slow or broken.
  const onDisk = tenant.db.onDisk.bind(tenant.db)
  const settle = async () => {
    // Nothing is answered before its row is on the disk.
    await onDisk()
    for (let turn = 0; turn < 30; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  }
  const facts = () => tenant.db.all(factRows).flatMap((fact) => readCallFact(fact) ?? [])
  const ringing = () => sip.dialled.filter((leg) => !leg.cancelled && !leg.over)
  const made: Office = {
    calls,
    sip,
    media,
    clock,
    tenant,
    readiness,
    bob,
    eva,
    skillId,
    phoneChanges,
    get ways() {
      return office.ways
    },
    set ways(ways) {
      office.ways = ways
    },
    settle,
    facts,
    story: () =>
      facts()
        .map((fact) => fact.kind)
        .join(' '),
    fact: (kind) => {
      for (const fact of facts().toReversed()) if (fact.kind === kind) return fact.body
      throw new Error(`no fact ${kind} in: ${made.story()}`)
    },
    aliceCalls: async (init = {}) => {
      const incoming = sip.comesIn({
        origin: { kind: 'trunk', trunkId: 'trunk-1' },
        dialled: ourNumber,
        from: alice,
        ...init,
      })
      await settle()
      return incoming
    },
    evaDials: async (dialled, init = {}) => {
      const origin = { kind: 'phone', phoneId: 'eva-desk', tenantId: tenant.id, userId: eva } as const
      const incoming = sip.comesIn({ origin, dialled, from: 'eva', ...init })
      await settle()
      return incoming
    },
    bobDials: async (dialled) => {
      const origin = { kind: 'phone', phoneId: 'bob-desk', tenantId: tenant.id, userId: bob } as const
      const incoming = sip.comesIn({ origin, dialled, from: 'bob' })
      await settle()
      return incoming
    },
    told: (kind) => tenant.db.all(factRows).flatMap((fact) => (fact.kind === kind ? [fact.body] : [])),
    ringing,
    rings: (to) => {
      const leg = ringing().findLast((one) => one.to === to)
      if (leg) return leg
      throw new Error(`nothing rings at ${to}, only at: ${ringing().map((one) => one.to)}`)
    },
    ready: (userId) => void setStatus(tenant.db, { userId, statusId: 'ready', now: clock.now() }),
    talk: async ({ recording = false } = {}) => {
      if (recording)
        saveNumberPlan(tenant.db, { number: ourNumber, label: '', skills: [skillId], recording: true })
      const incoming = await made.aliceCalls()
      const callee = made.rings('sip:eva@desk').answers()
      await settle()
      const [call] = calls.liveCalls(tenant)
      if (!incoming.leg || !call) throw new Error('nobody talks')
      return { incoming, caller: incoming.leg, callee, callId: call.id }
    },
    expectQuiet: () => {
      expect(calls.size, 'calls').toBe(0)
      expect(
        [...media.legs].map((leg) => leg.id),
        'media legs',
      ).toEqual([])
      expect(clock.waiting - storeTimers, 'timers').toBe(0)
      expect(readiness.isBusy(eva) || readiness.isBusy(bob), 'somebody busy').toBe(false)
    },
    close: async () => {
      const stopped = calls.stop()
      await settle()
      await clock.advance(20_000)
      await stopped
      made.expectQuiet()
      kept[Symbol.dispose]()
      expect(clock.waiting, 'timers after the store').toBe(0)
    },
  }
  return made
}
