// The message lamp (RFC 3842): how many messages wait for the person whose phone asks.
import type { EventPackage } from './event-package.ts'
import type { MessageSource, WaitingMessages } from './lamp.ts'

export function messageSummaryPackage(messages: MessageSource): EventPackage {
  return {
    name: 'message-summary',
    contentType: 'application/simple-message-summary',
    find: (phone, user) => {
      const { tenantId, userId } = phone
      const asked = user === phone.username || user === '' ? undefined : user
      // Nobody's phone has no messages, and nobody's but its own to ask for.
      const waiting = () => {
        if (userId !== null) return messages.waitingFor(tenantId, userId, asked)
        return asked === undefined ? none : undefined
      }
      if (waiting() === undefined) return 'not-yours'
      return {
        look: () => {
          const now = waiting()
          return (
            now && { key: `${now.unheard}/${now.heard}`, write: ({ entity }) => messageSummary(now, entity) }
          )
        },
      }
    },
  }
}

const none: WaitingMessages = { unheard: 0, heard: 0 }

export function messageSummary({ unheard, heard }: WaitingMessages, account: string): string {
  return [
    `Messages-Waiting: ${unheard > 0 ? 'yes' : 'no'}`,
    `Message-Account: ${account}`,
    `Voice-Message: ${unheard}/${heard} (0/0)`,
    '',
  ].join('\r\n')
}
