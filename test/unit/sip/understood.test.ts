import { describe, expect, test } from 'vitest'
import { notUnderstood, sdpIn } from '#sip/understood.ts'
import { fakeRequest } from './fake-request.ts'

const sdp = 'v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\n'
const sdpType = { 'Content-Type': 'application/sdp' }

describe('an INVITE is refused in the words of the RFC (after RFC 4475 §3.3)', () => {
  test.each([
    ['unkscm', { uri: 'nobodyknows:totallyopaque' }, 416, {}],
    ['novelsc', { uri: 'soap.beep://192.0.2.103:3002' }, 416, {}],
    ['bext01', { headers: { Require: 'timer, nothing, other' } }, 420, { Unsupported: 'nothing, other' }],
    [
      'invut',
      { body: '<audio>', headers: { 'Content-Type': 'application/unheardof' } },
      415,
      { Accept: 'application/sdp' },
    ],
    ['sdp01', { body: sdp, headers: { ...sdpType, Accept: 'text/unheardof' } }, 406, {}],
    [
      'a packed body',
      { body: 'x', headers: { ...sdpType, 'Content-Encoding': 'gzip' } },
      415,
      { 'Accept-Encoding': 'identity' },
    ],
  ])('%s', (_name, given, status, headers) => {
    expect(notUnderstood(fakeRequest(given))).toEqual({ status, headers })
  })
})

test.each([
  ['nothing special', {}],
  ['extensions we have', { headers: { Require: '100rel,timer , Replaces' } }],
  ['an Accept of everything', { body: sdp, headers: { ...sdpType, Accept: 'text/plain, */*;q=0.1' } }],
  ['an emergency service', { uri: 'urn:service:sos.fire' }],
  ['a number', { uri: 'tel:+420123456789' }],
])('an INVITE with %s is taken', (_what, given) => {
  expect(notUnderstood(fakeRequest(given))).toBeUndefined()
})

test('a session description among other parts is found (mpart01)', () => {
  const body = `--b 1\r\nContent-Type: text/plain\r\n\r\nhi\r\n--b 1\r\ncontent-type: application/sdp\r\nX: y\r\n\r\n${sdp}--b 1--\r\n`
  const headers = { 'Content-Type': 'multipart/mixed; x=y; boundary="b 1"' }

  expect(sdpIn(fakeRequest({ body, headers }))).toBe(sdp)
  expect(notUnderstood(fakeRequest({ body, headers }))).toBeUndefined()
})

test.each(['multipart/mixed', 'multipart/mixed;boundary=', 'multipart/mixed;boundary=none', 'x'])(
  'a body of %s without one is 415',
  (type) => {
    expect(
      notUnderstood(fakeRequest({ body: '--a\r\n\r\n', headers: { 'Content-Type': type } }))?.status,
    ).toBe(415)
  },
)
