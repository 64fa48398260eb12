// Serves `proxy` commands, and passes on what later comes along a route we recorded.
import { findHeader } from './header.ts'
import { isOurs } from './local-addresses.ts'
import type { SipRequest, SipResponse } from './message.ts'
import type { CoreParts } from './parts.ts'
import { ProxiedRequest } from './proxied-request.ts'
import type { Proxies } from './proxies.ts'
import { isRoutedByUs, oneHopLess, withoutOurRoutes, withoutTopVia } from './proxy-message.ts'
import { refuse } from './refuse.ts'
import type { ServerTransaction } from './stack.ts'
import type { Told } from './wire-text.ts'

/** How long a caller may take to repeat a challenged request: drachtio's two seconds. */
const challengeMs = 2_000
/** Challenges remembered at the same time; a flood forgets the oldest. */
const mostChallenges = 1_000

export function openProxies(parts: CoreParts): Proxies {
  const running = new Set<ProxiedRequest>()
  const challenges = new Challenges(parts)
  return {
    get size() {
      return running.size
    },
    start: (client, command) => {
      const pending = parts.pending.find(command.transactionId)
      if (!pending) {
        client.answer(command.id, `NOK|Unknown transaction id: ${command.transactionId}`)
        return
      }
      parts.pending.remove(pending)
      const { transaction } = pending
      if (!oneHopLess(transaction.request)) {
        client.answer(command.id, 'NOK|Rejected with 483 Too Many Hops due to Max-Forwards value of 0')
        refuse(transaction, 483)
        return
      }
      const again = challenges.targetOf(transaction.request)
      const proxied = new ProxiedRequest({
        parts,
        transaction,
        client,
        command,
        destinations: again === undefined ? command.destinations : [again],
        onChallenge: (response, target) => challenges.remember(response, target),
        onDone: () => running.delete(proxied),
      })
      running.add(proxied)
      proxied.start()
    },
    passesThrough: (request) => isRoutedByUs(parts.stack, request),
    forward: (transaction) => forward(parts, transaction),
    forwardAck: (ack) => {
      const next = isRoutedByUs(parts.stack, ack) ? oneHopLess(withoutOurRoutes(parts.stack, ack)) : undefined
      if (next && !isOurs(parts.stack, next.uri)) parts.stack.sendAck(next)
    },
  }
}

/** Sends a request of a recorded dialog on to its next hop, and the responses back. */
function forward(parts: CoreParts, transaction: ServerTransaction): void {
  const { method } = transaction.request
  const next = oneHopLess(withoutOurRoutes(parts.stack, transaction.request))
  if (!next) {
    refuse(transaction, 483)
    return
  }
  // Nobody is behind our own address: passing it on would only bring it back.
  if (findHeader(next, 'Route') === undefined && isOurs(parts.stack, next.uri)) {
    refuse(transaction, 481)
    return
  }
  const flow = parts.flows.find(next.uri)
  const sent = parts.stack.sendRequest(
    next,
    {
      onResponse: (response) => {
        if (response.status === 100) return
        transaction.respond(withoutTopVia(response))
        if (method === 'INVITE' && response.status >= 200 && response.status < 300) transaction.acknowledge()
      },
      onFailure: (reason) => refuse(transaction, reason === 'timeout' ? 408 : 503),
    },
    flow ? { target: flow } : {},
  )
  transaction.onCancel = () => sent.cancel()
  if (method !== 'BYE') return
  const { raw, source, local } = transaction
  const at = parts.clock.now()
  const came: Told = { source: 'network', raw, endpoint: source, at }
  parts.records.stop(came, 'normal-release')
  parts.records.stop({ source: 'application', raw: sent.raw, endpoint: local, at }, 'normal-release')
}

/** Targets that challenged a caller, by nonce. */
class Challenges {
  readonly #parts: CoreParts
  readonly #targets = new Map<string, { target: string; until: number }>()

  constructor(parts: CoreParts) {
    this.#parts = parts
  }

  remember(response: SipResponse, target: string): void {
    const nonce = nonceIn(response, 'WWW-Authenticate') ?? nonceIn(response, 'Proxy-Authenticate')
    if (nonce === undefined) return
    this.#targets.set(nonce, { target, until: this.#parts.clock.monotonic() + challengeMs })
    const [oldest] = this.#targets.keys()
    if (this.#targets.size > mostChallenges && oldest !== undefined) this.#targets.delete(oldest)
  }

  targetOf(request: SipRequest): string | undefined {
    const nonce = nonceIn(request, 'Authorization') ?? nonceIn(request, 'Proxy-Authorization')
    const found = nonce === undefined ? undefined : this.#targets.get(nonce)
    if (nonce !== undefined) this.#targets.delete(nonce)
    return found && found.until > this.#parts.clock.monotonic() ? found.target : undefined
  }
}

function nonceIn(message: SipRequest | SipResponse, name: string): string | undefined {
  return /\bnonce="([^"]+)"/.exec(findHeader(message, name) ?? '')?.[1]
}
