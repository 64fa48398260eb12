// An identified INVITE as a leg: ring, early media, one answer or one refusal, and CANCEL at any moment.
import type { Clock } from '#lib/clock.ts'
import { CordboardError } from '#lib/errors.ts'
import type { Log } from '#lib/log.ts'
import { allowed, DialogLeg } from './answered-leg.ts'
import type { LineCredentials } from './authenticated.ts'
import type { AnsweredLeg, IncomingLeg, LegOrigin, SipParty } from './leg.ts'
import { readTarget } from './remote-target.ts'
import { answerSession } from './session-expires.ts'
import type { ReceivedRequest } from './sip-server.ts'
import { sdpIn } from './understood.ts'

export interface IncomingLegOptions {
  readonly request: ReceivedRequest
  readonly origin: LegOrigin
  readonly from: SipParty
  readonly dialled: string
  readonly credentials: LineCredentials | undefined
  /** Told once: the leg was answered, refused or abandoned. */
  readonly onSettled: (leg: DialogLeg | undefined) => void
  readonly clock: Clock
  readonly log: Log
}

export function incomingLeg(options: IncomingLegOptions): IncomingLeg {
  const { request, onSettled } = options
  // A CANCEL right behind the INVITE may have been read with it: then there is no event to come.
  if (request.abandoned.aborted) onSettled(undefined)
  else request.abandoned.addEventListener('abort', () => onSettled(undefined), { once: true })
  return {
    callId: request.callId,
    from: options.from,
    dialled: options.dialled,
    origin: options.origin,
    secure: request.source.protocol === 'tls',
    offer: sdpIn(request) || undefined,
    header: (name) => request.header(name),
    abandoned: request.abandoned,
    ring: () => request.reply(180, { headers: { Allow: allowed } }),
    progress: (sdp) => request.reply(183, { headers: sdpHeaders, body: sdp }),
    answer: (sdp) => answer(options, sdp),
    reject: (status, reason, headers = {}) => {
      if (request.settled) return
      request.reply(status, reason === undefined ? { headers } : { reason, headers })
      onSettled(undefined)
    },
  }
}

async function answer(options: IncomingLegOptions, sdp: string): Promise<AnsweredLeg> {
  const { request, clock, log } = options
  const session = answerSession(request)
  const sessionHeaders = session.kind === 'agreed' ? session.headers : {}
  const dialog = await accepted(options, { headers: { ...sdpHeaders, ...sessionHeaders }, body: sdp })
  const base = {
    dialog,
    role: 'uas' as const,
    localSdp: sdp,
    remoteTarget: readTarget(request.header('Contact')) ?? request.uri,
    credentials: options.credentials,
    clock,
    log,
  }
  const leg = new DialogLeg({ ...base, remoteSdp: sdpIn(request) ?? '' })
  options.onSettled(leg)
  if (request.body !== '') return leg
  // Late offer: the answer to ours comes with the ACK (RFC 3261 §13.2.1).
  if ((await leg.remoteSdpFromAck()) !== '') return leg
  await leg.hangUp('Q.850;cause=88;text="no answer in ACK"')
  throw new CordboardError('sip.abandoned', 'The caller gave up before the sound was agreed on.', {
    blame: 'theirs',
  })
}

// The server may know of the CANCEL before we do: then the 200 fails and no event follows.
async function accepted(options: IncomingLegOptions, answer: Parameters<ReceivedRequest['accept']>[0]) {
  try {
    return await options.request.accept(answer)
  } catch (err) {
    options.onSettled(undefined)
    throw err
  }
}

const sdpHeaders = { 'Content-Type': 'application/sdp', Allow: allowed, Supported: 'timer, replaces' }
