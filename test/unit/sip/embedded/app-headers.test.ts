import { expect, test } from 'vitest'
import { appHeaders, cancelHeaders, contentTypeFor } from '#sip/embedded/app-headers.ts'
import type { ListeningPoint } from '#sip/embedded/stack.ts'

const udp: ListeningPoint = { protocol: 'udp', address: '10.0.0.2', port: 5060, advertised: '203.0.113.5' }
const tcp: ListeningPoint = { protocol: 'tcp', address: '10.0.0.2', port: 5070 }

function named(pairs: readonly (readonly [string, string])[], local = udp) {
  return appHeaders(pairs, local).map(({ name, value }) => `${name}: ${value}`)
}

test('names are completed: known ones as the RFCs write them, others with capitals, X- as written', () => {
  const pairs = ['content-type', 'x-my-id', 'X-my-id', 'my-own-thing', 'rack'].map(
    (name): [string, string] => [name, '1'],
  )

  expect(named(pairs)).toEqual(['Content-Type: 1', 'x-my-id: 1', 'X-my-id: 1', 'My-Own-Thing: 1', 'RAck: 1'])
})

test('what the transaction or dialog owns is dropped, and so is what is no header name', () => {
  const pairs = ['via', 'Route', 'record-route', 'RSeq', 'content-length', 'bad name', ''].map(
    (name): [string, string] => [name, '1'],
  )

  expect(named(pairs)).toEqual([])
})

test('@localhost becomes the advertised address, only where an address stands', () => {
  expect(
    named([
      ['from', '"Eva" <sip:10@localhost>;tag=a'],
      ['contact', 'sip:10@localhost'],
      ['subject', 'me@localhost'],
      ['to', 'not <an address'],
    ]),
  ).toEqual([
    'From: "Eva" <sip:10@203.0.113.5:5060>;tag=a',
    'Contact: <sip:10@203.0.113.5:5060>',
    'Subject: me@localhost',
    'To: not <an address',
  ])
})

test('a Contact over TCP says so', () => {
  expect(named([['contact', '<sip:10@localhost>']], tcp)).toEqual([
    'Contact: <sip:10@10.0.0.2:5070;transport=tcp>',
  ])
})

test('a CANCEL may add headers, not change what identifies it', () => {
  const pairs = [
    ['reason', 'SIP;cause=200'],
    ['from', 'sip:a@b'],
    ['cseq', '1 CANCEL'],
    ['x-a', '1'],
  ] as const

  expect(cancelHeaders(pairs)).toEqual([
    ['Reason', 'SIP;cause=200'],
    ['x-a', '1'],
  ])
})

test('SDP is recognised, other bodies need a type of their own', () => {
  expect(contentTypeFor([], 'v=0\r\n')).toEqual([{ name: 'Content-Type', value: 'application/sdp' }])
  expect(contentTypeFor([], 'hello')).toEqual([])
  expect(contentTypeFor([{ name: 'Content-Type', value: 'text/plain' }], 'v=0')).toEqual([])
})
