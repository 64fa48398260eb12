import { expect, test } from 'vitest'
import { classify } from '#mail/classify.ts'

const from = (address: string) => ({ from: { address }, contentType: 'text/plain', automaticHeaders: {} })
const withHeader = (name: string, value: string) => ({
  ...from('alice@example.com'),
  automaticHeaders: { [name]: value },
})

test.each([
  ['a plain mail', from('alice@example.com'), 'human'],
  [
    'an out-of-office note (RFC 3834 §5)',
    withHeader('auto-submitted', 'auto-replied; owner=alice'),
    'auto-reply',
  ],
  ['a mail that says it is not automatic', withHeader('auto-submitted', 'No'), 'human'],
  ['a mail with a null return path', withHeader('return-path', '<>'), 'auto-reply'],
  ['a mail that only asks for no automatic answer', withHeader('x-auto-response-suppress', 'All'), 'human'],
  ['a newsletter', withHeader('precedence', 'bulk'), 'bulk'],
  ['a mailing list', withHeader('list-id', '<users.example.com>'), 'bulk'],
  [
    'a delivery report (RFC 3464 §2)',
    { ...from('x@y.z'), contentType: 'multipart/report; report-type=delivery-status' },
    'bounce',
  ],
  ['the mail system itself', from('mailer-daemon@example.com'), 'bounce'],
])('M4: %s is told apart', (_what, mail, expected) => {
  expect(classify(mail)).toBe(expected)
})
