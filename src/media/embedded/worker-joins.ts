// Who hears whom in one worker: bridges, mixes, and bridges to a leg of another worker.
import { randomBytes } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import type { MessagePort } from 'node:worker_threads'
import type { ToWorker } from './messages.ts'
import { Mix } from './mix.ts'
import { join, type Peer, part } from './peer.ts'
import { RemoteEnd } from './remote-end.ts'

type Of<K extends ToWorker['kind']> = Extract<ToWorker, { kind: K }>

export class WorkerJoins {
  readonly #legOf: (id: number) => Peer | undefined
  readonly #mixes = new Map<number, Mix>()
  /** The bridges to other workers that legs are in, by the number of the bridge. */
  readonly #remote = new WeakMap<Peer, number>()

  constructor(legOf: (id: number) => Peer | undefined) {
    this.#legOf = legOf
  }

  bridge({ a, b }: Of<'bridge'>): void {
    const [first, second] = [this.#legOf(a), this.#legOf(b)]
    if (first && second) join(first, second)
  }

  unbridge({ a, b }: Of<'unbridge'>): void {
    const [first, second] = [this.#legOf(a), this.#legOf(b)]
    if (first && first.peer === second) part(first)
  }

  bridgeRemote({ leg, bridge, port }: Of<'bridge-remote'>): void {
    const near = this.#legOf(leg)
    if (!near) {
      port.close()
      return
    }
    const end = remoteEnd(port)
    this.#remote.set(end, bridge)
    join(near, end)
  }

  unbridgeRemote({ leg, bridge }: Of<'unbridge-remote'>): void {
    const near = this.#legOf(leg)
    if (near?.peer && this.#remote.get(near.peer) === bridge) part(near)
  }

  mix({ mix: id, members }: Of<'mix'>): void {
    const mix = this.#mixes.get(id) ?? new Mix()
    this.#mixes.set(id, mix)
    for (const { leg, port } of members) {
      // A new port for a leg that was here: the one before may not know yet that it is replaced.
      if (port) mix.leave(leg)
      const end = port ? remoteEnd(port) : this.#legOf(leg)
      if (end) join(mix.place(leg, randomBytes(4).readUInt32BE(0)), end)
    }
    mix.set(members)
  }

  closeMix(id: number): void {
    this.#mixes.get(id)?.close()
    this.#mixes.delete(id)
  }

  tick(nowMs: number): void {
    for (const mix of this.#mixes.values()) mix.tick(nowMs)
  }
}

function remoteEnd(port: MessagePort): RemoteEnd {
  return new RemoteEnd(port, () => performance.now())
}
