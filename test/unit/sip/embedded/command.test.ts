import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseCommand, requestLineOf, statusOf } from '#sip/embedded/command.ts'
import { MalformedMessage } from '#sip/embedded/malformed.ts'

test('a request of an application', () => {
  const command = parseCommand(
    'id|sip|||sip:192.0.2.1;transport=tcp\r\nINVITE sip:bob@acme SIP/2.0\r\nsubject: a: b\r\nX-A:1\r\n\r\nbody\r\n\r\nmore',
  )

  expect(command).toEqual({
    id: 'id',
    kind: 'sip',
    transactionId: '',
    dialogId: '',
    nextHop: 'sip:192.0.2.1;transport=tcp',
    message: {
      startLine: 'INVITE sip:bob@acme SIP/2.0',
      headers: [
        ['subject', 'a: b'],
        ['X-A', '1'],
      ],
      body: 'body\r\n\r\nmore',
    },
  })
})

test('a proxy command', () => {
  const command = parseCommand(
    'id|proxy|t1|remainInDialog|fullResponse|followRedirects|simultaneous|2s|1500ms|sip:a|sip:b\r\nINVITE sip:a SIP/2.0\r\nX-A: 1\r\n\r\n',
  )

  expect(command).toMatchObject({
    kind: 'proxy',
    transactionId: 't1',
    recordRoute: true,
    fullResponse: true,
    followRedirects: true,
    simultaneous: true,
    provisionalTimeoutMs: 2_000,
    finalTimeoutMs: 1_500,
    destinations: ['sip:a', 'sip:b'],
    headers: [['X-A', '1']],
  })
})

test.each([
  ['id|ping', { kind: 'ping' }],
  ['id|authenticate|se,cret|a,b', { kind: 'authenticate', secret: 'se,cret', tags: ['a', 'b'] }],
  ['id|authenticate|s', { kind: 'authenticate', secret: 's', tags: [] }],
  ['id|route|INVITE', { kind: 'route', verb: 'invite' }],
  ['id|remove_route|invite', { kind: 'removeRoute', verb: 'invite' }],
  ['id|dance', { kind: 'unknown', word: 'dance' }],
])('%s', (frame, command) => {
  expect(parseCommand(frame)).toEqual({ id: 'id', ...command })
})

test.each(['', 'id', '|ping', 'hello world'])('%j is no command', (frame) => {
  expect(() => parseCommand(frame)).toThrow(MalformedMessage)
})

test('any text is a command or a MalformedMessage', () => {
  fc.assert(
    fc.property(fc.string(), fc.constantFrom('sip', 'proxy', 'route', 'authenticate'), (text, word) => {
      for (const frame of [text, `id|${word}|${text}`, `id|${word}||\r\n${text}`]) {
        try {
          parseCommand(frame)
        } catch (err) {
          expect(err).toBeInstanceOf(MalformedMessage)
        }
      }
    }),
  )
})

describe('start lines', () => {
  const message = (startLine: string) => ({ startLine, headers: [], body: '' })

  test.each([
    ['SIP/2.0 200 OK', { status: 200, reason: 'OK' }],
    ['SIP/2.0 183', { status: 183, reason: '' }],
    ['SIP/2.0 99 Low', undefined],
    ['SIP/2.0 700 High', undefined],
    ['SIP/2.0 abc', undefined],
    ['INVITE sip:a SIP/2.0', undefined],
  ])('%s', (line, status) => {
    expect(statusOf(message(line))).toEqual(status)
  })

  test.each([
    'INVITE',
    'INVITE sip:a',
    'invite sip:a SIP/2.0',
    'INVITE  SIP/2.0',
    'INVITE sip:a SIP/3.0',
    '',
  ])('%j is no request line', (line) => {
    expect(() => requestLineOf(message(line))).toThrow(MalformedMessage)
  })
})
