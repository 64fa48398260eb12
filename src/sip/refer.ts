// REFER (RFC 3515) as a leg event: Refer-To with Replaces read, 202, and NOTIFYs with sipfrag bodies.
import { messageOf } from '#lib/errors.ts'
import type { Log } from '#lib/log.ts'
import { parseNameAddr } from '#sip/embedded/name-addr.ts'
import { formatUri, sipUri } from '#sip/embedded/uri.ts'
import type { LegEvent } from './leg.ts'
import type { Dialog, ReceivedRequest } from './sip-server.ts'

type ReferEvent = Extract<LegEvent, { kind: 'refer' }>
type Replaces = ReferEvent['replaces']

/** The event for `request`, or undefined when Refer-To cannot be used (400 was answered then). */
export function referEvent(request: ReceivedRequest, dialog: Dialog, log: Log): ReferEvent | undefined {
  const target = readReferTo(request.header('Refer-To') ?? '')
  if (!target) {
    request.reply(400, { reason: 'Bad Refer-To' })
    return undefined
  }
  // RFC 3515 §2.4.6: several REFERs in one dialog are told apart by the id, the CSeq of each.
  const event = `refer;id=${request.cseq}`
  let finalSent = false
  return {
    kind: 'refer',
    ...target,
    accept: () => request.reply(202),
    refuse: (status) => request.reply(status),
    notify: async (status, reason) => {
      if (finalSent) return
      finalSent = status >= 200
      const sending = dialog.request({
        method: 'NOTIFY',
        headers: {
          Event: event,
          'Subscription-State': finalSent ? 'terminated;reason=noresource' : 'active;expires=60',
          'Content-Type': 'message/sipfrag;version=2.0',
        },
        body: `SIP/2.0 ${status} ${reason}\r\n`,
      })
      await sending.final.catch((err: unknown) => {
        log.debug({ reason: messageOf(err) }, 'a NOTIFY for REFER was not sent')
      })
    },
  }
}

/** Reads Refer-To; `Replaces` (RFC 3891) is taken out of the URI's headers. */
export function readReferTo(
  value: string,
): { readonly referTo: string; readonly replaces: Replaces } | undefined {
  try {
    const uri = sipUri(parseNameAddr(value).uri)
    if (!uri) return { referTo: parseNameAddr(value).uri, replaces: undefined }
    const { headers = '', ...target } = uri
    const found = headers.split('&').find((header) => /^replaces=/i.test(header))
    return {
      referTo: formatUri(target),
      replaces:
        found === undefined ? undefined : readReplaces(decodeURIComponent(found.slice('replaces='.length))),
    }
  } catch {
    return undefined
  }
}

/** `call-id;to-tag=a;from-tag=b`. */
export function readReplaces(value: string): Replaces {
  const [callId = '', ...params] = value.split(';').map((part) => part.trim())
  const param = (name: string): string | undefined =>
    params.find((part) => part.toLowerCase().startsWith(`${name}=`))?.slice(name.length + 1)
  const toTag = param('to-tag')
  const fromTag = param('from-tag')
  return callId === '' || toTag === undefined || fromTag === undefined
    ? undefined
    : { callId, toTag, fromTag }
}
