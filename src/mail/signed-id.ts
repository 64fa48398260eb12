// Our own Message-IDs (M2): they carry the conversation and a keyed hash, so a reply finds home and a forged one does not.
import { createHmac } from 'node:crypto'
import { sameSecret } from '#lib/secret.ts'

/** `<cb.CONVERSATION.MAIL.HASH@domain>`; ids are UUIDs. */
const pattern = /^<cb\.([0-9a-f-]{36})\.([0-9a-f-]{36})\.([0-9a-f]{16})@[^<>\s]+>$/i

export function signedMessageId(
  key: string,
  ids: { conversationId: string; mailId: string; domain: string },
): string {
  return `<cb.${ids.conversationId}.${ids.mailId}.${hash(key, ids.conversationId, ids.mailId)}@${ids.domain}>`
}

/** The conversation a Message-ID of ours belongs to; undefined for foreign and forged ones. */
export function conversationOfId(key: string, messageId: string): string | undefined {
  const [, conversationId, mailId, signature] = pattern.exec(messageId) ?? []
  if (conversationId === undefined || mailId === undefined || signature === undefined) return undefined
  const genuine = sameSecret(
    signature.toLowerCase(),
    hash(key, conversationId.toLowerCase(), mailId.toLowerCase()),
  )
  return genuine ? conversationId.toLowerCase() : undefined
}

function hash(key: string, conversationId: string, mailId: string): string {
  return createHmac('sha256', key).update(`${conversationId}.${mailId}`).digest('hex').slice(0, 16)
}
