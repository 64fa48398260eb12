// Deletes recordings whose time is over, once an hour, of every company.
import { recordingSettings } from '#calls/recording/recording-settings.ts'
import { type ExpiredRecording, expiredRecordings, unerasedRecordings } from '#calls/recording-store.ts'
import type { Clock } from '#lib/clock.ts'
import { CordboardError } from '#lib/errors.ts'
import { guard } from '#lib/guard.ts'
import type { Log } from '#lib/log.ts'
import type { Store, Tenant } from '#store/store.ts'
import { deleteRecording, eraseFile } from './delete-recording.ts'

const hourMs = 3_600_000
/** After the start other things come first. */
const firstMs = 60_000

export interface RetentionOptions {
  readonly store: Pick<Store, 'tenants'>
  readonly clock: Clock
  readonly log: Log
}

/** Sweeps until disposed, which waits for one that runs. */
export function startRetention(options: RetentionOptions): AsyncDisposable {
  const { store, clock } = options
  const log = options.log.with({ area: 'retention' })
  let running: Promise<void> = Promise.resolve()
  let stopped = false
  const sweepAll = async () => {
    for (const tenant of store.tenants()) if (!stopped) await sweep(tenant, { clock, log })
  }
  const begin = guard(log, 'retention', () => {
    running = running
      .then(sweepAll)
      .catch((err: unknown) => log.error({ err }, 'a sweep of recordings failed'))
  })
  const timers = [clock.after(firstMs, begin), clock.every(hourMs, begin)]
  return {
    [Symbol.asyncDispose]: async () => {
      stopped = true
      for (const timer of timers) timer.cancel()
      await running
    },
  }
}

/** One look at a company's recordings; how many were deleted. One that cannot be does not keep the others. */
export async function sweep(tenant: Tenant, options: { clock: Clock; log: Log }): Promise<number> {
  const { clock, log } = options
  for (const row of unerasedRecordings(tenant.db))
    await eraseFile(tenant, row, clock).catch((err: unknown) =>
      log.error({ err, recording: row.id }, 'a deleted recording is still on the disk'),
    )
  let deleted = 0
  const failed = new Set<string>()
  for (;;) {
    const settings = recordingSettings(tenant.db)
    const expired = expiredRecordings(tenant.db, { now: clock.now(), ...settings })
    const left = expired.filter(({ id }) => !failed.has(id))
    for (const row of left) {
      const done = await expire(tenant, row, options)
      if (done) deleted += 1
      else failed.add(row.id)
    }
    if (left.length === 0) break
  }
  if (deleted > 0) log.info({ tenant: tenant.id, deleted }, 'recordings were deleted, their time was over')
  return deleted
}

async function expire(
  tenant: Tenant,
  { id, keepDays, rule }: ExpiredRecording,
  { clock, log }: { clock: Clock; log: Log },
): Promise<boolean> {
  const whose = rule === undefined ? 'as usual' : `by the rule “${rule}”`
  const why = `it is kept for ${keepDays} ${keepDays === 1 ? 'day' : 'days'}, ${whose}.`
  try {
    await deleteRecording(tenant, id, { clock, by: undefined, why })
    return true
  } catch (err) {
    // Held since it was listed: that is no fault.
    if (!(err instanceof CordboardError && err.blame === 'user'))
      log.error({ err, recording: id }, 'a recording could not be deleted')
    return false
  }
}
