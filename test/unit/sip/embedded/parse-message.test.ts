import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findHeader } from '#sip/embedded/header.ts'
import { MalformedMessage } from '#sip/embedded/malformed.ts'
import type { SipMessage } from '#sip/embedded/message.ts'
import { defaultLimits, parseMessage } from '#sip/embedded/parse-message.ts'
import { writeMessage } from '#sip/embedded/write-message.ts'
import { lines, requestText } from './sip-text.ts'

/** The fault that reading these bytes ends in. */
function faultOf(bytes: string | Buffer): MalformedMessage {
  try {
    parseMessage(bytes)
  } catch (fault) {
    if (fault instanceof MalformedMessage) return fault
    throw fault
  }
  throw new Error('the message was read')
}

const base = requestText()

describe('a message that is odd but right (after RFC 4475 §3.1.1)', () => {
  test('short names, blanks before the colon and folded lines are read as their long, straight forms', () => {
    const message = parseMessage(
      lines([
        'INVITE sip:bob@desk.acme.test;strange SIP/2.0',
        't :',
        ' sip:bob@desk.acme.test ;   tag    = b77',
        'f   : "Al \\\\\\""       <sip:alice@acme.test>',
        '  ;',
        '  tag = a77',
        'MaX-fOrWaRdS: 0068',
        'i: odd@192.0.2.1',
        'CSeq: 0009',
        '  INVITE',
        'v: SIP / 2.0',
        ' /UDP',
        '    192.0.2.2;branch=old',
        's :',
        'X-Unheard-Of:   one',
        ' two three',
      ]),
    )

    expect(findHeader(message, 'From')).toBe('"Al \\\\\\""       <sip:alice@acme.test> ; tag = a77')
    expect(findHeader(message, 'X-Unheard-Of')).toBe('one two three')
    expect(findHeader(message, 'Subject')).toBe('')
    expect(message.headers.map((header) => header.name)).toEqual(
      'To From Max-Forwards Call-ID CSeq Via Subject X-Unheard-Of'.split(' '),
    )
  })

  test.each([
    [
      'a method made of every token character',
      requestText({ method: "!interesting-Method0123456789_*+`.%indeed'~" }),
    ],
    ['a user with escaped characters', requestText({ uri: 'sip:sips%3Auser%40example.com@example.net' })],
    ['an escaped NUL in the user', requestText({ uri: 'sip:null-%00-null@example.com' })],
    ['a Request-URI of an unknown scheme', requestText({ uri: 'nobodyKnowsThisScheme:totallyopaque' })],
    ['UTF-8 in headers', requestText({ extra: ['Subject: Žluťoučký kůň ☎'] })],
    ['line breaks before the start line', `\r\n\r\n${base}`],
    ['bare line feeds', base.replaceAll('\r\n', '\n')],
    ['a header with no value', requestText({ extra: ['Supported:'] })],
    ['no tag in From, as RFC 2543 allowed', base.replace(';tag=alice1', '')],
  ])('%s is read', (_what, text) => {
    expect(parseMessage(text).kind).toBe('request')
  })

  test.each([
    ['SIP/2.0 200 ', ''],
    ['SIP/2.0 200', ''],
    ['SIP/2.0 603 Ne, děkuji', 'Ne, děkuji'],
  ])('status line "%s" is read', (line, reason) => {
    const message = parseMessage(base.replace(/^.*\r\n/, `${line}\r\n`))

    expect(message).toMatchObject({ kind: 'response', reason })
  })

  test('bytes after the body are left alone (RFC 3261 §18.3)', () => {
    expect(parseMessage(`${requestText({ body: 'v=0' })}INVITE sip:x`).body).toBe('v=0')
  })

  test('a body without Content-Length reaches to the end of the datagram', () => {
    expect(parseMessage(`${base.replace('Content-Length: 0\r\n', '')}v=0`).body).toBe('v=0')
  })

  test('Content-Length counts bytes, not characters', () => {
    expect(parseMessage(requestText({ body: 'žluť' })).body).toBe('žluť')
  })
})

describe('a message that is wrong (after RFC 4475 §3.1.2 and §3.3)', () => {
  test.each([
    [
      'a Content-Length larger than what came',
      base.replace('Content-Length: 0', 'Content-Length: 9999'),
      400,
    ],
    ['a negative Content-Length', base.replace('Content-Length: 0', 'Content-Length: -999'), 400],
    ['two Content-Lengths that differ', requestText({ extra: ['Content-Length: 5'] }), 400],
    ['a CSeq beyond 2**31', base.replace('CSeq: 1', 'CSeq: 36893488147419103232'), 400],
    ['a CSeq of another method', base.replace('1 INVITE', '1 OPTIONS'), 400],
    ['a Request-URI in angle brackets', requestText({ uri: '<sip:bob@192.0.2.9>' }), 400],
    ['blanks within the Request-URI', requestText({ uri: 'sip:bob@192.0.2.9; lr' }), 400],
    ['an unknown SIP version', base.replace('SIP/2.0', 'SIP/7.0'), 505],
    ['no Call-ID', base.replace(/Call-ID.*\r\n/, ''), 400],
    ['no From', base.replace(/From.*\r\n/, ''), 400],
    ['no Via', base.replace(/Via.*\r\n/, ''), 400],
    ['two From headers', requestText({ extra: ['From: <sip:eva@acme.test>;tag=2'] }), 400],
    ['a quote that never closes', base.replace('"Alice"', '"Alice'), 400],
    ['a bracket that never closes', base.replace('<sip:bob@acme.test>', '<sip:bob@acme.test'), 400],
    ['Max-Forwards beyond 255', base.replace('Max-Forwards: 70', 'Max-Forwards: 300'), 400],
    ['a Via of another protocol', base.replace('SIP/2.0/UDP', 'HTTP/1.1/UDP'), 400],
    ['a Via without a sender', base.replace('192.0.2.1:5060;', ';'), 400],
    ['a Via port beyond 65535', base.replace('192.0.2.1:5060', '192.0.2.1:70000'), 400],
    ['a NUL in a header', requestText({ extra: ['Subject: a\0b'] }), 400],
    ['a lone CR in a header', requestText({ extra: ['Subject: a\rContact: <sip:eva@192.0.2.66>'] }), 400],
    ['a header without a colon', requestText({ extra: ['Subject'] }), 400],
    ['a header name with a blank in it', requestText({ extra: ['Sub ject: x'] }), 400],
    ['a header that is too long', requestText({ extra: [`Subject: ${'x'.repeat(9_000)}`] }), 513],
    ['too many headers', requestText({ extra: Array.from({ length: 300 }, () => 'Route: <sip:a;lr>') }), 513],
    ['a message that is too large', requestText({ body: 'x'.repeat(70_000) }), 513],
  ])('%s is answered with its status', (_what, text, status) => {
    expect(faultOf(text).status).toBe(status)
  })

  test.each([
    ['the start line', base.replace('SIP/2.0', 'SIP/7.0')],
    ['the first header', base.replace('\r\n', '\r\nSub ject: x\r\n')],
    ['a header of 9,000 letters', base.replace('\r\n', `\r\nSubject: ${'x'.repeat(9_000)}\r\n`)],
    ['the body', requestText({ body: 'x'.repeat(70_000) })],
  ])('the headers needed for the answer are there when %s is wrong', (_what, text) => {
    const names = faultOf(text).headers.map((header) => header.name)

    expect(names).toEqual(expect.arrayContaining(['Via', 'From', 'To', 'Call-ID', 'CSeq']))
  })

  test.each([
    ['nothing', ''],
    ['line breaks only', '\r\n\r\n\r\n'],
    ['no end of headers', base.trimEnd()],
    ['one letter', 'x'],
    ['a broken response', base.replace(/^.*\r\n/, 'SIP/2.0 99999 Much too big\r\n')],
    ['a response without CSeq', base.replace(/^.*\r\n/, 'SIP/2.0 200 OK\r\n').replace(/CSeq.*\r\n/, '')],
    ['an ACK of another CSeq, because ACK is never answered', base.replace('INVITE sip', 'ACK sip')],
    ['an HTTP request', 'GET / HTTP/1.1\r\nHost: acme.test\r\n\r\n'],
    ['a TLS hello', Buffer.from('160301020001000001fc0303', 'hex')],
    ['bytes that are no UTF-8', Buffer.from('fffefdfc0d0a0d0a', 'hex')],
  ])('%s cannot be answered', (_what, bytes) => {
    const fault = faultOf(bytes)

    expect(fault.status === undefined || fault.headers.length < 5).toBe(true)
  })

  test('a fold that never ends stops at the limit instead of growing', () => {
    const text = requestText({ extra: [`Subject: x${'\r\n x'.repeat(20_000)}`] })

    expect(faultOf(text)).toMatchObject({ code: 'sip.oversized', status: 513 })
  })

  test('limits can be set tighter', () => {
    expect(() => parseMessage(base, { ...defaultLimits, maxHeaders: 3 })).toThrow(MalformedMessage)
  })
})

describe('reading what was written', () => {
  const token = fc.stringMatching(/^[A-Za-z0-9.!%*_+`'~-]{1,20}$/)
  const value = fc.stringMatching(/^[!-~ěščřž☎]([ -~ěščřž☎]{0,40}[!-~])?$/u)
  const unknown = token.map((name) => `X-${name}`)

  const message: fc.Arbitrary<SipMessage> = fc
    .record({
      method: token,
      callId: token,
      number: fc.nat(2 ** 31 - 1),
      others: fc.array(fc.record({ name: unknown, value }), { maxLength: 10 }),
      body: fc.string({ unit: 'binary', maxLength: 200 }).map((text) => text.toWellFormed()),
    })
    .map(({ method, callId, number, others, body }) => ({
      kind: 'request',
      method,
      uri: 'sip:bob@192.0.2.9',
      headers: [
        { name: 'Via', value: 'SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1' },
        { name: 'From', value: '<sip:alice@acme.test>;tag=1' },
        { name: 'To', value: '<sip:bob@acme.test>' },
        { name: 'Call-ID', value: callId },
        { name: 'CSeq', value: `${number} ${method}` },
        ...others,
      ],
      body,
    }))

  test('gives the same message, whatever its headers and body hold', () => {
    fc.assert(
      fc.property(message, (sent) => {
        const read = parseMessage(writeMessage(sent))
        const headers = read.headers.filter(({ name }) => name !== 'Content-Length')

        expect({ ...read, headers }).toEqual(sent)
      }),
    )
  })

  test('line breaks inside a value cannot become headers of their own', () => {
    const read = parseMessage(base)
    const evil = {
      ...read,
      headers: [...read.headers, { name: 'Subject', value: 'hi\r\nContact: <sip:eva@x>' }],
    }

    expect(findHeader(parseMessage(writeMessage(evil)), 'Contact')).toBeUndefined()
  })

  test('random bytes, and real messages with bytes changed, never end in anything but a message or a fault', () => {
    const mangled = fc
      .record({ at: fc.nat(base.length), cut: fc.nat(30), put: fc.string({ unit: 'binary', maxLength: 30 }) })
      .map(({ at, cut, put }) => base.slice(0, at) + put + base.slice(at + cut))
    fc.assert(
      fc.property(
        fc.oneof(
          mangled,
          fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
        ),
        (bytes) => {
          try {
            parseMessage(bytes)
          } catch (fault) {
            expect(fault).toBeInstanceOf(MalformedMessage)
          }
        },
      ),
      { numRuns: 2_000 },
    )
  })
})
