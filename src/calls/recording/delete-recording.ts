// A recording is deleted: first the proof is written, then the file goes. A crash between the two is finished by the sweep.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { CallFact } from '#calls/facts.ts'
import { findRecording, markDeleted, markErased, type RecordingRow } from '#calls/recording-store.ts'
import type { Clock } from '#lib/clock.ts'
import { CordboardError, systemCodeOf } from '#lib/errors.ts'
import { appendFact } from '#store/facts.ts'
import type { Tenant } from '#store/store.ts'

export interface DeleteOptions {
  readonly clock: Clock
  /** undefined: its time was over. */
  readonly by: string | undefined
  /** Whole, for the proof. */
  readonly why: string
}

/**
 * Resolves when nothing but the proof is left.
 * @throws CordboardError `calls.no-recording`, `calls.recording-held`, `calls.recording-open`
 */
export async function deleteRecording(tenant: Tenant, id: string, options: DeleteOptions): Promise<void> {
  const { clock, by, why } = options
  const row = findRecording(tenant.db, id)
  if (!row || row.deleted || row.state === 'failed') throw none()
  if (row.state === 'open')
    throw new CordboardError('calls.recording-open', 'It is being recorded still.', { blame: 'user' })
  if (row.held) throw held()
  const sha256 = await digestOf(pathOf(tenant, row))
  const at = clock.now()
  const marked = tenant.db.transaction(() => {
    if (!markDeleted(tenant.db, id, { at, by, why, sha256 })) return false
    const what = row.voicemail ? 'voicemail' : 'recording'
    // After a person's name in the log, or alone.
    const sentence = by === undefined ? `The ${what} was deleted: ${why}` : `Deleted the ${what}: ${why}`
    const body = { callId: row.callId, at, sentence, ...(by === undefined ? {} : { userId: by }) }
    tell(tenant, { kind: 'call-noted', body })
    return true
  })
  // Held or deleted while it was read.
  if (!marked) throw findRecording(tenant.db, id)?.held ? held() : none()
  await eraseFile(tenant, row, clock)
}

/** Takes the file of a deleted recording off the disk. */
export async function eraseFile(
  tenant: Tenant,
  row: Pick<RecordingRow, 'id' | 'file'>,
  clock: Clock,
): Promise<void> {
  const path = pathOf(tenant, row)
  await rm(path, { force: true })
  // The name must not come back after a power cut.
  await using folder = await open(dirname(path), 'r')
  await folder.sync()
  markErased(tenant.db, row.id, clock.now())
}

/** Never outside of the company's folder. */
function pathOf(tenant: Tenant, { file }: Pick<RecordingRow, 'file'>): string {
  return join(tenant.recordingsFolder, basename(file))
}

function tell({ db }: Tenant, fact: CallFact): void {
  appendFact(db, { kind: fact.kind, at: fact.body.at, body: fact.body })
}

async function digestOf(path: string): Promise<string | undefined> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk)
  } catch (err) {
    if (systemCodeOf(err) === 'ENOENT') return undefined
    throw err
  }
  return hash.digest('hex')
}

function none(): CordboardError {
  return new CordboardError('calls.no-recording', 'There is no such recording.', { blame: 'user' })
}

function held(): CordboardError {
  const sentence = 'This recording is held: release it first.'
  return new CordboardError('calls.recording-held', sentence, { blame: 'user' })
}
