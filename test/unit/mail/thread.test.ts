import { expect, test } from 'vitest'
import { conversationOfId, signedMessageId } from '#mail/signed-id.ts'
import { findHome } from '#mail/thread.ts'

const conversationId = '01890000-0000-7000-8000-000000000001'
const mailId = '01890000-0000-7000-8000-000000000002'
const key = 'a key'
const ours = signedMessageId(key, { conversationId, mailId, domain: 'acme.example' })
const lookups = {
  key,
  conversationExists: (id: string) => id === conversationId,
  conversationOf: (messageId: string) => ({ '<near@x>': 'near', '<far@x>': 'far' })[messageId],
}

test('M3: an id of ours says its conversation; a forged or foreign one says nothing', () => {
  expect(conversationOfId(key, ours)).toBe(conversationId)
  expect(conversationOfId('another key', ours)).toBeUndefined()
  expect(conversationOfId(key, ours.replace(mailId, conversationId))).toBeUndefined()
  expect(conversationOfId(key, '<1@example.com>')).toBeUndefined()
})

test.each([
  ['our id in In-Reply-To', { inReplyTo: ours, references: [] }, { conversationId, by: 'in-reply-to' }],
  [
    'our id among References, before a known foreign parent',
    { inReplyTo: '<near@x>', references: [ours] },
    { conversationId, by: 'references' },
  ],
  [
    'the nearest known parent',
    { inReplyTo: null, references: ['<far@x>', '<near@x>', '<unknown@x>'] },
    { conversationId: 'near', by: 'references' },
  ],
  ['nothing known', { inReplyTo: '<unknown@x>', references: [] }, { conversationId: undefined, by: 'new' }],
])('M3: %s decides', (_what, mail, home) => {
  expect(findHome(mail, lookups)).toEqual(home)
})
