// Sending with credentials: one challenge (401, 407) is answered by digest, a second one means they are wrong.
// RFC 3261 §22: the repeated request keeps Call-ID and From tag and raises CSeq.
import { randomToken } from '#lib/secret.ts'
import { answerChallenge, readChallenges } from './digest.ts'
import type { Answer, Outcome, OutgoingRequest, Sending } from './sip-server.ts'

export interface LineCredentials {
  readonly username: string
  readonly password: string
  /** When set, challenges of other realms stay unanswered: they would show the hash to someone else. */
  readonly realm?: string | undefined
}

export interface AuthOutcome extends Outcome {
  /** The final answer is to a request that carried credentials: a 401 or 407 then means that they are wrong. */
  readonly authenticated: boolean
}

export interface AuthSending extends Omit<Sending, 'final'> {
  readonly final: Promise<AuthOutcome>
}

/** `stale` nonces are answered again, but not for ever. */
const maxChallenges = 3

/** `digestUri` names the Request-URI where `request.uri` is not it (inside dialogs); then the stack numbers the repeat. */
export function sendAuthenticated(options: {
  readonly send: (request: OutgoingRequest) => Sending
  readonly request: OutgoingRequest
  readonly credentials: LineCredentials | undefined
  readonly digestUri?: string
  readonly onChallenge?: (answer: Answer) => void
}): AuthSending {
  const { send, credentials } = options
  const inDialog = options.digestUri !== undefined
  let current = send(options.request)
  let cancelled = false
  const run = async (): Promise<AuthOutcome> => {
    let request = options.request
    let outcome = await current.final
    let authenticated = false
    for (let challenges = 0; challenges < maxChallenges; challenges += 1) {
      const { answer, sent } = outcome
      const header =
        credentials &&
        !cancelled &&
        authorization(answer, request, credentials, {
          uri: options.digestUri ?? request.uri,
          mustBeStale: authenticated,
        })
      if (!header) break
      options.onChallenge?.(answer)
      const numbering = {
        'Call-ID': sent.callId,
        CSeq: `${sent.cseq + 1} ${request.method}`,
        From: sent.from,
      }
      request = {
        ...options.request,
        headers: { ...options.request.headers, ...(inDialog ? {} : numbering), [header.name]: header.value },
      }
      current = send(request)
      authenticated = true
      outcome = await current.final
    }
    return { ...outcome, authenticated }
  }
  const final = run()
  final.catch(() => {})
  return {
    final,
    cancel: (headers) => {
      cancelled = true
      current.cancel(headers)
    },
  }
}

function authorization(
  answer: Answer,
  request: OutgoingRequest,
  credentials: LineCredentials,
  options: { uri: string; mustBeStale: boolean },
): { name: string; value: string } | undefined {
  if (answer.status !== 401 && answer.status !== 407) return undefined
  const proxy = answer.status === 407
  const offered = answer.header(proxy ? 'Proxy-Authenticate' : 'WWW-Authenticate')
  const challenge = readChallenges(offered ?? '').find(
    (one) => credentials.realm === undefined || one.realm === credentials.realm,
  )
  if (!challenge || (options.mustBeStale && !challenge.stale)) return undefined
  return {
    name: proxy ? 'Proxy-Authorization' : 'Authorization',
    value: answerChallenge(
      challenge,
      { method: request.method, uri: options.uri },
      { ...credentials, cnonce: randomToken(12) },
    ),
  }
}
