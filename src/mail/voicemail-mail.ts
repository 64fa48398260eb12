// A message somebody left is mailed to whom the plan names, with its sound, from the company's first mailbox (C9).
import { findCallParty } from '#calls/call-store.ts'
import { readCallFact } from '#calls/facts.ts'
import type { Clock } from '#lib/clock.ts'
import { messageOf } from '#lib/errors.ts'
import { guard } from '#lib/guard.ts'
import type { Log } from '#lib/log.ts'
import { readFarSide } from '#media/one-side.ts'
import { recordingPath } from '#media/recordings.ts'
import { showPhoneNumber } from '#people/phone-number.ts'
import { type Follower, followFacts } from '#store/facts.ts'
import type { Tenant } from '#store/store.ts'
import type { Notice, Outbox } from './outbox.ts'

/** Ten minutes of speech; mail servers take 20 to 25 MB, and base64 makes four bytes of three. */
const maxSoundBytes = 10_000_000

interface Message {
  readonly callId: string
  readonly recordingId: string
  readonly at: number
  readonly durationMs: number
  readonly mailTo: readonly string[]
}

export function mailVoicemails(options: {
  readonly tenant: Tenant
  readonly outbox: Pick<Outbox, 'notice'>
  readonly clock: Clock
  readonly log: Log
}): Follower {
  const { tenant, outbox, clock, log } = options
  return followFacts({
    db: tenant.db,
    name: 'voicemail-mail',
    clock,
    log,
    // Messages of before this was there are no news.
    from: 'newest',
    kinds: ['recording-ready'],
    handle: (fact) => {
      const told = readCallFact(fact)
      if (told?.kind !== 'recording-ready' || !told.body.voicemail) return
      const { voicemail, ...message } = told.body
      if (voicemail.mailTo.length === 0) return
      tenant.db.afterCommit(
        guard(log, 'voicemail mail', async () => {
          const sent = await outbox.notice(await noticeOf(tenant, { ...message, ...voicemail }, log))
          if (!sent) log.warn({ callId: message.callId }, 'no mailbox to mail a voicemail from')
        }),
      )
    },
  })
}

async function noticeOf(tenant: Tenant, message: Message, log: Log): Promise<Notice> {
  const { country, timeZone } = tenant
  const call = findCallParty(tenant.db, message.callId)
  const number = call?.partyNumber && showPhoneNumber(call.partyNumber, country)
  const who = [call?.partyName, number].filter((word) => word && word !== '').join(', ')
  const from = who === '' ? 'a withheld number' : who
  const when = new Date(message.at).toLocaleString('en-GB', { timeZone, timeZoneName: 'short' })
  const seconds = Math.round(message.durationMs / 1000)
  const lines = [
    `From: ${from}`,
    ...(call?.number ? [`To: ${showPhoneNumber(call.number, country)}`] : []),
    `Left: ${when}`,
    `Length: ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`,
  ]
  const sound = await soundOf(tenant, message, log)
  const text = sound
    ? [...lines, '', 'The message is attached, and on the task of the call.']
    : [...lines, '', 'Listen to it on the task of the call: it is too long to be mailed.']
  return {
    to: message.mailTo,
    subject: `Voicemail from ${from}`,
    text: `${text.join('\n')}\n`,
    ...(sound
      ? {
          attachments: [
            { name: `voicemail-${when.replace(/[^\d]+/g, '-')}.wav`, type: 'audio/wav', content: sound },
          ],
        }
      : {}),
  }
}

/** undefined: the mail goes without it. */
async function soundOf(tenant: Tenant, { recordingId }: Message, log: Log): Promise<Buffer | undefined> {
  try {
    return await readFarSide(recordingPath(tenant.folder, recordingId), maxSoundBytes)
  } catch (err) {
    log.warn({ recording: recordingId, reason: messageOf(err) }, 'a voicemail is mailed without its sound')
    return undefined
  }
}
