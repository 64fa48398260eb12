// The waiting line of each tenant, and the callbacks in it.
import type { Switchboard } from '#calls/switchboard.ts'
import type { Tenant } from '#store/store.ts'
import { Callbacks } from './callbacks.ts'
import { Queue } from './queue.ts'

interface TenantLine {
  readonly queue: Queue
  readonly callbacks: Callbacks
}

export class Lines implements Disposable {
  readonly #switchboard: Switchboard
  readonly #lines = new Map<string, TenantLine>()

  constructor(switchboard: Switchboard) {
    this.#switchboard = switchboard
  }

  of(tenant: Tenant): TenantLine {
    const known = this.#lines.get(tenant.id)
    if (known) return known
    const queue = new Queue(this.#switchboard, tenant)
    const line = { queue, callbacks: new Callbacks(this.#switchboard, tenant, queue) }
    this.#lines.set(tenant.id, line)
    line.callbacks.start()
    return line
  }

  /** No turn of a callback begins any more; they are kept for the next start. */
  stopCallbacks(): void {
    for (const { callbacks } of this.#lines.values()) callbacks[Symbol.dispose]()
  }

  [Symbol.dispose](): void {
    this.stopCallbacks()
    for (const { queue } of this.#lines.values()) queue[Symbol.dispose]()
  }
}
