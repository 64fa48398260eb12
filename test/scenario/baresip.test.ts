// A real softphone as Eva's phone, over each transport: it registers, is called and calls, holds and resumes, sends keys, and
// both sides hear each other. Over TLS its sound is encrypted, where the engine can.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Baresip, openBaresip } from '#test/baresip.ts'
import { read } from '#test/desk.ts'
import { sipServerIsDrachtio, soundIsFreeswitch } from '#test/engines.ts'
import { hearsMusic, hearsTone } from '#test/hearing.ts'
import { liveCall, type Office, onlyTaskOf, openOffice, ourNumber } from '#test/office.ts'
import { freeSipPort } from '#test/udp-ports.ts'
import { waitUntil } from '#test/wait-until.ts'

const [customerHz, evaHz] = [1000, 1500]
let office: Office
let tlsPort: number
beforeAll(async () => {
  tlsPort = await freeSipPort('127.0.0.1')
  office = await openOffice({ settings: { SIP_TRANSPORTS: 'udp,tcp,tls', SIP_TLS_PORT: String(tlsPort) } })
})
afterAll(() => office[Symbol.asyncDispose]())

const phones = [
  {
    transport: 'udp',
    encryption: 'srtp',
    encrypted: false,
    address: '127.0.0.11',
    customers: '+42060000050',
  },
  {
    transport: 'tcp',
    encryption: 'srtp',
    encrypted: false,
    address: '127.0.0.12',
    customers: '+42060000051',
  },
  { transport: 'tls', encryption: 'srtp', encrypted: true, address: '127.0.0.13', customers: '+42060000052' },
  // It refuses keys on a plain line, and plain sound.
  {
    transport: 'tls',
    encryption: 'srtp-mand',
    encrypted: true,
    address: '127.0.0.14',
    customers: '+42060000053',
  },
  {
    transport: 'tls',
    encryption: 'none',
    encrypted: false,
    address: '127.0.0.15',
    customers: '+42060000054',
  },
] as const
// drachtio of these tests has no certificate, FreeSWITCH no keys yet.
const possible = phones.filter(
  ({ transport, encrypted }) =>
    !(transport === 'tls' && sipServerIsDrachtio) && !(encrypted && soundIsFreeswitch),
)

describe.each(possible)('over $transport, $encryption', (given) => {
  const { transport, encryption, encrypted, address, customers } = given
  let phone: Baresip
  beforeAll(async () => {
    phone = await openPhoneOfEva({ transport, encryption, address })
  })
  afterEach(() => office.quiet())
  afterAll(() => phone[Symbol.asyncDispose]())

  test('it is called, answers, holds and resumes; the customer hangs up', async () => {
    const { carrier } = office
    carrier.say(customerHz)
    await carrier.calls('caller-calls-obeys', { caller: `${customers}1`, called: ourNumber })
    await phone.accept()
    await bothHear(phone)
    expect(phone.count('CALL_MENC') > 0).toBe(encrypted)

    await phone.hold()
    await hearsMusic(carrier.sound, [customerHz, evaHz])
    await liveCall(office, 'held')
    await phone.resume()
    await bothHear(phone)
    await carrier.tell('HANGUP')
    await carrier.done()
    await phone.saw('CALL_CLOSED')

    await onlyTaskOf(office, `${customers}1`, 'closed')
  })

  test('it calls out, sends keys and hangs up', async () => {
    const { carrier } = office
    await carrier.awaits('callee-answers-obeys')
    carrier.say(customerHz)
    await phone.dial(`${customers}2`)
    await bothHear(phone)
    await phone.press('1')
    await waitUntil('a key came', () => carrier.sound.received.some((packet) => packet.payloadType === 101))
    await phone.hangUp()
    await carrier.done()

    await onlyTaskOf(office, `${customers}2`, 'closed')
  })
})

test('who wants SRTP but says so over UDP, where all could read the keys, is refused', async () => {
  await using phone = await openPhoneOfEva({
    transport: 'udp',
    encryption: 'srtp-mand',
    address: '127.0.0.16',
  })
  await phone.dial('+420600000551')

  expect((await phone.saw('CALL_CLOSED')).param).toContain('488')
  await office.quiet()
})

/** The only phone she has: another would ring along. */
async function openPhoneOfEva(given: {
  transport: 'udp' | 'tcp' | 'tls'
  encryption: 'none' | 'srtp' | 'srtp-mand'
  address: string
}): Promise<Baresip> {
  const { desk, evaId, appliance } = office
  for (const phone of await read(desk.api.phones.$get()))
    await read(desk.api.phones[':id'].$delete({ param: { id: phone.id } }))
  const port = given.transport === 'tls' ? tlsPort : appliance.sipPort
  return await openBaresip(desk, { ...given, server: `127.0.0.1:${port}`, userId: evaId, hz: evaHz })
}

async function bothHear(phone: Baresip): Promise<void> {
  await Promise.all([hearsTone(office.carrier.sound, evaHz), phone.hearsTone(customerHz)])
}
