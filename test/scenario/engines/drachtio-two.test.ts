// Two drachtio servers: calls come in and go out over both, and when one dies its calls go on at the other.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { read } from '#test/desk.ts'
import type { Drachtio } from '#test/drachtio.ts'
import { hearsTone } from '#test/hearing.ts'
import { Line } from '#test/line.ts'
import { liveCall, type Office, onlyTaskOf, openOffice, ourNumber } from '#test/office.ts'
import { waitUntil } from '#test/wait-until.ts'

const [customerHz, evaHz] = [1000, 1500]
let office: Office
/** The carrier's other way to us: to the second server. */
let otherWay: Line
const open = new AsyncDisposableStack()
beforeAll(async () => {
  office = open.use(await openOffice({ engines: { drachtio: 2 } }))
  const { desk, carrier, trunkId } = office
  const [first, second] = [server(0), server(1)]
  otherWay = open.use(
    await Line.open({ address: '127.0.0.24', programPort: second.sipPort, otherPorts: [first.sipPort] }),
  )
  const addresses = [carrier, otherWay].map(({ edge }) => edge.address)
  await read(desk.api.trunks[':id'].$patch({ param: { id: trunkId }, json: { addresses } }))
})
afterEach(async () => {
  try {
    await office.quiet()
  } finally {
    await otherWay.reset()
  }
})
afterAll(() => open.disposeAsync())

test('calls come in over both servers, and the phone is called by the one it registered at', async () => {
  const { phone, carrier } = office
  for (const [line, caller] of [
    [otherWay, '+420600000651'],
    [carrier, '+420600000652'],
  ] as const) {
    await talk(line, caller)
    expect((await phone.edge.saw('program', 'INVITE')).header('Via')).toContain(`:${server(0).sipPort}`)
    await line.tell('HANGUP')
    await Promise.all([line.done(), phone.done()])
    await onlyTaskOf(office, caller, 'closed')
    await phone.reset()
    await line.reset()
  }
})

test('one of two is killed: its call goes on at the other, is held, resumed and hung up there', async () => {
  const { carrier, phone } = office
  await talk(carrier, '+420600000653')
  await server(0).kill()
  const byOther = await carrier.edge.saw('program', 'INVITE')
  expect(byOther.header('Contact')).toContain(`:${server(1).sipPort}`)
  await phone.edge.saw('program', 'INVITE', { nth: 2 })
  await Promise.all([
    carrier.edge.saw('sipp', '200 INVITE'),
    phone.edge.saw('sipp', '200 INVITE', { nth: 2 }),
  ])
  await phone.tell('HOLD')
  await liveCall(office, 'held')
  await phone.tell('RESUME')
  await liveCall(office, 'talking')
  await Promise.all([hearsTone(carrier.sound, evaHz), hearsTone(phone.sound, customerHz)])
  await carrier.tell('HANGUP')
  await Promise.all([carrier.done(), phone.done()])

  await onlyTaskOf(office, '+420600000653', 'closed')
})

test('while one of two is away, and after its return, calls come in and go out within five seconds', async () => {
  const { carrier, phone, eva } = office
  await server(0).kill()
  const away = performance.now()
  await talk(otherWay, '+420600000654')
  expect(performance.now() - away).toBeLessThan(5_000)
  await otherWay.tell('HANGUP')
  await Promise.all([otherWay.done(), phone.done()])
  await phone.reset()

  const before = connections()
  await server(0).start()
  const back = performance.now()
  await waitUntil('both are used', () => connections() > before, 5_000)
  await talk(carrier, '+420600000655')
  expect(performance.now() - back).toBeLessThan(5_000)
  await carrier.tell('HANGUP')
  await Promise.all([carrier.done(), phone.done()])
  await carrier.reset()
  await phone.reset()

  await carrier.awaits('callee-answers-obeys')
  await phone.awaits('callee-answers-obeys')
  carrier.say(customerHz)
  await read(eva.api.calls.$post({ json: { number: '+420600000656' } }))
  await hearsTone(phone.sound, customerHz)
  await carrier.tell('HANGUP')
  await Promise.all([carrier.done(), phone.done()])
})

function server(index: number): Drachtio {
  const found = office.appliance.engines.drachtio[index]
  if (!found) throw new Error('this project has no second drachtio')
  return found
}

/** To SIP servers, since the start. */
const connections = () => office.appliance.log().split('connected to the SIP server').length - 1

async function talk(line: Line, caller: string): Promise<void> {
  const { phone } = office
  await phone.awaits('callee-answers-obeys')
  line.say(customerHz)
  phone.say(evaHz)
  await line.calls('caller-calls-obeys', { caller, called: ourNumber })
  await liveCall(office, 'talking')
  await Promise.all([hearsTone(line.sound, evaHz), hearsTone(phone.sound, customerHz)])
}
