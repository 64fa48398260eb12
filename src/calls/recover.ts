// After a crash: calls left open are closed as interrupted, recordings cut off are repaired. Running it again changes nothing.
import { stat } from 'node:fs/promises'
import type { Clock } from '#lib/clock.ts'
import { systemCodeOf } from '#lib/errors.ts'
import type { Log } from '#lib/log.ts'
import { recordingPath, repairRecordings } from '#media/recordings.ts'
import { appendFact } from '#store/facts.ts'
import type { Tenant } from '#store/store.ts'
import { closeInterrupted, type OpenCallRow, openCallRows } from './call-store.ts'
import type { CallFact } from './facts.ts'
import { openRecordingRows, type RecordingRow, writeRecording } from './recording-store.ts'
import { closeTally } from './statistics/statistics-store.ts'

const sentence = 'Cordboard was stopped during the call.'
/** WAV header and bytes per ms of our recordings: 8 kHz, 16 bit, stereo. */
const wavHeaderBytes = 44
const bytesPerMs = 32

/** Call it at start, before the tenant takes calls: an open call is taken for a dead one. */
export async function recover(tenant: Tenant, options: { clock: Clock; log: Log }): Promise<void> {
  const { clock, log } = options
  const open = openCallRows(tenant.db)
  for (const call of open) tenant.db.transaction(() => interrupt(tenant, call, clock.now()))
  if (open.length > 0)
    log.warn({ tenant: tenant.id, calls: open.length }, 'calls cut off by a crash were closed')
  await recoverRecordings(tenant, options)
}

function interrupt(tenant: Tenant, call: OpenCallRow, now: number): void {
  closeInterrupted(tenant.db, call.id, { at: now, sentence })
  closeTally(tenant.db, call.id, now)
  append(tenant, {
    kind: 'call-ended',
    body: {
      callId: call.id,
      at: now,
      outcome: 'interrupted',
      endedBy: 'system',
      sentence,
      // When exactly it ended nobody knows; what was counted until the last change is true at least.
      talkMs: call.talkMs,
      waitMs: Math.max(0, (call.answeredAt ?? call.startedAt) - call.startedAt),
    },
  })
}

async function recoverRecordings(tenant: Tenant, { clock, log }: { clock: Clock; log: Log }): Promise<void> {
  const rows = openRecordingRows(tenant.db)
  try {
    await repairRecordings(tenant.folder)
  } catch (err) {
    // The rows stay open; the files are kept, the next start tries again.
    log.error({ err, tenant: tenant.id }, 'recordings cut off by a crash could not be repaired')
    return
  }
  for (const row of rows) {
    const bytes = await sizeOf(recordingPath(tenant.folder, row.id))
    tenant.db.transaction(() => settle(tenant, row, { bytes, now: clock.now() }))
  }
}

function settle(tenant: Tenant, row: RecordingRow, found: { bytes: number | undefined; now: number }): void {
  const durationMs = Math.round(((found.bytes ?? 0) - wavHeaderBytes) / bytesPerMs)
  if (found.bytes === undefined || durationMs <= 0) {
    writeRecording(tenant.db, { ...row, state: 'failed', sentence: 'Nothing was recorded before the crash.' })
    return
  }
  const { bytes } = found
  writeRecording(tenant.db, { ...row, state: 'ready', durationMs, bytes, repaired: true })
  append(tenant, {
    kind: 'recording-ready',
    body: {
      callId: row.callId,
      at: found.now,
      recordingId: row.id,
      file: row.file,
      durationMs,
      bytes,
      repaired: true,
      ...(row.voicemail ? { voicemail: row.voicemail } : {}),
    },
  })
}

function append(tenant: Tenant, fact: CallFact): void {
  appendFact(tenant.db, { kind: fact.kind, at: fact.body.at, body: fact.body })
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size
  } catch (err) {
    if (systemCodeOf(err) === 'ENOENT') return undefined
    throw err
  }
}
