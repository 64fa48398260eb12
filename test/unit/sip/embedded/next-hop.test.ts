import { describe, expect, test } from 'vitest'
import { CordboardError } from '#lib/errors.ts'
import { allValues } from '#sip/embedded/header.ts'
import { routeRequest } from '#sip/embedded/next-hop.ts'
import { request } from './sip-text.ts'

const hopTo = (uri: string, ...extra: string[]) => routeRequest(request({ uri, extra })).hop

describe('without a Route, the Request-URI says where', () => {
  test.each([
    ['sip:bob@192.0.2.9', 'udp 192.0.2.9 5060'],
    ['sip:bob@acme.test:5070', 'udp acme.test 5070'],
    ['sip:bob@[2001:db8::9];transport=TCP', 'tcp 2001:db8::9 5060'],
    ['sips:bob@192.0.2.9', 'tls 192.0.2.9 5061'],
    ['sips:bob@192.0.2.9;transport=tcp', 'tls 192.0.2.9 5061'],
    ['sip:bob@192.0.2.9;transport=tls', 'tls 192.0.2.9 5061'],
    ['sip:bob@acme.test;maddr=192.0.2.7', 'udp 192.0.2.7 5060'],
    ['sip:bob@acme.test;maddr=', 'udp acme.test 5060'],
  ])('%s', (uri, expected) => {
    const { protocol, host, port } = hopTo(uri)

    expect(`${protocol} ${host} ${port}`).toBe(expected)
  })

  test('a transport that is named is not changed later', () => {
    expect(hopTo('sip:bob@192.0.2.9;transport=udp').fixed).toBe(true)
    expect(hopTo('sip:bob@192.0.2.9').fixed).toBe(false)
  })

  test.each([
    ['tel:+420123456789', 'sip.no-route'],
    ['urn:service:sos', 'sip.no-route'],
    ['sip:bob@192.0.2.9;transport=ws', 'sip.no-transport'],
    ['sips:bob@192.0.2.9;transport=udp', 'sip.no-transport'],
    ['sip:', 'sip.malformed'],
  ])('%s leads nowhere', (uri, code) => {
    expect(() => hopTo(uri)).toThrow(expect.objectContaining({ code }))
    expect(() => hopTo(uri)).toThrow(CordboardError)
  })
})

describe('the first Route decides', () => {
  test('as it stands when it is a loose router', () => {
    const routed = request({
      uri: 'tel:+420123',
      extra: ['Route: <sip:192.0.2.7:5071;transport=tcp;lr>, <sip:b;lr>'],
    })

    const sent = routeRequest(routed)

    expect(sent.hop).toEqual({
      protocol: 'tcp',
      host: '192.0.2.7',
      port: 5071,
      portGiven: true,
      secure: false,
      fixed: true,
    })
    expect(sent.request).toBe(routed)
  })

  test('and takes the Request-URI’s place when it is a strict one (RFC 3261 §12.2.1.1)', () => {
    const routed = request({
      uri: 'sip:bob@192.0.2.9',
      extra: ['Route: <sip:192.0.2.7;method=INVITE?a=b>, <sip:192.0.2.8;lr>'],
    })

    const sent = routeRequest(routed)

    expect(sent.request.uri).toBe('sip:192.0.2.7')
    expect(allValues(sent.request, 'Route')).toEqual(['<sip:192.0.2.8;lr>', '<sip:bob@192.0.2.9>'])
    expect(sent.hop.host).toBe('192.0.2.7')
  })
})
