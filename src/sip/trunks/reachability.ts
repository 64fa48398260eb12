// Whether a carrier answers, asked by OPTIONS. Any final answer is a sign of life but 408, 503 and 6xx: those are made
// by dead carriers and by our own stack. One lost packet changes nothing (N of M).
import { type Clock, spread, type Timer } from '#lib/clock.ts'

export type Reachability =
  /** Not asked often enough to tell. */
  | 'unknown'
  | 'up'
  | 'down'
  /** Never answered OPTIONS since its settings changed: some carriers drop them. */
  | 'silent'

export interface ReachabilityState {
  readonly kind: Reachability
  readonly since: number
  /** Missed in a row. */
  readonly misses: number
  readonly lastCode: number | undefined
  readonly lastAt: number | undefined
  readonly rttMs: number | undefined
  /** Exponentially weighted, 1/8 per answer as RFC 6298 does for TCP. */
  readonly averageRttMs: number | undefined
}

export type ProbeResult =
  | { readonly kind: 'answered'; readonly code: number; readonly rttMs: number }
  | { readonly kind: 'missed'; readonly code: number | undefined }

export interface Reachable extends Disposable {
  readonly state: ReachabilityState
  /** Asks now, besides the rhythm. */
  probeNow(): Promise<ProbeResult>
}

/** Three of the last four missed: down. Two answered in a row: up again. */
const windowSize = 4
const missesForDown = 3
const answersForUp = 2
/** Until the light has made up its mind, ask quickly. */
const hurryMs = 1_000

/** Whether that final status shows a living carrier. */
export function isSignOfLife(code: number): boolean {
  return code >= 200 && code < 600 && code !== 408 && code !== 503
}

export function watchReachability(options: {
  readonly clock: Clock
  readonly intervalMs: number
  /** Sends one OPTIONS; settles within its own time limit, never rejects. */
  readonly probe: () => Promise<ProbeResult>
  /** After each probe. */
  readonly onProbe: (result: ProbeResult, changed: boolean) => void
}): Reachable {
  const { clock, intervalMs } = options
  let timer: Timer | undefined
  let stopped = false
  let recent: boolean[] = []
  let answeredInRow = 0
  let everAnswered = false
  let state: ReachabilityState = {
    kind: 'unknown',
    since: clock.now(),
    misses: 0,
    lastCode: undefined,
    lastAt: undefined,
    rttMs: undefined,
    averageRttMs: undefined,
  }

  const judge = (): Reachability => {
    if (answeredInRow > 0 && state.kind === 'unknown') return 'up'
    if (answeredInRow >= answersForUp) return 'up'
    const missed = recent.filter((answered) => !answered).length
    if (missed < missesForDown) return state.kind
    return everAnswered ? 'down' : 'silent'
  }
  const take = (result: ProbeResult): boolean => {
    const answered = result.kind === 'answered'
    recent = [...recent, answered].slice(-windowSize)
    answeredInRow = answered ? answeredInRow + 1 : 0
    everAnswered ||= answered
    const kind = judge()
    const changed = kind !== state.kind
    const average = state.averageRttMs
    state = {
      kind,
      since: changed ? clock.now() : state.since,
      misses: answered ? 0 : state.misses + 1,
      lastCode: result.code ?? (answered ? undefined : state.lastCode),
      lastAt: clock.now(),
      rttMs: answered ? result.rttMs : state.rttMs,
      averageRttMs: !answered
        ? average
        : average === undefined
          ? result.rttMs
          : average * 0.875 + result.rttMs * 0.125,
    }
    if (changed) recent = []
    return changed
  }
  const nextWaitMs = (): number => {
    const deciding = (state.kind === 'up' && state.misses > 0) || (state.kind !== 'up' && answeredInRow > 0)
    const fresh = state.kind === 'unknown'
    return spread(deciding || fresh ? Math.min(hurryMs, intervalMs) : intervalMs, 0.1)
  }
  const probeNow = async (): Promise<ProbeResult> => {
    timer?.cancel()
    const result = await options.probe()
    if (stopped) return result
    const changed = take(result)
    timer?.cancel()
    timer = clock.after(nextWaitMs(), () => void probeNow())
    options.onProbe(result, changed)
    return result
  }
  void probeNow()
  return {
    get state() {
      return state
    },
    probeNow,
    [Symbol.dispose]: () => {
      stopped = true
      timer?.cancel()
    },
  }
}
