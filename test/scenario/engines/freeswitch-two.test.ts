// One of two FreeSWITCH machines dies under load: the calls of the other one go on, the rest are told and hung up, and
// who calls next never notices.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Desk, read } from '#test/desk.ts'
import type { Freeswitch } from '#test/freeswitch.ts'
import { hearsMusic, hearsTone } from '#test/hearing.ts'
import { Line } from '#test/line.ts'
import { type Office, onlyTaskOf, openOffice, openPhone, ourNumber, setStatus } from '#test/office.ts'
import { waitUntil } from '#test/wait-until.ts'

const [customerHz, agentHz] = [1000, 1500]
/** Callers who wait, each with a leg and music of its own. */
const waiting = 16
let office: Office
/** Alice and the next one to call; what they say comes from addresses of their own. */
let alice: Line
let late: Line
/** Of a second agent. */
let otherPhone: Line
const open = new AsyncDisposableStack()

beforeAll(async () => {
  office = open.use(await openOffice({ engines: { freeswitch: 2 } }))
  const { appliance, desk, trunkId, skillId, carrier } = office
  const programPort = appliance.sipPort
  alice = open.use(await Line.open({ address: '127.0.0.21', programPort }))
  late = open.use(await Line.open({ address: '127.0.0.22', programPort }))
  const addresses = [carrier, alice, late].map(({ edge }) => edge.address)
  await read(desk.api.trunks[':id'].$patch({ param: { id: trunkId }, json: { addresses } }))
  const login = { email: 'bob.two@acme.example', password: 'correct horse 9' }
  const person = { name: 'Bob', role: 'agent' as const, extension: '31', skillIds: [skillId], ...login }
  const { id } = await read(desk.api.people.$post({ json: person }))
  await setStatus(await Desk.signIn(appliance.url, login), 'ready')
  otherPhone = open.use(await openPhone(desk, { appliance, userId: id, address: '127.0.0.23' }))
})
afterEach(async () => {
  try {
    await office.quiet(/FreeSWITCH is gone/)
  } finally {
    for (const line of [alice, late, otherPhone]) await line.reset()
  }
})
afterAll(() => open.disposeAsync())

test('one of two machines is killed under load: calls of the other go on, the rest end, new ones work', async () => {
  const { carrier, phone } = office
  for (const one of [phone, otherPhone]) await one.awaits('callee-answers-obeys')
  const [first, second] = [await talk(alice, '+420600000801'), await talk(late, '+420600000802')]
  expect(first.machine).not.toBe(second.machine)
  await carrier.calls(
    'caller-calls-obeys',
    { caller: '+420600000803', called: ourNumber },
    { calls: waiting },
  )
  await waitUntil('all wait', async () => (await calls()).length === waiting + 2)
  const alive = (await calls()).length
  const onKilled = portsOfCallers().filter((port) => first.machine.owns(port)).length
  expect(onKilled).toBeGreaterThan(waiting / 4)
  expect(onKilled).toBeLessThan((waiting * 3) / 4)
  await first.phone.awaits('callee-answers-obeys')

  await first.machine.kill()
  const killed = performance.now()
  await waitUntil('the rest are ended', async () => (await calls()).length === alive - 1 - onKilled, 5_000)
  await waitUntil('they are told', () => carrier.edge.count('program', 'BYE') === onKilled)
  await alice.done()
  const { log } = await onlyTaskOf(office, '+420600000801', 'closed')
  expect(log.map((item) => item.what).join('\n')).toMatch(/lost: the sound was lost/)
  // The phone that is free now gets who waited longest, over the machine that is left.
  await first.phone.edge.saw('program', 'INVITE', { nth: 2 })
  expect(performance.now() - killed).toBeLessThan(5_000)
  await hearsTone(late.sound, agentHz)
  await hearsTone(second.phone.sound, customerHz)

  await first.machine.start()
  const back = performance.now()
  await alice.reset()
  await waitUntil('both are used again', () => connections() === 3, 5_000)
  await alice.calls('caller-calls-obeys', { caller: '+420600000804', called: ourNumber })
  await hearsMusic(alice.sound, [])
  expect(performance.now() - back).toBeLessThan(5_000)
  expect(first.machine.owns(portSentTo(alice))).toBe(true)

  await hangUpAll()
  await Promise.all([alice, late, carrier, phone, otherPhone].map((line) => line.done()))
})

interface Talk {
  readonly phone: Line
  readonly machine: Freeswitch
}

/** A call of that line to a phone that waits for one, which both hear; whose phone took it, and where its sound is. */
async function talk(line: Line, caller: string): Promise<Talk> {
  const phones = [office.phone, otherPhone].filter(({ edge }) => edge.count('program', 'INVITE') === 0)
  line.say(customerHz)
  await line.calls('caller-calls-obeys', { caller, called: ourNumber })
  const phone = await waitUntil('a phone is called', () =>
    phones.find(({ edge }) => edge.count('program', 'INVITE') > 0),
  )
  phone.say(agentHz)
  await Promise.all([hearsTone(line.sound, agentHz), hearsTone(phone.sound, customerHz)])
  const { freeswitch } = office.appliance.engines
  const machine = freeswitch.find((one) => one.owns(portSentTo(line)))
  if (!machine?.owns(portSentTo(phone))) throw new Error('a call has its legs at one machine')
  return { phone, machine }
}

const portIn = (sdp: string) => Number(/^m=audio (\d+)/m.exec(sdp)?.[1])

/** The port in the last SDP the program sent there. */
function portSentTo({ edge }: Line): number {
  return portIn(edge.seen.findLast(({ from, body }) => from === 'program' && body !== '')?.body ?? '')
}

function portsOfCallers(): readonly number[] {
  const bodies = new Map<string, string>()
  for (const { from, callId, body } of office.carrier.edge.seen)
    if (from === 'program' && body !== '') bodies.set(callId, body)
  return [...bodies.values()].map(portIn)
}

/** To FreeSWITCH, since the start. */
const connections = () => office.appliance.log().split('connected to FreeSWITCH').length - 1

const calls = () => read(office.desk.api.calls.$get())

async function hangUpAll(): Promise<void> {
  await waitUntil('no call is left', async () => {
    const left = await calls()
    for (const { id } of left) await office.desk.api.calls[':id']['hang-up'].$post({ param: { id } })
    return left.length === 0
  })
}
