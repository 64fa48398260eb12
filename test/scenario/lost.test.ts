// Lost messages: whichever one the network eats, the call comes about, ends on both sides and leaves one task.
import { afterAll, afterEach, beforeAll, test } from 'vitest'
import { liveCall, type Office, onlyTaskOf, openOffice, ourNumber } from '#test/office.ts'
import type { Side } from '#test/sip-edge.ts'

let office: Office
beforeAll(async () => {
  office = await openOffice()
})
afterEach(() => office.quiet())
afterAll(() => office[Symbol.asyncDispose]())

interface Loss {
  readonly where: 'carrier' | 'phone'
  readonly from: Side
  readonly what: string
  readonly hangsUp: 'carrier' | 'phone'
  /** What must be seen twice for the loss to be made good; a lost provisional answer need not come again. */
  readonly again?: readonly [Side, string]
}

const losses: readonly Loss[] = [
  { where: 'carrier', from: 'sipp', what: 'INVITE', hangsUp: 'carrier', again: ['sipp', 'INVITE'] },
  { where: 'carrier', from: 'program', what: '100', hangsUp: 'carrier' },
  {
    where: 'carrier',
    from: 'program',
    what: '200 INVITE',
    hangsUp: 'carrier',
    again: ['program', '200 INVITE'],
  },
  { where: 'carrier', from: 'sipp', what: 'ACK', hangsUp: 'carrier', again: ['program', '200 INVITE'] },
  { where: 'carrier', from: 'sipp', what: 'BYE', hangsUp: 'carrier', again: ['sipp', 'BYE'] },
  { where: 'carrier', from: 'program', what: '200 BYE', hangsUp: 'carrier', again: ['sipp', 'BYE'] },
  { where: 'carrier', from: 'program', what: 'BYE', hangsUp: 'phone', again: ['program', 'BYE'] },
  { where: 'phone', from: 'program', what: 'INVITE', hangsUp: 'phone', again: ['program', 'INVITE'] },
  { where: 'phone', from: 'sipp', what: '100', hangsUp: 'phone' },
  { where: 'phone', from: 'sipp', what: '180', hangsUp: 'phone' },
  { where: 'phone', from: 'sipp', what: '200 INVITE', hangsUp: 'phone', again: ['sipp', '200 INVITE'] },
  { where: 'phone', from: 'program', what: 'ACK', hangsUp: 'phone', again: ['program', 'ACK'] },
  { where: 'phone', from: 'sipp', what: 'BYE', hangsUp: 'phone', again: ['sipp', 'BYE'] },
  { where: 'phone', from: 'program', what: 'BYE', hangsUp: 'carrier', again: ['program', 'BYE'] },
  { where: 'phone', from: 'sipp', what: '200 BYE', hangsUp: 'carrier', again: ['program', 'BYE'] },
]

test.each(losses.map((loss, index) => ({ ...loss, caller: `+4206000003${index + 10}` })))(
  'inbound: a lost $what of the $from at the $where is made good',
  async (loss) => {
    const { carrier, phone } = office
    const { edge } = office[loss.where]
    edge.lose(loss.from, loss.what)
    await phone.awaits('callee-answers-obeys')
    await carrier.calls('caller-calls-obeys', { caller: loss.caller, called: ourNumber })
    await Promise.all([carrier.edge.acknowledged(), phone.edge.acknowledged()])
    await liveCall(office, 'talking')
    await office[loss.hangsUp].tell('HANGUP')
    await Promise.all([carrier.done(), phone.done()])

    if (loss.again) await edge.saw(...loss.again, { nth: 2 })
    await onlyTaskOf(office, loss.caller, 'closed')
  },
)

const outbound: readonly Loss[] = [
  { where: 'phone', from: 'program', what: '407', hangsUp: 'phone', again: ['sipp', 'INVITE'] },
  { where: 'carrier', from: 'program', what: 'INVITE', hangsUp: 'phone', again: ['program', 'INVITE'] },
  { where: 'carrier', from: 'sipp', what: '100', hangsUp: 'phone' },
  { where: 'carrier', from: 'sipp', what: '180', hangsUp: 'phone' },
  { where: 'carrier', from: 'sipp', what: '200 INVITE', hangsUp: 'phone', again: ['sipp', '200 INVITE'] },
  { where: 'carrier', from: 'program', what: 'ACK', hangsUp: 'phone', again: ['program', 'ACK'] },
  { where: 'carrier', from: 'program', what: 'BYE', hangsUp: 'phone', again: ['program', 'BYE'] },
]

test.each(outbound.map((loss, index) => ({ ...loss, called: `+4206000003${index + 40}` })))(
  'outbound: a lost $what of the $from at the $where is made good',
  async (loss) => {
    const { carrier, phone } = office
    const { edge } = office[loss.where]
    edge.lose(loss.from, loss.what)
    await carrier.awaits('callee-answers-obeys')
    await phone.calls('phone-calls-obeys', { called: loss.called })
    await liveCall(office, 'talking')
    await Promise.all([carrier.edge.acknowledged(), phone.edge.acknowledged()])
    await office[loss.hangsUp].tell('HANGUP')
    await Promise.all([carrier.done(), phone.done()])

    if (loss.again) await edge.saw(...loss.again, { nth: 2 })
    await onlyTaskOf(office, loss.called, 'closed')
  },
)
