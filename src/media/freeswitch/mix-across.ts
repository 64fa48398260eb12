// A mix whose legs may live at several machines: one machine mixes, and those of others are there by a leg that stands for them.
import { randomUUID } from 'node:crypto'
import type { Clock } from '#lib/clock.ts'
import { messageOf } from '#lib/errors.ts'
import type { Log } from '#lib/log.ts'
import type { MediaLeg, Mix, MixMember } from '#media/engine.ts'
import type { FreeswitchLeg } from './freeswitch-leg.ts'
import { Room } from './room.ts'
import type { Seats } from './seats.ts'

export interface NearLegsOptions {
  /** Whether the leg is at the machine that mixes. */
  readonly isNear: (leg: FreeswitchLeg) => boolean
  /** A leg there that stands for this one. */
  readonly bring: (leg: FreeswitchLeg) => Promise<FreeswitchLeg>
  readonly log: Log
}

/** Each leg as the mixing machine has it. */
export class NearLegs {
  readonly #o: NearLegsOptions
  readonly #standIns = new Map<FreeswitchLeg, FreeswitchLeg>()

  constructor(options: NearLegsOptions) {
    this.#o = options
  }

  async of(leg: FreeswitchLeg): Promise<FreeswitchLeg> {
    if (leg.channel.over || this.#o.isNear(leg)) return leg
    const found = this.#standIns.get(leg)
    if (found && !found.channel.over) return found
    const brought = await this.#o.bring(leg)
    this.#standIns.set(leg, brought)
    return brought
  }

  /** Closes those that stand for nobody named. */
  async keepOnly(legs: ReadonlySet<FreeswitchLeg>): Promise<void> {
    for (const [leg, standIn] of this.#standIns) {
      if (legs.has(leg)) continue
      this.#standIns.delete(leg)
      await standIn.close().catch((err: unknown) => {
        this.#o.log.debug({ reason: messageOf(err) }, 'a relay between machines ended late')
      })
    }
  }
}

/** @throws CordboardError `media.down` */
export async function openMix(
  members: readonly MixMember[],
  options: {
    readonly near: NearLegs
    readonly own: (leg: MediaLeg) => FreeswitchLeg
    readonly seats: Seats
    readonly clock: Clock
    readonly log: Log
  },
): Promise<Mix> {
  const { near, own } = options
  const room = new Room({ ...options, name: `mix-${randomUUID()}` })
  const set = async (wanted: readonly MixMember[]) => {
    const legs = wanted.map(({ leg }) => own(leg))
    const nearOf = new Map<FreeswitchLeg, FreeswitchLeg>()
    for (const leg of legs) nearOf.set(leg, await near.of(leg))
    const there = (leg: FreeswitchLeg) => nearOf.get(leg) ?? leg
    await room.set(
      wanted.map(({ leg, hears }) => {
        const me = own(leg)
        const heard = hears === 'all' ? legs.filter((other) => other !== me) : hears.map(own)
        return { leg: there(me), hears: heard.map(there) }
      }),
    )
    await near.keepOnly(new Set(legs))
  }
  const mix = { set, [Symbol.asyncDispose]: () => set([]) }
  try {
    await set(members)
    return mix
  } catch (err) {
    await mix[Symbol.asyncDispose]()
    throw err
  }
}

export function mostCommon<T>(all: readonly T[]): T | undefined {
  const count = (one: T) => all.filter((other) => other === one).length
  return all.toSorted((a, b) => count(b) - count(a))[0]
}
