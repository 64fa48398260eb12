// The engine's side of bridges and mixes: in one worker when all legs live there, else over ports between workers.
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import type { Bridge, MediaLeg, Mix, MixMember } from '#media/engine.ts'
import type { EmbeddedLeg } from './embedded-leg.ts'
import type { WorkerLink } from './worker-link.ts'

export class Joins {
  /** @throws Error for a leg that is closed or of another engine */
  readonly #own: (leg: MediaLeg) => EmbeddedLeg
  #last = 0

  constructor(own: (leg: MediaLeg) => EmbeddedLeg) {
    this.#own = own
  }

  bridge(a: MediaLeg, b: MediaLeg): Bridge {
    const [first, second] = [this.#own(a), this.#own(b)]
    if (first === second) throw new Error('a leg cannot be bridged with itself')
    const end = first.link === second.link ? joinHere(first, second) : this.#joinFar(first, second)
    return { legs: [a, b], [Symbol.asyncDispose]: async () => end() }
  }

  mix(members: readonly MixMember[]): Mix {
    const id = this.#next()
    // Where most of them are, most sound stays in one thread; it cannot move later.
    const link = mostCommon(members.map(({ leg }) => this.#own(leg).link))
    if (!link) throw new Error('a mix begins with somebody in it')
    this.#setMix(link, id, members)
    return {
      set: async (next) => this.#setMix(link, id, next),
      [Symbol.asyncDispose]: async () => link.tell({ kind: 'close-mix', mix: id }),
    }
  }

  #setMix(link: WorkerLink, mix: number, members: readonly MixMember[]): void {
    const ports: MessagePort[] = []
    const all = members.map(({ leg }) => this.#own(leg))
    const told = members.map(({ leg, hears }) => {
      const own = this.#own(leg)
      const heard =
        hears === 'all' ? all.filter((other) => other !== own) : hears.map((other) => this.#own(other))
      const member = { leg: own.number, hears: heard.map(({ number }) => number) }
      if (own.link === link) return member
      const { port1, port2 } = new MessageChannel()
      ports.push(port1)
      own.link.tell({ kind: 'bridge-remote', leg: own.number, bridge: mix, port: port2 }, [port2])
      return { ...member, port: port1 }
    })
    link.tell({ kind: 'mix', mix, members: told }, ports)
  }

  #joinFar(a: EmbeddedLeg, b: EmbeddedLeg): () => void {
    const bridge = this.#next()
    const { port1, port2 } = new MessageChannel()
    a.link.tell({ kind: 'bridge-remote', leg: a.number, bridge, port: port1 }, [port1])
    b.link.tell({ kind: 'bridge-remote', leg: b.number, bridge, port: port2 }, [port2])
    return () => {
      for (const leg of [a, b]) leg.link.tell({ kind: 'unbridge-remote', leg: leg.number, bridge })
    }
  }

  #next(): number {
    this.#last += 1
    return this.#last
  }
}

function joinHere(a: EmbeddedLeg, b: EmbeddedLeg): () => void {
  const legs = { a: a.number, b: b.number }
  a.link.tell({ kind: 'bridge', ...legs })
  return () => a.link.tell({ kind: 'unbridge', ...legs })
}

function mostCommon<T>(all: readonly T[]): T | undefined {
  const count = (one: T) => all.filter((other) => other === one).length
  return all.reduce<T | undefined>(
    (best, one) => (best === undefined || count(one) > count(best) ? one : best),
    undefined,
  )
}
