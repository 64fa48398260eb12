// Two legs joined at FreeSWITCH.
import type { Clock } from '#lib/clock.ts'
import { CordboardError } from '#lib/errors.ts'
import type { Bridge } from '#media/engine.ts'
import { bounded } from './bounded.ts'
import type { FreeswitchLeg } from './freeswitch-leg.ts'
import type { Place, Seats } from './seats.ts'

/** FreeSWITCH's answer to uuid_bridge comes before the bridge stands. */
const standsMs = 3_000

export class Bridges {
  readonly #clock: Clock
  readonly #seats: Seats

  constructor(clock: Clock, seats: Seats) {
    this.#clock = clock
    this.#seats = seats
  }

  /** @param onEnd called once when they are apart. @throws CordboardError `media.down` */
  async join(a: FreeswitchLeg, b: FreeswitchLeg, onEnd: () => void = () => {}): Promise<Bridge> {
    const pair = new Pair(this.#seats, { a, b, onEnd })
    await this.#seats.inTurn([a, b], () => this.#make(pair))
    return {
      legs: [a, b],
      [Symbol.asyncDispose]: () => this.#seats.inTurn([a, b], () => pair.leave()),
    }
  }

  async #make(pair: Pair): Promise<void> {
    const { a, b } = pair
    for (const leg of [a, b]) await this.#seats.of(leg)?.leave(leg)
    const paused = await Promise.all([a.player.interrupt(), b.player.interrupt()])
    try {
      const stands = Promise.withResolvers<void>()
      using _a = a.channel.on('CHANNEL_BRIDGE', () => stands.resolve())
      using _b = b.channel.on('CHANNEL_BRIDGE', () => stands.resolve())
      const reply = await a.channel.api('uuid_bridge', `${a.channel.uuid} ${b.channel.uuid}`)
      if (!reply.startsWith('+OK')) throw down()
      await bounded(stands.promise, { clock: this.#clock, ms: standsMs, late: down })
      pair.stand()
    } finally {
      for (const each of paused) each[Symbol.dispose]()
    }
  }
}

class Pair implements Place {
  readonly a: FreeswitchLeg
  readonly b: FreeswitchLeg
  readonly #seats: Seats
  readonly #onEnd: () => void

  constructor(
    seats: Seats,
    given: { readonly a: FreeswitchLeg; readonly b: FreeswitchLeg; readonly onEnd: () => void },
  ) {
    this.#seats = seats
    this.a = given.a
    this.b = given.b
    this.#onEnd = given.onEnd
  }

  stand(): void {
    this.#seats.take(this.a, this)
    this.#seats.take(this.b, this)
  }

  async leave(): Promise<void> {
    const { a, b } = this
    if (this.#seats.of(a) !== this) return
    this.lost()
    const paused = await Promise.all([a.player.interrupt(), b.player.interrupt()])
    try {
      if (!a.channel.over && !b.channel.over)
        await a.channel.api('uuid_transfer', `${a.channel.uuid} -both park inline`)
    } finally {
      for (const each of paused) each[Symbol.dispose]()
    }
  }

  /** One is gone: FreeSWITCH parked the other one. */
  lost(): void {
    this.#seats.free(this.a, this)
    this.#seats.free(this.b, this)
    this.#onEnd()
  }
}

function down(): CordboardError {
  return new CordboardError('media.down', 'FreeSWITCH did not join two legs.', { retry: true })
}
