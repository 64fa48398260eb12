// Opens the embedded SIP stack: transports below, transactions above, one way in and one way out for every message.
import type { Clock } from '#lib/clock.ts'
import { guard } from '#lib/guard.ts'
import type { Log } from '#lib/log.ts'
import { Admission, type AdmissionLimits, defaultAdmissionLimits } from './admission.ts'
import { ClientTransactions } from './client-transactions.ts'
import { type DnsRecords, dnsRecords, noRecords } from './dns-records.ts'
import { newTag } from './identifiers.ts'
import { Locator } from './locate.ts'
import { MalformedMessage } from './malformed.ts'
import type { SipHeader, SipRequest } from './message.ts'
import { defaultLimits, type MessageLimits, parseMessage } from './parse-message.ts'
import { type LookUp, Resolver, systemLookUp } from './resolve.ts'
import { responseTarget, responseTo, stampVia, statelessTag } from './response.ts'
import { defaultOverloadLimits, type OverloadLimits, ServerTransactions } from './server-transactions.ts'
import type { Endpoint, ListeningPoint, SipStack, StackCounters, StackOptions } from './stack.ts'
import { defaultTcpLimits, type TcpLimits } from './tcp.ts'
import { defaultTimers, type SipTimers } from './timers.ts'
import { openTransports } from './transports.ts'
import { topVia, type Via, withTopVia } from './via.ts'
import { writeMessage } from './write-message.ts'

export type StackLimits = MessageLimits & TcpLimits & OverloadLimits & AdmissionLimits

export interface OpenStackOptions extends StackOptions {
  readonly clock: Clock
  readonly log: Log
  readonly timers?: Partial<SipTimers>
  readonly limits?: Partial<StackLimits>
  readonly lookUp?: LookUp
  /** The system's name servers, unless given. */
  readonly records?: DnsRecords
}

/** Listens and is ready. @throws CordboardError `sip.port-taken`, `sip.address`, `sip.protocol`, `sip.certificate` */
export async function openSipStack(options: OpenStackOptions): Promise<SipStack> {
  const { log } = options
  const clock = guardedClock(options.clock, log)
  const timers = { ...defaultTimers, ...options.timers }
  const limits = {
    ...defaultLimits,
    ...defaultTcpLimits,
    ...defaultOverloadLimits,
    ...defaultAdmissionLimits,
    ...options.limits,
  }
  const counters: StackCounters = {
    received: 0,
    sent: 0,
    retransmitted: 0,
    malformed: 0,
    oversized: 0,
    dropped: 0,
    serverTransactions: 0,
    clientTransactions: 0,
    connections: 0,
  }
  const receiveGuarded = guard(log, 'SIP message', receive)
  const transports = await openTransports({
    listen: options.listen,
    clock,
    log,
    tcpLimits: limits,
    tls: options.tls,
    maxMessageBytes: limits.maxMessageBytes,
    onMessage: receiveGuarded,
    onBroken: guard(log, 'SIP stream', receiveBroken),
    onRefused: () => {
      counters.dropped += 1
    },
  })

  const clients = new ClientTransactions({
    clock,
    log,
    timers,
    transports,
    locator: new Locator({
      clock,
      resolver: new Resolver(clock, options.lookUp ?? systemLookUp),
      records: options.records ?? (options.lookUp ? noRecords : dnsRecords()),
    }),
    send,
  })
  const admission = new Admission({ clock, limits, log })
  const servers = new ServerTransactions({
    admits: (request, address) => admission.admits(request, address),
    clock,
    log,
    timers,
    limits,
    answer: (text, arrival, via, again, failed) =>
      answer(text, arrival.source, arrival.local, via, again, failed),
    isOurs: (branch, method) => clients.isOurs(branch, method),
    onRequest: (transaction) => stack.onRequest(transaction),
    onAck: (ack, raw, source) => stack.onAck(ack, raw, source),
  })

  const stack: SipStack = {
    listening: transports.listening,
    get counters() {
      counters.serverTransactions = servers.count
      counters.clientTransactions = clients.count
      counters.connections = transports.connections
      return counters
    },
    onRequest: (transaction) =>
      transaction.respond(responseTo(transaction.request, 503, { toTag: newTag() })),
    onAck: () => {},
    onStrayResponse: () => {},
    sendRequest: (request, events, sendOptions) => clients.sendRequest(request, events, sendOptions),
    sendAck: (ack, sendOptions) => clients.sendAck(ack, sendOptions),
    localFor: (target) => transports.localFor(target),
    [Symbol.asyncDispose]: async () => {
      admission[Symbol.dispose]()
      servers.close()
      clients.close()
      await transports[Symbol.asyncDispose]()
    },
  }
  return stack

  function send(
    text: string,
    target: Endpoint,
    local: ListeningPoint,
    again: boolean,
    failed: (cause: unknown) => void,
  ): void {
    counters.sent += 1
    if (again) counters.retransmitted += 1
    stack.onTrace?.('out', text, target, clock.now())
    transports.send(text, target, local, failed)
  }

  // RFC 3261 §18.2.2: over the connection the request came by, else to where its Via says.
  function answer(
    text: string,
    source: Endpoint,
    local: ListeningPoint,
    via: Via,
    again: boolean,
    failed: (cause: unknown) => void,
  ): void {
    const target = responseTarget(via, source)
    if (source.protocol === 'udp' || !transports.hasConnection(source)) {
      send(text, target, local, again, failed)
      return
    }
    // The connection may be dying without our knowing: the answer gets its second way.
    send(text, source, local, again, () => send(text, target, local, again, failed))
  }

  function receive(bytes: Buffer, source: Endpoint, local: ListeningPoint): void {
    counters.received += 1
    // Keep-alives over UDP: line breaks, or the four zero bytes some phones send.
    if (bytes.length <= 4) return
    let message: ReturnType<typeof parseMessage>
    try {
      message = parseMessage(bytes, limits)
    } catch (fault) {
      refuse(fault, source, local)
      return
    }
    const text = bytes.toString('utf8')
    const raw = isStraight(text) ? text : writeMessage(message)
    stack.onTrace?.('in', raw, source, clock.now())
    if (message.kind === 'response') {
      if (!clients.receive(message, raw, source)) stack.onStrayResponse(message, raw, source)
      return
    }
    const via = stampVia(topVia(message.headers), source)
    const request = { ...message, headers: withTopVia(message.headers, via) }
    servers.receive({ request, raw, source, local }, via)
  }

  function receiveBroken(
    head: Buffer,
    reason: 'malformed' | 'oversized',
    source: Endpoint,
    local: ListeningPoint,
  ): void {
    counters.received += 1
    const oversized = reason === 'oversized'
    const code = oversized ? 'sip.oversized' : 'sip.malformed'
    let headers: readonly SipHeader[] = []
    try {
      headers = parseMessage(withoutLength(head), limits).headers
    } catch (fault) {
      if (fault instanceof MalformedMessage) headers = fault.headers
    }
    const status = oversized ? 513 : 400
    const sentence = 'The stream cannot be cut into messages.'
    refuse(new MalformedMessage(code, sentence, { status, headers }), source, local)
  }

  /** Answers what can be answered (RFC 3261 §8.2.1, §21.4.1), without a transaction; counts the rest. */
  function refuse(fault: unknown, source: Endpoint, local: ListeningPoint): void {
    if (!(fault instanceof MalformedMessage)) throw fault
    if (fault.code === 'sip.oversized') counters.oversized += 1
    else counters.malformed += 1
    log.debug({ source, reason: fault.message }, 'a SIP message cannot be read')
    // RFC 4475 §3.3.1: what is missing is missing in the answer too; only the way back must be known.
    const known = ['Via', 'CSeq'].every((name) => fault.headers.some((header) => header.name === name))
    if (fault.status === undefined || !known) {
      counters.dropped += 1
      return
    }
    const via = readableVia(fault.headers, source)
    const headers = via ? withTopVia(fault.headers, via) : fault.headers
    const request: SipRequest = { kind: 'request', method: '', uri: '', headers, body: '' }
    try {
      const text = writeMessage(responseTo(request, fault.status, { toTag: statelessTag(request) }))
      // A Via nobody can read leads nowhere: back to where it came from.
      if (via) answer(text, source, local, via, false, () => {})
      else send(text, source, local, false, () => {})
    } catch {
      // Its To cannot be read either: there is nobody to answer.
      counters.dropped += 1
    }
  }
}

/**
 * Whether every other reader finds the same lines in it: drachtio-srf gives up on bare line feeds and leading breaks,
 * and a request it gave up on would wait for its answer in vain.
 */
function isStraight(text: string): boolean {
  const end = text.indexOf('\r\n\r\n')
  return end > 0 && !/^[\r\n]|[^\r]\n|\r[^\n]/.test(text.slice(0, end))
}

function readableVia(headers: readonly SipHeader[], source: Endpoint): Via | undefined {
  try {
    return stampVia(topVia(headers), source)
  } catch {
    return undefined
  }
}

/** A bug in what a timer runs ends that transaction's step, not the process. */
function guardedClock(clock: Clock, log: Log): Clock {
  const guarded = guard(log, 'SIP timer', (act: () => void) => act())
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    after: (ms, act) => clock.after(ms, () => guarded(act)),
    every: (ms, act) => clock.every(ms, () => guarded(act)),
  }
}

/** The head of a message whose body cannot be had, made readable: its lengths are dropped. */
function withoutLength(head: Buffer): string {
  return head.toString('utf8').replace(/^(?:content-length|l)[ \t]*:[^\r\n]*\r?\n/gim, '')
}
