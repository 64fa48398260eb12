// Which outgoing legs go over TLS, as far as the first hop.
import { expect, test } from 'vitest'
import { isSecure } from '#sip/dial-place.ts'

test.each([
  ['sip:eva@192.0.2.7:5060', undefined, false],
  ['sip:eva@192.0.2.7:5061;transport=tcp', undefined, false],
  ['sip:eva@192.0.2.7:5061;transport=tls', undefined, true],
  ['sip:eva@192.0.2.7;ob;transport=TLS', undefined, true],
  ['sips:eva@acme.example', undefined, true],
  ['sip:+420@acme.example', 'sip:proxy.acme.example;transport=tls', true],
  ['sip:+420@acme.example;transport=tls', 'sip:proxy.acme.example', false],
  ['tel:+420', undefined, false],
])('%s by way of %s: %s', (uri, proxy, secure) => {
  expect(isSecure({ uri, ...(proxy === undefined ? {} : { proxy }) })).toBe(secure)
})
