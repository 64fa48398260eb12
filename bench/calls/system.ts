// What is measured, as the load sees it: something that takes a call at one SIP port and places its other leg at the callees.

export interface LoopDelay {
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

export interface MeasuredProcess {
  readonly name: string
  readonly pid: number
}

export interface SystemUnderTest extends AsyncDisposable {
  readonly name: string
  readonly sipPort: number
  /** Where it expects the callees. */
  readonly calleePort: number
  readonly processes: readonly MeasuredProcess[]
  /** The name callers have there. */
  readonly caller: string
  /** One more header for calls to each of these numbers; they must be placed within 45 s and in this order. */
  headersOf(numbers: readonly string[]): Promise<readonly string[]>
  /** Calls from now on are recorded, or not, where it can be chosen. */
  setRecording(on: boolean): Promise<void>
  /** Of the last ten seconds, where there is an event loop to ask for. */
  loopDelay(): Promise<LoopDelay | undefined>
}
