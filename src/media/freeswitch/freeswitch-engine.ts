// The MediaEngine of FreeSWITCH: legs at one of several machines, all legs of a call at the same one, joined there.
import type { Clock } from '#lib/clock.ts'
import { CordboardError, messageOf } from '#lib/errors.ts'
import { guard } from '#lib/guard.ts'
import type { Log } from '#lib/log.ts'
import { wideCodecs } from '#media/codecs.ts'
import type { Terms } from '#media/embedded/messages.ts'
import { Negotiation } from '#media/embedded/negotiation.ts'
import type {
  Bridge,
  LegId,
  LegOptions,
  MediaEngine,
  MediaHealth,
  MediaLeg,
  Mix,
  MixMember,
} from '#media/engine.ts'
import type { SipServer } from '#sip/sip-server.ts'
import { Bridges } from './bridges.ts'
import type { Channel } from './channel.ts'
import { chooseMachine } from './choose-machine.ts'
import { anyEndSdp, farEndSdp, placeOf } from './far-end-sdp.ts'
import { FreeswitchLeg } from './freeswitch-leg.ts'
import { Machine, type MachineAddress } from './machine.ts'
import { mostCommon, NearLegs, openMix } from './mix-across.ts'
import { Seats } from './seats.ts'

export interface FreeswitchOptions {
  readonly machines: readonly MachineAddress[]
  /** Carries our INVITEs to FreeSWITCH. */
  readonly sip: Pick<SipServer, 'send'>
  /** Names this installation at a FreeSWITCH that several share; the same after a restart. Letters and digits. */
  readonly installation: string
  readonly clock: Clock
  readonly log: Log
}

const defaultMediaTimeoutMs = 30_000
/** Stand-ins while FreeSWITCH's own port is not known: an SDP is written again with the real ones. */
const nowhere = { address: '127.0.0.1', family: 4, port: 9 } as const

export class FreeswitchEngine implements MediaEngine {
  readonly #o: FreeswitchOptions
  readonly #machines: readonly Machine[]
  readonly #homes = new Map<string, { readonly machine: Machine; legs: number }>()
  readonly #seats = new Seats()
  readonly #bridges: Bridges
  #nextLeg = 1
  #closed = false

  constructor(options: FreeswitchOptions) {
    const { sip, clock, log, installation } = options
    this.#o = options
    this.#bridges = new Bridges(clock, this.#seats)
    this.#machines = options.machines.map(
      (address) => new Machine({ address, sip, clock, log, user: installation }),
    )
  }

  /** Waits for the first try of each machine; one that is down is tried again for ever. */
  async start(): Promise<void> {
    await Promise.all(this.#machines.map((machine) => machine.tried))
    for (const { up, name, why } of this.#machines)
      if (!up) this.#o.log.error({ freeswitch: name, why }, 'FreeSWITCH is not there; it is tried again')
  }

  openFromOffer(offer: string, options: LegOptions): Promise<FreeswitchLeg> {
    return this.#answering(offer, options)
  }

  openForOffer(options: LegOptions): Promise<FreeswitchLeg> {
    return this.#offering(options)
  }

  async #answering(offer: string, options: LegOptions, at?: Machine): Promise<FreeswitchLeg> {
    const draft = new Negotiation({ ...nowhere, codecs: options.codecs, speaks: wideCodecs })
    const terms = draft.answer(offer)
    return await this.#open(options, {
      sdp: farEndSdp(terms, { version: 1, nowhere: nowhere.address }),
      settle: (negotiation) => negotiation.answer(offer),
      at,
    })
  }

  async #offering(options: LegOptions, at?: Machine): Promise<FreeswitchLeg> {
    return await this.#open(options, {
      sdp: anyEndSdp(options.codecs, { version: 1, nowhere: nowhere.address }),
      settle: (negotiation) => {
        negotiation.offer('sendrecv')
        return undefined
      },
      at,
    })
  }

  async bridge(a: MediaLeg, b: MediaLeg): Promise<Bridge> {
    const [first, second] = [this.#own(a), this.#own(b)]
    if (first === second) throw new Error('a leg cannot be bridged with itself')
    const [here, there] = [this.#machineOf(first), this.#machineOf(second)]
    return here === there
      ? await this.#bridges.join(first, second)
      : await this.#relay({ leg: first, at: here }, second)
  }

  /** At the machine where most of them are. */
  async mix(members: readonly MixMember[]): Promise<Mix> {
    const { clock, log } = this.#o
    const machine = mostCommon(members.map(({ leg }) => this.#machineOf(this.#own(leg))))
    if (!machine) throw new Error('a mix begins with somebody in it')
    const near = new NearLegs({
      isNear: (leg) => machine.legs.has(leg),
      bring: (leg) => this.#bring(leg, machine),
      log,
    })
    return await openMix(members, { near, own: (leg) => this.#own(leg), seats: this.#seats, clock, log })
  }

  /** Legs of two calls that began at different machines. */
  async #relay(
    near: { readonly leg: FreeswitchLeg; readonly at: Machine },
    far: FreeswitchLeg,
  ): Promise<Bridge> {
    const brought = await this.#bring(far, near.at)
    const end = () => brought.close()
    try {
      await this.#bridges.join(near.leg, brought, guard(this.#o.log, 'relay between machines', end))
    } catch (err) {
      await end()
      throw err
    }
    return { legs: [near.leg, far], [Symbol.asyncDispose]: end }
  }

  /** A leg at `machine` that speaks and hears for `far`: one at each machine, which talk to each other. Both close when either
   * does, or `far` is joined elsewhere. */
  async #bring(far: FreeswitchLeg, machine: Machine): Promise<FreeswitchLeg> {
    const options = { owner: `relay of ${far.id}`, mediaTimeoutMs: 0 }
    await using opening = new AsyncDisposableStack()
    const out = opening.use(await this.#offering(options, machine))
    const back = opening.use(await this.#answering(out.localSdp, options, this.#machineOf(far)))
    await out.acceptAnswer(back.localSdp)
    const relays = opening.move()
    const ended = guard(this.#o.log, 'relay between machines', () => relays.disposeAsync())
    out.events.on((event) => event.kind === 'closed' && ended())
    try {
      await this.#bridges.join(back, far, ended)
    } catch (err) {
      await relays.disposeAsync()
      throw err
    }
    return out
  }

  health(): MediaHealth {
    const legs = this.#machines.reduce((sum, machine) => sum + machine.legs.size, 0)
    const room = this.#machines.reduce((sum, machine) => sum + machine.room, 0)
    const down = this.#machines.filter((machine) => !machine.up)
    const up = down.length < this.#machines.length
    const missing = down.map(({ name, why }) => `FreeSWITCH at ${name} is down: ${why}`)
    const sentence = [...missing, `${legs} legs open, room for ${room} more.`].join(' ')
    const machines = this.#machines.map((machine) => machine.health())
    return { engine: 'freeswitch', machines, up, legs, room, sentence }
  }

  /** Ends channels of ours at every machine that no leg stands for; how many there were. */
  async sweep(): Promise<number> {
    const swept = await Promise.all(this.#machines.map((machine) => machine.sweep()))
    return swept.reduce((sum, count) => sum + count, 0)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    const legs = this.#machines.flatMap((machine) => [...machine.legs])
    await Promise.all(legs.map((leg) => leg.close()))
    for (const machine of this.#machines) machine.close()
  }

  async #open(
    options: LegOptions,
    given: {
      readonly sdp: string
      readonly settle: (negotiation: Negotiation) => Terms | undefined
      readonly at: Machine | undefined
    },
  ): Promise<FreeswitchLeg> {
    // Plain RTP to a far end that was promised SRTP would be a lie (RFC 4568 §6.10).
    if (options.srtp === 'required')
      throw new CordboardError('media.no-codec', 'SRTP is required, and FreeSWITCH legs are plain RTP.', {
        blame: 'setup',
      })
    const { at, sdp } = given
    const { machine, channel } = at
      ? { machine: at, channel: await at.open(sdp) }
      : await this.#place(options.owner, sdp)
    try {
      if (this.#closed) throw new CordboardError('media.down', 'The sound engine is stopping.')
      const { codecs } = options
      const place = placeOf(channel.answer)
      const negotiation = new Negotiation({ ...place, family: 4, codecs, speaks: wideCodecs })
      return this.#leg(machine, channel, { options, negotiation, terms: given.settle(negotiation) })
    } catch (err) {
      await channel.close()
      throw err
    }
  }

  /** A channel at the call's machine, or at the one with most room; another is tried when that one just went down. */
  async #place(owner: string, sdp: string): Promise<{ machine: Machine; channel: Channel }> {
    const tried = new Set<Machine>()
    for (;;) {
      const machine = chooseMachine(this.#machines, { home: this.#homes.get(owner)?.machine, tried })
      tried.add(machine)
      try {
        return { machine, channel: await machine.open(sdp) }
      } catch (err) {
        const another =
          err instanceof CordboardError && (err.code === 'media.down' || err.code === 'media.full')
        if (!another || this.#closed || tried.size === this.#machines.length) throw err
        this.#o.log.warn({ freeswitch: machine.name, reason: messageOf(err) }, 'a leg is opened elsewhere')
      }
    }
  }

  #leg(
    machine: Machine,
    channel: Channel,
    given: {
      readonly options: LegOptions
      readonly negotiation: Negotiation
      readonly terms: Terms | undefined
    },
  ): FreeswitchLeg {
    const { options, negotiation, terms } = given
    const { owner } = options
    const number = this.#nextLeg
    this.#nextLeg += 1
    const home = this.#homes.get(owner) ?? { machine, legs: 0 }
    home.legs += 1
    this.#homes.set(owner, home)
    const { clock, log } = this.#o
    const leg = new FreeswitchLeg({
      id: legId(`freeswitch-${number}`),
      channel,
      negotiation,
      terms,
      nowhere: nowhere.address,
      mediaTimeoutMs: options.mediaTimeoutMs ?? defaultMediaTimeoutMs,
      clock,
      log: log.with({ leg: number, owner, freeswitch: machine.name, channel: channel.uuid }),
      onClosed: (closed) => {
        machine.legs.delete(closed)
        this.#seats.lost(closed)
        home.legs -= 1
        if (home.legs === 0 && this.#homes.get(owner) === home) this.#homes.delete(owner)
      },
    })
    machine.legs.add(leg)
    return leg
  }

  #own(leg: MediaLeg): FreeswitchLeg {
    if (leg instanceof FreeswitchLeg) return leg
    throw new Error(`media leg ${leg.id} is of another engine`)
  }

  #machineOf(leg: FreeswitchLeg): Machine {
    const machine = this.#machines.find((one) => one.legs.has(leg))
    if (!machine) throw new Error(`media leg ${leg.id} is closed`)
    return machine
  }
}

function isLegId(text: string): text is LegId {
  return text.startsWith('freeswitch-')
}

function legId(text: string): LegId {
  if (!isLegId(text)) throw new Error(`${text} is no leg id`)
  return text
}
