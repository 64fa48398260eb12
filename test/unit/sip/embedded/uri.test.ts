import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MalformedMessage } from '#sip/embedded/malformed.ts'
import { findParam, parseParams } from '#sip/embedded/params.ts'
import {
  escapeUser,
  formatUri,
  hostPort,
  parseHostPort,
  parseUri,
  sipUri,
  unescapeUser,
} from '#sip/embedded/uri.ts'

describe('a URI', () => {
  test.each([
    'sip:bob@192.0.2.9',
    'sip:bob@[2001:db8::9]:5062;transport=tcp',
    'sips:%2B420123@acme.test:5061;user=phone',
    'sip:192.0.2.9;lr',
    'sip:user;par=u%40example.net@example.com',
    "sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com",
    'sip:bob:secret@acme.test;ttl=15?Subject=hi&Priority=urgent',
    'tel:+420-123-456;phone-context=acme.test',
    'urn:service:sos',
    'nobodyKnowsThisScheme:totallyopaque',
  ])('%s is written as it was read', (text) => {
    expect(formatUri(parseUri(text))).toBe(text)
  })

  test('the parts of a full one', () => {
    expect(parseUri('sip:bob:pw@[::1]:5062;transport=tcp;lr?a=b')).toEqual({
      scheme: 'sip',
      user: 'bob',
      password: 'pw',
      host: '::1',
      port: 5062,
      params: [{ name: 'transport', value: 'tcp' }, { name: 'lr' }],
      headers: 'a=b',
    })
  })

  test('semicolons and question marks before the @ belong to the user', () => {
    expect(sipUri('sip:user;a=b?c@acme.test')).toMatchObject({
      user: 'user;a=b?c',
      host: 'acme.test',
      params: [],
    })
  })

  test('an @ in the headers does not move the host', () => {
    expect(sipUri('sip:bob@acme.test?Refer-To=eva@evil.test')).toMatchObject({
      host: 'acme.test',
      user: 'bob',
    })
  })

  test.each([
    '',
    'bob',
    ':bob',
    'sip:',
    'sip:@acme.test',
    'sip:bob@',
    'sip:bob@acme.test:0',
    'sip:bob@acme.test:99999',
    'sip:bob@acme.test:5060x',
    'sip:bob@[::1',
    'sip:bob@[::1]x',
    'sip:bob@[acme]',
    'sip:bob@ac me',
    'sip:bob@a<b',
    'sip:%zz@acme.test',
    'sip:bob%4@acme.test',
    'sip:bob@acme.test\r\nEvil: 1',
    'tel:',
    'mailto:',
  ])('"%s" is none', (text) => {
    expect(() => parseUri(text)).toThrow(MalformedMessage)
  })

  test('a user may be any text once escaped', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1 }).map((text) => text.toWellFormed()),
        (user) => {
          const read = sipUri(`sip:${escapeUser(user)}@acme.test`)

          expect(read?.host).toBe('acme.test')
          expect(unescapeUser(read?.user ?? '')).toBe(user)
        },
      ),
    )
  })

  test('an escape that is no UTF-8 leaves the user as it stood', () => {
    expect(unescapeUser('a%ff')).toBe('a%ff')
  })

  test('host and port survive writing and reading, IPv6 with brackets', () => {
    expect(hostPort('2001:db8::1', 5060)).toBe('[2001:db8::1]:5060')
    expect(parseHostPort('[2001:db8::1]:5060')).toEqual({ host: '2001:db8::1', port: 5060 })
    expect(parseHostPort('acme.test')).toEqual({ host: 'acme.test' })
  })
})

describe('parameters', () => {
  test('a semicolon in quotes separates nothing, names know no case, blanks around = go', () => {
    const params = parseParams(';a="x;y";B = 2;flag;;')

    expect(findParam(params, 'A')).toBe('"x;y"')
    expect(findParam(params, 'b')).toBe('2')
    expect(findParam(params, 'flag')).toBe('')
    expect(findParam(params, 'none')).toBeUndefined()
  })
})
