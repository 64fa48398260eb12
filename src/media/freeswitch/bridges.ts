// Who is joined with whom at FreeSWITCH, one change of a leg at a time.
import type { Clock } from '#lib/clock.ts'
import { CordboardError } from '#lib/errors.ts'
import type { Bridge } from '#media/engine.ts'
import { bounded } from './bounded.ts'
import type { FreeswitchLeg } from './freeswitch-leg.ts'

interface Pair {
  readonly a: FreeswitchLeg
  readonly b: FreeswitchLeg
  /** Called once when they are apart. */
  readonly onEnd: () => void
}

/** FreeSWITCH's answer to uuid_bridge comes before the bridge stands. */
const standsMs = 3_000

export class Bridges {
  readonly #clock: Clock
  readonly #pairs = new Map<FreeswitchLeg, Pair>()
  /** The last change asked of each leg: the next one waits for it. */
  readonly #last = new WeakMap<FreeswitchLeg, Promise<unknown>>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** @throws CordboardError `media.down` */
  async join(a: FreeswitchLeg, b: FreeswitchLeg, onEnd: () => void = () => {}): Promise<Bridge> {
    const pair = { a, b, onEnd }
    await this.#inTurn(pair, () => this.#make(pair))
    return {
      legs: [a, b],
      [Symbol.asyncDispose]: () => this.#inTurn(pair, () => this.#end(pair)),
    }
  }

  /** The leg is gone; FreeSWITCH parked the other one. */
  leave(leg: FreeswitchLeg): void {
    const pair = this.#pairs.get(leg)
    if (pair) this.#forget(pair)
  }

  async #make(pair: Pair): Promise<void> {
    const { a, b } = pair
    for (const old of [this.#pairs.get(a), this.#pairs.get(b)]) if (old) await this.#end(old)
    const paused = await Promise.all([a.player.interrupt(), b.player.interrupt()])
    try {
      const stands = Promise.withResolvers<void>()
      using _a = a.channel.on('CHANNEL_BRIDGE', () => stands.resolve())
      using _b = b.channel.on('CHANNEL_BRIDGE', () => stands.resolve())
      const reply = await a.channel.api('uuid_bridge', `${a.channel.uuid} ${b.channel.uuid}`)
      if (!reply.startsWith('+OK')) throw down()
      await bounded(stands.promise, { clock: this.#clock, ms: standsMs, late: down })
      this.#pairs.set(a, pair)
      this.#pairs.set(b, pair)
    } finally {
      for (const each of paused) each[Symbol.dispose]()
    }
  }

  async #end(pair: Pair): Promise<void> {
    const { a, b } = pair
    if (this.#pairs.get(a) !== pair) return
    this.#forget(pair)
    const paused = await Promise.all([a.player.interrupt(), b.player.interrupt()])
    try {
      if (!a.channel.over && !b.channel.over)
        await a.channel.api('uuid_transfer', `${a.channel.uuid} -both park inline`)
    } finally {
      for (const each of paused) each[Symbol.dispose]()
    }
  }

  #forget({ a, b, onEnd }: Pair): void {
    this.#pairs.delete(a)
    this.#pairs.delete(b)
    onEnd()
  }

  async #inTurn({ a, b }: Pair, act: () => Promise<void>): Promise<void> {
    const before = [this.#last.get(a), this.#last.get(b)]
    const turn = Promise.allSettled(before).then(act)
    this.#last.set(a, turn)
    this.#last.set(b, turn)
    await turn
  }
}

function down(): CordboardError {
  return new CordboardError('media.down', 'FreeSWITCH did not join two legs.', { retry: true })
}
