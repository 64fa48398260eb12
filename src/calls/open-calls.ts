// The calls that are going on now, of all tenants.
import { Events, type Source } from '#lib/events.ts'
import type { Log } from '#lib/log.ts'
import type { LiveCall } from './live-call.ts'

export class OpenCalls {
  readonly #calls = new Map<string, LiveCall>()
  readonly #changes: Events<{ readonly tenantId: string; readonly callId: string }>

  constructor(log: Log) {
    this.#changes = new Events(log)
  }

  /** A call began, changed or ended. */
  get changes(): Source<{ readonly tenantId: string; readonly callId: string }> {
    return this.#changes
  }

  get size(): number {
    return this.#calls.size
  }

  all(): readonly LiveCall[] {
    return [...this.#calls.values()]
  }

  ofTenant(tenantId: string): readonly LiveCall[] {
    return this.all().filter((call) => call.tenant.id === tenantId)
  }

  find(tenantId: string, callId: string): LiveCall | undefined {
    const call = this.#calls.get(callId)
    return call?.tenant.id === tenantId ? call : undefined
  }

  add(call: LiveCall): void {
    this.#calls.set(call.id, call)
    this.changed(call)
  }

  changed(call: LiveCall): void {
    this.#changes.emit({ tenantId: call.tenant.id, callId: call.id })
  }

  remove(call: LiveCall): void {
    this.#calls.delete(call.id)
    this.changed(call)
  }
}
