// Where each leg is joined now, in a bridge or a mix: one place at a time, and one change of a leg after the other.
import type { FreeswitchLeg } from './freeswitch-leg.ts'

/** What a leg is joined in. */
export interface Place {
  /** Takes the leg out; its channel is parked then. */
  leave(leg: FreeswitchLeg): Promise<void>
  /** Its channel is gone. */
  lost(leg: FreeswitchLeg): void
}

export class Seats {
  readonly #places = new Map<FreeswitchLeg, Place>()
  /** The last change asked of each leg: the next one waits for it. */
  readonly #last = new WeakMap<FreeswitchLeg, Promise<unknown>>()

  of(leg: FreeswitchLeg): Place | undefined {
    return this.#places.get(leg)
  }

  take(leg: FreeswitchLeg, place: Place): void {
    this.#places.set(leg, place)
  }

  /** Only who is there can leave. */
  free(leg: FreeswitchLeg, place: Place): void {
    if (this.#places.get(leg) === place) this.#places.delete(leg)
  }

  /** The leg is gone. */
  lost(leg: FreeswitchLeg): void {
    this.#places.get(leg)?.lost(leg)
  }

  async inTurn(legs: readonly FreeswitchLeg[], act: () => Promise<void>): Promise<void> {
    const turn = Promise.allSettled(legs.map((leg) => this.#last.get(leg))).then(act)
    for (const leg of legs) this.#last.set(leg, turn)
    await turn
  }
}
