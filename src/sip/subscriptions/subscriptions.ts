// Who is told of what (RFC 6665): phones that proved who they are subscribe to lamps and messages of their own company, and
// are notified when these change. Nothing of it is stored: phones that are told of an end, or get 481, subscribe again.
import { type Clock, delay, type Timer } from '#lib/clock.ts'
import { messageOf } from '#lib/errors.ts'
import type { Source } from '#lib/events.ts'
import { guard } from '#lib/guard.ts'
import type { Log } from '#lib/log.ts'
import { formatUri, hostPort, sipUri } from '#sip/embedded/uri.ts'
import { userOf } from '#sip/party.ts'
import type { Phone } from '#sip/phones/phone.ts'
import type { Dialog, ReceivedRequest } from '#sip/sip-server.ts'
import { dialogPackage } from './dialog-info.ts'
import type { EventPackage } from './event-package.ts'
import type { LampSources } from './lamp.ts'
import { lampMemory } from './lamp-memory.ts'
import { messageSummaryPackage } from './message-summary.ts'
import { presencePackage } from './presence-info.ts'
import { readSubscribe, type SubscribeRefusal } from './subscribe-request.ts'
import { type EndReason, Subscription } from './subscription.ts'

export interface SubscriptionServer extends AsyncDisposable {
  readonly size: number
  /** What lamps show from now on; until then phones are asked to come back. */
  show(sources: LampSources): void
  /** A SUBSCRIBE outside of dialogs, of a phone that proved who it is. */
  subscribe(request: ReceivedRequest, phone: Phone): void
  /** Of this phone. */
  end(phoneId: string, reason: EndReason): void
}

/** Three expansion modules of sixty keys, and what a phone that restarted left behind. */
const maxOfPhone = 400
const maxInAll = 20_000
/** Of those a restarted phone left behind, the oldest first: no request of a phone brings a flood. */
const maxAsked = 3
/** Changes that come together are looked at together. A blink is to be seen at once, a message can wait for others. */
const lampsTogetherMs = 20
const messagesTogetherMs = 500
/** Phones that do not answer the last NOTIFY do not keep the program from stopping. */
const stopMs = 1_000

export function subscriptionServer(options: {
  readonly clock: Clock
  readonly log: Log
}): SubscriptionServer {
  return new Server(options)
}

interface Entry {
  readonly subscription: Subscription
  readonly phone: Phone
  readonly event: string
  /** Where it came from and for what: the same from a phone that restarted. */
  readonly twin: string
}

class Server implements SubscriptionServer {
  readonly #clock: Clock
  readonly #log: Log
  readonly #entries = new Set<Entry>()
  readonly #packages = new Map<string, EventPackage>()
  readonly #listening = new DisposableStack()
  /** Rounds to come. */
  readonly #rounds = new Map<string, Timer>()
  #stopped = false

  constructor({ clock, log }: { readonly clock: Clock; readonly log: Log }) {
    this.#clock = clock
    this.#log = log
  }

  get size(): number {
    return this.#entries.size
  }

  show({ lamps, messages }: LampSources): void {
    const memory = lampMemory(lamps)
    const ofLamps = [dialogPackage(memory), presencePackage(memory)]
    const ofMessages = [messageSummaryPackage(messages)]
    for (const one of [...ofLamps, ...ofMessages]) this.#packages.set(one.name, one)
    const alone = (act: () => void) => act()
    const { together } = memory
    this.#follow(lamps.changes, { packages: ofLamps, waitMs: lampsTogetherMs, together })
    this.#follow(messages.changes, { packages: ofMessages, waitMs: messagesTogetherMs, together: alone })
  }

  subscribe(request: ReceivedRequest, phone: Phone): void {
    if (this.#stopped || this.#packages.size === 0) {
      request.reply(503, { headers: { 'Retry-After': '10' } })
      return
    }
    const wish = this.#read(request)
    if (wish.kind === 'refused') {
      refuse(request, wish)
      return
    }
    const eventPackage = this.#packages.get(wish.event)
    const subject = eventPackage?.find(phone, userOf(request.uri))
    if (!eventPackage || !subject || subject === 'unknown') request.reply(404)
    else if (subject === 'not-yours') request.reply(403)
    else if (this.size >= maxInAll) request.reply(503, { headers: { 'Retry-After': '300' } })
    else if (this.#countOf(phone) >= maxOfPhone) request.reply(403, { reason: 'Too Many Subscriptions' })
    else
      guard(this.#log, 'SUBSCRIBE', async () => {
        const dialog = await this.#accept(request, wish.expiresS)
        if (!dialog) return
        const twin = `${wish.eventHeader} ${userOf(request.uri)} ${request.header('Contact')}`
        const { contentType } = eventPackage
        this.#begin({ ...wish, ...subjectAt(request.uri), dialog, phone, twin, subject, contentType })
      })()
  }

  end(phoneId: string, reason: EndReason): void {
    for (const { phone, subscription } of [...this.#entries])
      if (phone.id === phoneId) void subscription.end(reason)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true
    this.#listening.dispose()
    for (const round of this.#rounds.values()) round.cancel()
    const ends = [...this.#entries].map(({ subscription }) => subscription.end('deactivated'))
    const waiting = new AbortController()
    await Promise.race([Promise.all(ends), delay(this.#clock, stopMs, waiting.signal).catch(() => {})])
    waiting.abort()
  }

  #read(request: ReceivedRequest) {
    return readSubscribe(
      request,
      new Map([...this.#packages].map(([name, { contentType }]) => [name, contentType])),
    )
  }

  #countOf({ id }: Phone): number {
    let count = 0
    for (const { phone } of this.#entries) if (phone.id === id) count += 1
    return count
  }

  async #accept(request: ReceivedRequest, expiresS: number): Promise<Dialog | undefined> {
    try {
      return await request.accept({ headers: { Expires: String(expiresS) } })
    } catch (err) {
      this.#log.debug({ reason: messageOf(err) }, 'a subscription could not begin')
      return undefined
    }
  }

  #begin(options: {
    readonly dialog: Dialog
    readonly phone: Phone
    readonly twin: string
    readonly event: string
    readonly expiresS: number
    readonly eventHeader: string
    readonly contentType: string
    readonly entity: string
    readonly host: string
    readonly subject: Exclude<ReturnType<EventPackage['find']>, string>
  }): void {
    const { dialog, phone, event, twin, expiresS } = options
    const subscription = new Subscription({
      ...options,
      clock: this.#clock,
      log: this.#log,
      onOver: () => this.#entries.delete(entry),
    })
    const entry: Entry = { subscription, phone, event, twin }
    // What a phone that restarted has forgotten ends by its 481 to this.
    const twins = [...this.#entries]
      .filter((one) => one.twin === twin && one.phone.id === phone.id)
      .slice(0, maxAsked)
    this.#entries.add(entry)
    dialog.onLost = () => subscription.drop()
    // A server that was away knows nothing of it: the phone is asked to begin anew.
    dialog.onBack = () => void subscription.end('deactivated')
    dialog.onRequest = guard(this.#log, 'request in a subscription', (request) =>
      this.#receive(request, subscription, options.eventHeader),
    )
    subscription.refresh(this.#stopped ? 0 : expiresS)
    for (const one of twins) one.subscription.ask()
  }

  #receive(request: ReceivedRequest, subscription: Subscription, eventHeader: string): void {
    if (request.method !== 'SUBSCRIBE') {
      request.reply(405, { headers: { Allow: 'SUBSCRIBE' } })
      return
    }
    const wish = this.#read(request)
    if (wish.kind === 'refused') refuse(request, wish)
    // One subscription for each dialog (RFC 6665 §4.5.1).
    else if (wish.eventHeader !== eventHeader) request.reply(403, { reason: 'Another Event' })
    else {
      request.reply(200, { headers: { Expires: String(wish.expiresS) } })
      subscription.refresh(wish.expiresS)
    }
  }

  #follow(
    changes: Source<{ readonly tenantId: string }>,
    {
      packages,
      waitMs,
      together,
    }: {
      readonly packages: readonly EventPackage[]
      readonly waitMs: number
      readonly together: (act: () => void) => void
    },
  ): void {
    const events = new Set(packages.map(({ name }) => name))
    const look = (tenantId: string): void => {
      for (const { phone, event, subscription } of [...this.#entries])
        if (phone.tenantId === tenantId && events.has(event)) subscription.look()
    }
    const lookSoon = (tenantId: string): void => {
      const round = `${waitMs} ${tenantId}`
      if (this.#rounds.has(round)) return
      const act = guard(this.#log, 'lamps', () => {
        this.#rounds.delete(round)
        together(() => look(tenantId))
      })
      this.#rounds.set(round, this.#clock.after(waitMs, act))
    }
    this.#listening.use(changes.on(({ tenantId }) => lookSoon(tenantId)))
  }
}

function refuse(request: ReceivedRequest, { status, reason, headers = {} }: SubscribeRefusal): void {
  request.reply(status, { ...(reason === undefined ? {} : { reason }), headers })
}

/** The Request-URI without what is not its name. */
function subjectAt(uri: string): { readonly entity: string; readonly host: string } {
  const read = sipUri(uri)
  if (!read) return { entity: uri, host: 'localhost' }
  const { scheme, user, host, port } = read
  const place = { host, ...(port === undefined ? {} : { port }) }
  return {
    entity: formatUri({ scheme, ...(user === undefined ? {} : { user }), ...place, params: [] }),
    host: hostPort(host, port),
  }
}
