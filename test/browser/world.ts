// The desk as a company sees it on a busy afternoon: the real API on a real store, with the network neighbours
// (SIP server, trunks' states, live calls, mail servers) played by fakes that the tests move by hand.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Admin } from '#admin/admin.ts'
import { startAdmin } from '#admin/start-admin.ts'
import type { CallCommands, LiveCallInfo } from '#calls/commands.ts'
import type { TransferWish } from '#calls/transfer-target.ts'
import { systemClock } from '#lib/clock.ts'
import { CordboardError } from '#lib/errors.ts'
import { Events } from '#lib/events.ts'
import { silentLog } from '#lib/log.ts'
import type { MailService } from '#mail/start-mail.ts'
import { Readiness } from '#people/readiness.ts'
import { findUser } from '#people/user.ts'
import { phoneBook } from '#sip/phones/phone.ts'
import type { PhoneState, Phones } from '#sip/phones/phones.ts'
import { rankTrunks } from '#sip/trunks/choose-trunk.ts'
import type { Light } from '#sip/trunks/health.ts'
import { numberBook } from '#sip/trunks/number-book.ts'
import { trunkBook } from '#sip/trunks/trunk-book.ts'
import type { Trunks } from '#sip/trunks/trunks.ts'
import { openStore, type Store } from '#store/store.ts'
import { startTasks, type Tasks } from '#tasks/start-tasks.ts'

export interface TrunkMood {
  readonly light: Light
  readonly reason: string
  readonly advice: string
  readonly lastCode: number | null
  readonly since: number
  readonly callsInUse: number
  readonly strip: readonly { readonly from: number; readonly to: number; readonly light: Light }[]
}

export interface World extends AsyncDisposable {
  readonly store: Store
  readonly admin: Admin
  readonly tasks: Tasks
  readonly readiness: Readiness
  readonly trunkBook: Trunks['book']
  readonly numberBook: Trunks['numbers']
  readonly phoneBook: Phones['book']
  /** What the trunks page is told of a trunk. */
  setTrunk(trunkId: string, mood: TrunkMood): void
  /** Where a phone is registered; none: offline. */
  setContacts(phoneId: string, contacts: PhoneState['contacts']): void
  setCalls(tenantId: string, calls: readonly LiveCallInfo[]): void
  readonly calls: () => readonly LiveCallInfo[]
  /** What was asked of call control. */
  readonly asked: readonly string[]
  /** Stops listening, then listens again on the same port: the server was away. */
  restart(downMs: number): Promise<void>
}

export interface WorldOptions {
  readonly dataFolder?: string
  readonly port?: number
}

export async function openWorld(options: WorldOptions = {}): Promise<World> {
  await using stack = new AsyncDisposableStack()
  const clock = systemClock
  const log = silentLog
  const dataFolder = options.dataFolder ?? mkdtempSync(join(tmpdir(), 'cordboard-desk-'))
  if (!options.dataFolder) stack.defer(() => rmSync(dataFolder, { recursive: true, force: true }))
  const store = stack.use(openStore({ dataFolder, clock, log }))
  const tasks = stack.use(startTasks({ store, clock, log }))
  const readiness = new Readiness({ clock, log })
  const moods = new Map<string, TrunkMood>()
  const contacts = new Map<string, PhoneState['contacts']>()
  const trunkChanges = new Events<{
    readonly trunkId: string
    readonly state: { readonly tenantId: string } | undefined
  }>(log)
  const phoneChanges = new Events<{ readonly phoneId: string; readonly tenantId: string }>(log)
  const callChanges = new Events<{ readonly tenantId: string; readonly callId: string }>(log)
  const mailChanges = new Events<{ readonly tenantId: string; readonly mailboxId: string }>(log)
  const trunks = {
    book: trunkBook({ db: store.system, vault: store.vault, clock, log }),
    numbers: numberBook({ db: store.system, clock, log }),
  }
  const phones = phoneBook({ store, clock, log })
  const stateOf = (trunkId: string): (TrunkMood & { readonly tenantId: string }) | undefined => {
    const trunk = trunks.book.find(trunkId)
    if (!trunk) return undefined
    const mood = moods.get(trunkId) ?? fresh(clock.now())
    return { ...mood, tenantId: trunk.tenantId }
  }
  let live: readonly LiveCallInfo[] = []
  const asked: string[] = []
  const change = (callId: string, next: (call: LiveCallInfo) => LiveCallInfo | undefined): void => {
    const call = live.find(({ id }) => id === callId)
    if (!call) throw new CordboardError('call.unknown', 'This call has ended.', { blame: 'user' })
    live = live.flatMap((other) => (other.id === callId ? (next(other) ?? []) : other))
    const [tenant] = store.tenants()
    if (tenant) callChanges.emit({ tenantId: tenant.id, callId })
  }
  const calledIn = (
    how: 'blind' | 'warm',
    by: string,
    to: TransferWish,
  ): NonNullable<LiveCallInfo['transfer']> => {
    const [tenant] = store.tenants()
    const name = to.kind === 'number' ? to.number : ''
    const user = to.kind === 'person' && tenant ? findUser(tenant.db, to.userId) : undefined
    return {
      how,
      by,
      to: { name: user?.name ?? name, ...(user ? { userId: user.id } : {}) },
      state: 'ringing',
    }
  }
  const calls: Pick<
    CallCommands,
    | 'liveCalls'
    | 'hold'
    | 'resume'
    | 'steerRecording'
    | 'hangUp'
    | 'callNumber'
    | 'changes'
    | 'transfer'
    | 'team'
  > = {
    liveCalls: (tenant) => (tenant.id === store.tenants()[0]?.id ? live : []),
    hold: (_tenant, callId) => {
      asked.push('hold')
      change(callId, (call) => ({ ...call, state: 'held' }))
    },
    steerRecording: (_tenant, callId, _userId, act) => {
      asked.push(`recording ${act}`)
      const on = act !== 'pause'
      change(callId, (call) => ({ ...call, recording: on, recordingState: on ? 'recording' : 'paused' }))
    },
    resume: (_tenant, callId) => {
      asked.push('resume')
      change(callId, (call) => ({ ...call, state: 'talking' }))
    },
    hangUp: (_tenant, callId) => {
      asked.push('hangUp')
      change(callId, () => undefined)
    },
    transfer: {
      blind: (_tenant, callId, { userId, to }) => {
        asked.push('transfer')
        change(callId, (call) => ({
          ...call,
          state: 'transferring',
          transfer: calledIn('blind', userId, to),
        }))
      },
      consult: (_tenant, callId, { userId, to }) => {
        asked.push('consult')
        change(callId, (call) => ({ ...call, state: 'held', transfer: calledIn('warm', userId, to) }))
      },
      cancel: (_tenant, callId) => {
        asked.push('cancel')
        change(callId, (call) => ({ ...call, state: 'talking', transfer: undefined }))
      },
      complete: (_tenant, callId) => {
        asked.push('complete')
        change(callId, () => undefined)
      },
      swap: (_tenant, callId) => {
        asked.push('swap')
        change(callId, ({ transfer, ...call }) => ({
          ...call,
          transfer: transfer && {
            ...transfer,
            state: transfer.state === 'waiting' ? 'consulting' : 'waiting',
          },
        }))
      },
      merge: (_tenant, callId) => {
        asked.push('merge')
        change(callId, (call) => ({ ...call, state: 'talking', transfer: undefined }))
      },
    },
    team: {
      park: (_tenant, callId, by) => {
        asked.push('park')
        const now = Date.now()
        const parked = { place: '701', by, sinceAt: now, returnsAt: now + 180_000 }
        change(callId, (call) => ({ ...call, state: 'transferring', parked }))
        return { place: '701' }
      },
      take: (_tenant, callId, userId) => {
        asked.push('take')
        change(callId, ({ parked: _parked, ...call }) => ({ ...call, state: 'talking', userId, ringing: [] }))
      },
      supervise: (_tenant, callId, { userId, mode }) => {
        asked.push(mode)
        change(callId, (call) => ({ ...call, supervisors: [{ userId, mode }] }))
      },
      inConference: () => [],
    },
    callNumber: (tenant, { number, userId, taskId }) => {
      asked.push(`call ${number}`)
      const call: LiveCallInfo = {
        id: `call-${asked.length}`,
        direction: 'out',
        party: { number },
        number: undefined,
        trunkId: undefined,
        state: 'ringing',
        startedAt: clock.now(),
        answeredAt: undefined,
        userId,
        skills: [],
        recording: false,
        reason: undefined,
        taskId,
      }
      live = [...live, call]
      callChanges.emit({ tenantId: tenant.id, callId: call.id })
      return { callId: call.id }
    },
    changes: callChanges,
  }
  const mail: Pick<MailService, 'tryOut' | 'addMailbox' | 'reply' | 'events'> = {
    tryOut: async (input) => {
      throw new CordboardError(
        'mail.credentials',
        `${input.imap.host} refused the user name or password. Check both; some providers want an app password.`,
        { blame: 'user' },
      )
    },
    addMailbox: () => {
      throw new Error('no mailbox is added in this world')
    },
    reply: async () => {
      throw new Error('no reply is sent in this world')
    },
    events: mailChanges,
  }
  const start = (port: number) =>
    startAdmin({
      config: { http: { address: '127.0.0.1', port, publicUrl: undefined } },
      version: '0.1.0',
      store,
      clock,
      log,
      readiness,
      trunks: {
        ...trunks,
        rank: (call) =>
          rankTrunks(
            trunks.book.list(call.tenantId).map((trunk) => ({
              ...trunk,
              trunkId: trunk.id,
              usable: stateOf(trunk.id)?.light !== 'red',
              callsInUse: stateOf(trunk.id)?.callsInUse ?? 0,
            })),
            call,
          ),
        failed: () => {},
        state: stateOf,
        strip: (trunkId, { from, to }) => moods.get(trunkId)?.strip ?? [{ from, to, light: 'grey' }],
        onChange: trunkChanges,
      },
      phones: {
        book: phones,
        states: (tenantId) =>
          phones.list(tenantId).map((phone) => {
            const own = contacts.get(phone.id) ?? []
            return { ...phone, online: own.length > 0, contacts: own }
          }),
        onChange: phoneChanges,
      },
      calls,
      tasks,
      mail,
      sipAccess: { server: '192.0.2.10:5060', transports: ['UDP', 'TCP'] },
      testCarrier: {
        call: () => {},
        isTestTrunk: (trunk) => trunk.provider === 'Test carrier',
        addTo: (tenant) => {
          const trunk = trunks.book.create(tenant.id, {
            provider: 'Test carrier',
            label: 'Test carrier',
            kind: 'registration',
            host: '127.0.0.1',
            port: 5070,
            username: 'cordboard',
            password: 'test carrier',
          })
          trunks.numbers.create(tenant.id, {
            number: '+12025550110',
            trunkId: trunk.id,
            label: 'Test number',
          })
          return trunk
        },
      },
      health: () => ({ store: 'up', sip: 'up', media: 'up' }),
      sip: {
        servers: [
          { name: 'sip-1.acme.example:9022', up: true, load: 12, listening },
          { name: 'sip-2.acme.example:9022', up: false, load: 0, listening: [] },
        ],
      },
      media: {
        health: () => ({ engine: 'embedded', machines, up: true, legs: 6, room: 4994, sentence: '' }),
      },
    })
  let admin = await start(options.port ?? 0)
  stack.defer(() => admin[Symbol.asyncDispose]())
  const opened = stack.move()
  return {
    store,
    tasks,
    readiness,
    trunkBook: trunks.book,
    numberBook: trunks.numbers,
    phoneBook: phones,
    asked,
    calls: () => live,
    get admin() {
      return admin
    },
    setTrunk: (trunkId, mood) => {
      moods.set(trunkId, mood)
      trunkChanges.emit({ trunkId, state: stateOf(trunkId) })
    },
    setContacts: (phoneId, now) => {
      contacts.set(phoneId, now)
      const tenantId = phones.find(phoneId)?.tenantId
      if (tenantId) phoneChanges.emit({ phoneId, tenantId })
    },
    setCalls: (tenantId, now) => {
      live = now
      callChanges.emit({ tenantId, callId: '' })
    },
    restart: async (downMs) => {
      const { port } = admin
      await admin[Symbol.asyncDispose]()
      await new Promise((resolve) => setTimeout(resolve, downMs))
      admin = await start(port)
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

function fresh(now: number): TrunkMood {
  return {
    light: 'grey',
    reason: 'Not looked at yet.',
    advice: '',
    lastCode: null,
    since: now,
    callsInUse: 0,
    strip: [],
  }
}

const listening = [{ protocol: 'udp', address: '192.0.2.20', port: 5060 }]
const machines = [
  { name: 'embedded', up: true, legs: 6, room: 4994, sentence: '6 legs open, room for 4994 more.' },
]
