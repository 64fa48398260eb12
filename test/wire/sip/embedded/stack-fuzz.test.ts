import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Log } from '#lib/log.ts'
import { openLog } from '#lib/log.ts'
import { waitUntil } from '#test/wait-until.ts'
import {
  answerAll,
  connectTcp,
  openStack,
  openUdpPeer,
  portOf,
  requestText,
  responseText,
} from './far-ends.ts'

/** A log that keeps what a callback threw: nothing may get that far. */
function watchfulLog(): { log: Log; errors: unknown[] } {
  const errors: unknown[] = []
  const silent = openLog({ level: 'silent' })
  const log: Log = { ...silent, error: (fields) => errors.push(fields), with: () => log }
  return { log, errors }
}

const methods = ['INVITE', 'ACK', 'BYE', 'CANCEL', 'OPTIONS', 'REGISTER', 'PRACK', 'X']

/** Messages that were right until some of their bytes were cut out or replaced. */
function mangled(via: string): fc.Arbitrary<Buffer> {
  const whole = fc.constantFrom(...methods).chain((method) => {
    const text = requestText(method, via)
    return fc.constantFrom(text, responseText(text, 180), responseText(text, 200), responseText(text, 503))
  })
  const change = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    cut: fc.nat(12),
    put: fc.oneof(
      fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes)),
      fc.constantFrom(
        ...['\r\n', '\r\n\r\n', ';', ',', '"', '<', '>', '%', ':', '=', '0', '@', '\0'].map((it) =>
          Buffer.from(it),
        ),
      ),
    ),
  })
  return fc.tuple(whole, fc.array(change, { maxLength: 4 })).map(([text, changes]) =>
    changes.reduce((bytes, { at, cut, put }) => {
      const from = Math.floor(at * bytes.length)
      return Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(from + cut)])
    }, Buffer.from(text)),
  )
}

test('three thousand broken datagrams leave the stack answering, and no callback throwing', async () => {
  const { log, errors } = watchfulLog()
  await using bob = await openStack({ log })
  await using eva = await openUdpPeer()
  answerAll(bob)
  const port = portOf(bob, 'udp')
  const messages = fc.sample(mangled(`UDP 127.0.0.1:${eva.port}`), 3_000)

  for (const [index, bytes] of messages.entries()) {
    eva.sendTo(port, bytes)
    // In step with the stack, so that no socket buffer loses what it should have read.
    if (index % 50 === 49) await waitUntil('reception', () => bob.counters.received >= index - 100)
  }
  eva.sendTo(
    port,
    requestText('OPTIONS', `UDP 127.0.0.1:${eva.port}`, (text) =>
      text.replace(/^Call-ID.*$/m, 'Call-ID: last'),
    ),
  )
  await waitUntil('an answer', () => eva.received.some((text) => text.includes('Call-ID: last')))

  expect(errors).toEqual([])
  expect(bob.counters.malformed).toBeGreaterThan(100)
  await waitUntil('every transaction to end', () => bob.counters.serverTransactions === 0)
})

test('broken streams end their own connection, not the others', async () => {
  const { log, errors } = watchfulLog()
  await using bob = await openStack({ log })
  answerAll(bob)
  await using alice = await connectTcp(portOf(bob, 'tcp'))

  for (const bytes of fc.sample(mangled('TCP 127.0.0.1:9'), 100)) {
    await using eva = await connectTcp(portOf(bob, 'tcp'))
    eva.write(bytes.toString('latin1'))
    eva.write(requestText('OPTIONS', 'TCP 127.0.0.1:9'))
  }
  alice.write(requestText('OPTIONS', `TCP 127.0.0.1:${alice.port}`))
  await alice.heard('200')

  expect(errors).toEqual([])
  await waitUntil('their connections to be gone', () => bob.counters.connections === 1)
})
