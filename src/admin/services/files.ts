// Files a task shows: recordings of its calls and the original text of its mails.
import { join, sep } from 'node:path'
import type { FilesPort } from '#admin/ports.ts'
import type { RecordingView } from '#admin/view.ts'
import { consentsOfCall } from '#calls/recording/consent-store.ts'
import { findReadyRecording, type RecordingRow, recordingsOfCall } from '#calls/recording-store.ts'
import { findMail } from '#mail/mail-store.ts'
import { findUser } from '#people/user.ts'
import type { Database } from '#store/database.ts'
import { callsOfTask } from '#tasks/task-store.ts'
import type { TenantParts } from './parts.ts'

export function filesPort({ tenant }: TenantParts): FilesPort {
  return {
    recording: (recordingId) => {
      const found = findReadyRecording(tenant.db, recordingId)
      const path = found && inside(tenant.recordingsFolder, found.file)
      return path === undefined
        ? undefined
        : { path, name: `recording-${recordingId}.wav`, type: 'audio/wav' }
    },
    mail: (mailId) => {
      const found = findMail(tenant.db, mailId)
      const path = found && inside(tenant.mailFolder, found.rawFile)
      return path === undefined ? undefined : { path, name: `mail-${mailId}.eml`, type: 'message/rfc822' }
    },
  }
}

/** Recordings of the task's calls, oldest first; failed ones have nothing to play. */
export function recordingViewsOf({ tenant }: TenantParts, taskId: string): readonly RecordingView[] {
  return callsOfTask(tenant.db, taskId)
    .flatMap((callId) => recordingsOfCall(tenant.db, callId))
    .filter(({ state }) => state !== 'failed')
    .sort((a, b) => a.startedAt - b.startedAt)
    .map((row) => recordingView(tenant.db, row))
}

function recordingView(db: Database, row: RecordingRow): RecordingView {
  const nameOf = (userId: string) => findUser(db, userId)?.name ?? 'Somebody who left'
  const given = row.voicemail ? undefined : consentsOfCall(db, row.callId).findLast((one) => one.given)
  const { held, deleted } = row
  return {
    id: row.id,
    startedAt: row.startedAt,
    durationMs: row.durationMs ?? 0,
    ready: row.state === 'ready',
    url: `/api/recordings/${row.id}`,
    voicemail: row.voicemail !== undefined,
    rule: row.rule ?? null,
    pauses: (row.pauses ?? []).map(({ atMs, ms, userId }) => ({ atMs, ms, who: nameOf(userId) })),
    consent: given ? { mode: given.mode, key: given.key ?? null, at: given.at } : null,
    hold: held ? { at: held.at, who: nameOf(held.by), reason: held.reason } : null,
    deleted: deleted
      ? {
          at: deleted.at,
          who: deleted.by === undefined ? '' : nameOf(deleted.by),
          why: deleted.why,
          sha256: deleted.sha256 ?? null,
        }
      : null,
  }
}

/** Names in the database are ours; should one ever point out of its folder, it is no file of this company. */
function inside(folder: string, name: string): string | undefined {
  const path = join(folder, name)
  return path.startsWith(folder + sep) ? path : undefined
}
