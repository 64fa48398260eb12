// The company of the scenario tests: acme with one trunk, one skill, one number, and Eva, who has the skill and a phone.
import { expect } from 'vitest'
import { type Appliance, startAppliance } from './appliance.ts'
import { Desk, read } from './desk.ts'
import type { EngineCounts } from './engines.ts'
import { Line } from './line.ts'
import type { SipEdge } from './sip-edge.ts'
import { type Sipp, sippCallee } from './sipp.ts'
import { waitUntil } from './wait-until.ts'

/** Long enough for a machine that does much else; nothing waits this long that works. */
const busyMs = 20_000
const places = { carrier: '127.0.0.2', phone: '127.0.0.3' } as const
export const ourNumber = '+420221000111'
export const evaLogin = { name: 'Eva', email: 'eva@acme.example', password: 'correct horse 8' } as const

export interface Office extends AsyncDisposable {
  readonly appliance: Appliance
  /** Bob's, the admin: no skill, no phone. */
  readonly desk: Desk
  /** Eva's: ready, with the skill. */
  readonly eva: Desk
  readonly evaId: string
  readonly skillId: string
  readonly trunkId: string
  /** Calls come from here and go out to here; it answers OPTIONS. */
  readonly carrier: Line
  /** Eva's phone, registered. */
  readonly phone: Line
  /** To be called after each test: nothing of its calls may be left, anywhere. `mayTell`: log lines that are no fault here. */
  quiet(mayTell?: RegExp): Promise<void>
}

/** With `registers`, the trunk registers at the carrier with this account; otherwise it is known by its address. `settings` go to the program, unless one is given. */
export async function openOffice(
  options: {
    registers?: SipAccount
    settings?: Readonly<Record<string, string>>
    engines?: EngineCounts
    /** A program that was started in another way; it is stopped with the office. */
    appliance?: Appliance
  } = {},
): Promise<Office> {
  await using stack = new AsyncDisposableStack()
  const appliance = stack.use(options.appliance ?? (await startAppliance(options.settings, options.engines)))
  const carrier = stack.use(await Line.open({ address: places.carrier, ...portsOf(appliance) }))
  carrier.edge.answersOptions = true
  const desk = await appliance.setUp()
  const { registers } = options
  if (registers) stack.use(await openRegistrar(carrier.edge, registers))
  const settings = registers ? registrationTrunk(carrier.edge, registers) : ipTrunk(carrier.edge)
  const trunk = await read(desk.api.trunks.$post({ json: settings }))
  const skill = await read(desk.api.skills.$post({ json: { name: 'sales' } }))
  const plan = { label: 'sales', trunkId: trunk.id, skillIds: [skill.id], recording: true }
  await read(desk.api.numbers.$post({ json: { number: ourNumber, ...plan } }))
  const person = { role: 'agent' as const, extension: '21', skillIds: [skill.id], ...evaLogin }
  const { id: evaId } = await read(desk.api.people.$post({ json: person }))
  const eva = await Desk.signIn(appliance.url, evaLogin)
  await setStatus(eva, 'ready')
  const phone = stack.use(await openPhone(desk, { appliance, userId: evaId, address: places.phone }))
  await waitUntil('the trunk is green', async () => (await trunkOf(desk, trunk.id)).light === 'green', busyMs)
  const opened = stack.move()
  const office = {
    appliance,
    desk,
    eva,
    evaId,
    carrier,
    phone,
    skillId: skill.id,
    trunkId: trunk.id,
    quiet: (mayTell?: RegExp) => expectQuiet(office, mayTell),
    [Symbol.asyncDispose]: async () => {
      await using _all = opened
      // A program that hangs or breaks at its stop is found here.
      expect(await appliance.stop()).toBe(0)
    },
  }
  return office
}

export interface SipAccount {
  readonly username: string
  readonly password: string
}

const trunkNames = { provider: 'Acme Telecom', label: 'main line', callsLimit: null }

/** A trunk to a carrier at this edge, known by its address. */
export function ipTrunk(edge: SipEdge) {
  const kind = 'ip' as const
  return { ...trunkNames, kind, server: edge.host, transport: 'udp' as const, addresses: [edge.address] }
}

/** A trunk that registers at this edge. */
export function registrationTrunk(edge: SipEdge, account: SipAccount) {
  const kind = 'registration' as const
  return { ...trunkNames, kind, server: edge.host, transport: 'udp' as const, ...account }
}

/** A sipp that takes the registrations of this account, until disposed. */
export function openRegistrar(edge: SipEdge, account: SipAccount): Promise<Sipp> {
  const keys = { ...account }
  return sippCallee({ scenario: 'carrier-registers-trunk', edge, keys, calls: 0, serves: 'REGISTER' })
}

export async function trunkOf(desk: Desk, trunkId: string) {
  const trunks = await read(desk.api.trunks.$get())
  return await waitUntil('the trunk is listed', () => trunks.find((trunk) => trunk.id === trunkId))
}

/** Makes a phone for the person and registers it. Its label is its address. */
export async function openPhone(
  desk: Desk,
  options: { appliance: Appliance; userId: string; address: string },
): Promise<Line> {
  const { appliance, userId, address } = options
  const made = await read(desk.api.phones.$post({ json: { label: address, userId } }))
  const { username } = made.phone
  const keys = { username, password: made.secret, caller: username, expires: '3600' }
  const line = await Line.open({ address, ...portsOf(appliance), keys })
  await line.calls('phone-registers-gets-answer', {}, { expect: 200, authUri: line.edge.program })
  await line.done()
  await line.reset()
  return line
}

/** Where the program speaks SIP. */
export function portsOf({ sipPort, engines }: Appliance) {
  return { programPort: sipPort, otherPorts: engines.drachtio.slice(1).map((one) => one.sipPort) }
}

export async function setStatus(desk: Desk, statusId: string): Promise<void> {
  await read(desk.api.me.status.$put({ json: { statusId } }))
}

/** The one live call there is, in this state. */
export async function liveCall(
  office: Office,
  state: 'queued' | 'ringing' | 'talking' | 'held' | 'transferring',
) {
  return await waitUntil(
    `one live call, ${state}`,
    async () => {
      const calls = await read(office.desk.api.calls.$get())
      return calls.length === 1 && calls[0]?.state === state ? calls[0] : undefined
    },
    busyMs,
  )
}

/** The tasks whose customer has this number, in both states. */
export async function tasksOf(office: Office, number: string) {
  const both = await Promise.all(
    (['open', 'closed'] as const).map((status) => read(office.desk.api.tasks.$get({ query: { status } }))),
  )
  return both.flat().filter((task) => task.customer?.address === number)
}

/** What a card says while its call goes on. */
const liveNotes = [
  'calling',
  'dialling',
  'waiting',
  'at the voicemail',
  'ringing',
  'on call',
  'on hold',
  'transferring',
]

/** The one task of that number, with its story, once its call is over and it is in this state. */
export async function onlyTaskOf(office: Office, number: string, status: 'open' | 'closed') {
  const card = await waitUntil(
    `one ${status} task of ${number}`,
    async () => {
      const tasks = await tasksOf(office, number)
      const [task] = tasks
      return tasks.length === 1 && task?.status === status && !liveNotes.includes(task.note ?? '') && task
    },
    busyMs,
  )
  return await read(office.desk.api.tasks[':id'].$get({ param: { id: card.id } }))
}

async function expectQuiet(office: Office, mayTell: RegExp | undefined): Promise<void> {
  const { appliance, desk, carrier, phone, trunkId } = office
  try {
    await waitUntil(
      'no live call is left',
      async () => (await read(desk.api.calls.$get())).length === 0,
      busyMs,
    )
    await waitUntil('no RTP port is left open', () => appliance.openRtpPorts().length === 0, busyMs)
    await waitUntil(
      'no call of the trunk is counted',
      async () => (await trunkOf(desk, trunkId)).callsInUse === 0,
      busyMs,
    )
    await waitUntil(
      'nobody is on a call',
      async () => !(await read(desk.api.people.$get())).some((person) => person.onCall),
    )
    expect(appliance.errors().filter((line) => !mayTell?.test(line))).toEqual([])
  } finally {
    await carrier.reset()
    await phone.reset()
  }
}
