// Recording of a talk: a file that is whole at every moment. A disk that refuses never ends the call.
import type { CallLeg } from '#calls/call-leg.ts'
import type { CallFact } from '#calls/facts.ts'
import type { LiveCall } from '#calls/live-call.ts'
import { type RecordingRow, writeRecording } from '#calls/recording-store.ts'
import type { Switchboard } from '#calls/switchboard.ts'
import { messageOf } from '#lib/errors.ts'
import { newId } from '#lib/id.ts'
import { type KeptRecording, recordLeg } from '#media/recordings.ts'
import { appendFact } from '#store/facts.ts'

/** Records `leg` until the call is over. Never rejects. */
export async function record(switchboard: Switchboard, call: LiveCall, leg: CallLeg): Promise<void> {
  const id = newId()
  const { clock } = switchboard
  const row: RecordingRow = { id, callId: call.id, state: 'open', file: `${id}.wav`, startedAt: clock.now() }
  const write = writer(switchboard, call)
  // The row first: a file found after a crash always has a row that says whose it is.
  write(row)
  let running: KeptRecording
  try {
    running = await recordLeg(leg.media, call.tenant.folder, id)
  } catch (err) {
    call.log.error({ err, recording: id }, 'the call goes on without a recording')
    write({ ...row, state: 'failed', sentence: messageOf(err) })
    return
  }
  write(row, { kind: 'recording-started', body: { callId: call.id, at: clock.now(), recordingId: id } })
  call.setRecording(true)
  leg.media.events.on((event) => {
    if (event.kind !== 'recording-ended') return
    call.log.warn({ recording: id, reason: event.reason }, 'a recording ended by itself; the call goes on')
    call.setRecording(false)
  })
  const finish = async () => {
    try {
      const { durationMs, bytes } = await running.stop()
      const body = { callId: call.id, at: clock.now(), recordingId: id, file: row.file, durationMs, bytes }
      write(
        { ...row, state: 'ready', durationMs, bytes },
        { kind: 'recording-ready', body: { ...body, repaired: false } },
      )
    } catch (err) {
      // The row stays open: the next start repairs what is on the disk.
      call.log.error({ err, recording: id }, 'a recording could not be finished')
    }
  }
  if (call.over.aborted) await finish()
  else call.beforeClose(finish)
}

function writer(switchboard: Switchboard, call: LiveCall) {
  const journal = switchboard.journalOf(call.tenant)
  return (row: RecordingRow, fact?: CallFact) =>
    journal.write((db) => {
      writeRecording(db, row)
      if (fact) appendFact(db, { kind: fact.kind, at: fact.body.at, body: fact.body })
    })
}
