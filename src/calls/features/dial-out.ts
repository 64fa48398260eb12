// Out through a trunk: the ways are tried in order until one rings, is busy or answers (C7).
import type { LiveCall } from '#calls/live-call.ts'
import type { WayOut } from '#calls/neighbours.ts'
import { type RingOptions, type RingResult, ring } from '#calls/ring.ts'
import type { Switchboard } from '#calls/switchboard.ts'
import type { NoAnswer } from '#sip/status.ts'

export interface DialOutOptions {
  readonly ways: readonly WayOut[]
  readonly onProgress: NonNullable<RingOptions['onProgress']>
}

/** Never rejects; cancelled with the call. A call without a way out is a trunk fault. */
export async function dialOut(
  switchboard: Switchboard,
  call: LiveCall,
  options: DialOutOptions,
): Promise<RingResult> {
  let last: RingResult = { kind: 'failed', sentence: 'No provider can place this call now.', retry: true }
  for (const way of options.ways) {
    if (call.over.aborted) return { kind: 'cancelled' }
    call.goesOut(way)
    const { result, rang } = await tryWay(switchboard, call, way, options)
    last = result
    if (!mayTryAnother(result, rang)) return result
    call.log.info({ trunk: way.trunkId, result: result.kind }, 'a trunk did not place the call')
  }
  return call.over.aborted ? { kind: 'cancelled' } : last
}

async function tryWay(
  switchboard: Switchboard,
  call: LiveCall,
  way: WayOut,
  options: DialOutOptions,
): Promise<{ readonly result: RingResult; readonly rang: boolean }> {
  let rang = false
  const ringing = ring(switchboard, call, {
    target: { kind: 'trunk', trunkId: way.trunkId, number: way.number },
    // Without a number of ours the trunk shows its account.
    from: { number: way.from ?? '' },
    owner: { kind: 'outside', trunkId: way.trunkId },
    ringTimeoutMs: switchboard.timeouts.dialMs,
    onProgress: (progress, media) => {
      rang ||= progress.kind === 'ringing'
      options.onProgress(progress, media)
    },
  })
  const cancel = () => ringing.cancel('caller-gone')
  call.over.addEventListener('abort', cancel, { once: true })
  try {
    return { result: await ringing.result, rang }
  } finally {
    call.over.removeEventListener('abort', cancel)
  }
}

/** Busy and declined never fail over, and a phone that rang was reached: another trunk would ring it again. */
function mayTryAnother(result: RingResult, rang: boolean): boolean {
  return result.kind === 'no-answer' && !rang && isTrunksFault(result.why)
}

function isTrunksFault(why: NoAnswer): boolean {
  return why.kind === 'trunkFault' || why.kind === 'unreachable' || why.kind === 'timeout'
}
