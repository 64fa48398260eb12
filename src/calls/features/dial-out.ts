// Out through a trunk: the ways are tried in order until one rings, is busy or answers (C7). Each failover tells why in the
// log of the call, and the trunk is remembered for the calls that follow.

import type { LegAccount } from '#calls/call-leg.ts'
import { isTrunksTrouble, mayTryAnother } from '#calls/dialling/failover.ts'
import { isForHelp, makeRoom } from '#calls/dialling/make-room.ts'
import type { LiveCall } from '#calls/live-call.ts'
import type { WayOut } from '#calls/neighbours.ts'
import { type RingOptions, type RingResult, ring } from '#calls/ring.ts'
import type { Switchboard } from '#calls/switchboard.ts'

export interface DialOutOptions {
  readonly ways: readonly WayOut[]
  readonly onProgress: NonNullable<RingOptions['onProgress']>
  /** Stops it while the call goes on: a transfer that is taken back. */
  readonly until?: AbortSignal
  /** Whose call it counts as, when the call is another one. */
  readonly account?: LegAccount
}

/** A carrier that tells of no ringing within this time is given up for the next, if there is one. Calls abroad take up to that. */
const patienceMs = 12_000

/** Never rejects; cancelled with the call or by `until`. A call without a way out is a trunk fault. */
export async function dialOut(
  switchboard: Switchboard,
  call: LiveCall,
  options: DialOutOptions,
): Promise<RingResult> {
  let last: RingResult = { kind: 'failed', sentence: 'No provider can place this call now.', retry: true }
  for (const [index, way] of options.ways.entries()) {
    if (isOver(call, options)) return { kind: 'cancelled' }
    const next = options.ways[index + 1]
    call.goesOut(way)
    const attempt = () => tryWay(switchboard, call, way, { ...options, isLast: next === undefined })
    const { result, rang } = await insist(switchboard, call, attempt)
    last = result
    if (result.kind === 'no-answer' && !rang && isTrunksTrouble(result.why))
      switchboard.numbers.trunkFailed(way.trunkId, troubleOf(result))
    if (!mayTryAnother(result, rang)) return result
    const trouble = troubleOf(result)
    call.log.info({ trunk: way.trunkId, trouble }, 'a trunk did not place the call')
    if (next) call.note(`${labelOf(way)} did not place the call: ${trouble}. Trying ${labelOf(next)}.`)
  }
  return isOver(call, options) ? { kind: 'cancelled' } : last
}

/** For help, a line that lacks sound gets it from another call. */
async function insist(
  switchboard: Switchboard,
  call: LiveCall,
  attempt: () => ReturnType<typeof tryWay>,
): ReturnType<typeof tryWay> {
  const first = await attempt()
  const noSound = first.result.kind === 'failed' && first.result.retry
  return noSound && isForHelp(call) && (await makeRoom(switchboard, call)) ? await attempt() : first
}

function isOver(call: LiveCall, { until }: DialOutOptions): boolean {
  return call.over.aborted || until?.aborted === true
}

function labelOf(way: WayOut): string {
  return way.label ?? 'A trunk'
}

function troubleOf(result: RingResult): string {
  if (result.kind !== 'no-answer') return result.kind === 'failed' ? result.sentence : result.kind
  return 'status' in result.why ? `${result.sentence} (${result.why.status})` : result.sentence
}

async function tryWay(
  switchboard: Switchboard,
  call: LiveCall,
  way: WayOut,
  options: DialOutOptions & { readonly isLast: boolean },
): Promise<{ readonly result: RingResult; readonly rang: boolean }> {
  let rang = false
  const ringing = ring(switchboard, call, {
    target: { kind: 'trunk', trunkId: way.trunkId, number: way.number },
    // Without a number of ours the trunk shows its account.
    from: { number: way.from ?? '', ...(way.withheld ? { withheld: true } : {}) },
    owner: { kind: 'outside', trunkId: way.trunkId, account: options.account },
    ringTimeoutMs: switchboard.timeouts.dialMs,
    onProgress: (progress, media) => {
      patience?.cancel()
      rang ||= progress.kind === 'ringing'
      options.onProgress(progress, media)
    },
  })
  let impatient = false
  const giveUp = () => {
    impatient = true
    ringing.cancel('timeout')
  }
  const patience = options.isLast ? undefined : switchboard.clock.after(patienceMs, giveUp)
  const cancel = () => ringing.cancel('caller-gone')
  const stops = [call.over, ...(options.until ? [options.until] : [])]
  for (const stop of stops) stop.addEventListener('abort', cancel, { once: true })
  try {
    const result = await ringing.result
    // Cancelled by ourselves, because it was silent: no wish of the caller.
    if (!impatient || result.kind !== 'cancelled' || isOver(call, options)) return { result, rang }
    return {
      result: { kind: 'no-answer', why: { kind: 'timeout' }, sentence: 'no sign of ringing' },
      rang,
    }
  } finally {
    patience?.cancel()
    for (const stop of stops) stop.removeEventListener('abort', cancel)
  }
}
