// Recording of a talk: a file that is whole at every moment. A disk that refuses never ends the call.
import { rm } from 'node:fs/promises'
import type { CallLeg } from '#calls/call-leg.ts'
import type { CallFact } from '#calls/facts.ts'
import type { LiveCall } from '#calls/live-call.ts'
import { type Pause, type RecordingRow, writeRecording } from '#calls/recording-store.ts'
import type { Switchboard } from '#calls/switchboard.ts'
import { messageOf } from '#lib/errors.ts'
import { newId } from '#lib/id.ts'
import { type KeptRecording, recordLeg } from '#media/recordings.ts'
import { appendFact } from '#store/facts.ts'

/** One recording, from its row to its file. */
export class Recorder {
  readonly #switchboard: Switchboard
  readonly #call: LiveCall
  readonly #leg: CallLeg
  #row: RecordingRow

  constructor(
    switchboard: Switchboard,
    call: LiveCall,
    leg: CallLeg,
    options: Pick<RecordingRow, 'voicemail' | 'ruleId' | 'rule'> = {},
  ) {
    const id = newId()
    this.#switchboard = switchboard
    this.#call = call
    this.#leg = leg
    this.#row = {
      id,
      callId: call.id,
      state: 'open',
      file: `${id}.wav`,
      startedAt: switchboard.clock.now(),
      ...options,
    }
  }

  /** undefined: the call goes on without a recording. Never rejects. */
  async start(): Promise<KeptRecording | undefined> {
    const row = this.#row
    // The row first: a file found after a crash always has a row that says whose it is.
    this.#write(row)
    let running: KeptRecording
    try {
      running = await recordLeg(this.#leg.media, this.#call.tenant.folder, row.id)
    } catch (err) {
      this.#call.log.error({ err, recording: row.id }, 'the call goes on without a recording')
      this.#write({ ...row, state: 'failed', sentence: messageOf(err) })
      return undefined
    }
    this.#write(row, { kind: 'recording-started', body: { ...this.#base(), recordingId: row.id } })
    this.#call.setRecording(true)
    this.#leg.media.events.on((event) => {
      if (event.kind !== 'recording-ended') return
      this.#call.log.warn(
        { recording: row.id, reason: event.reason },
        'a recording ended by itself; the call goes on',
      )
      this.#call.setRecording(false)
    })
    return running
  }

  /** A stretch was left out. */
  leftOut(pause: Pause): void {
    this.#row = { ...this.#row, pauses: [...(this.#row.pauses ?? []), pause] }
    this.#write(this.#row)
  }

  /** Never rejects. */
  async finish(running: KeptRecording): Promise<void> {
    const row = this.#row
    try {
      const { durationMs, bytes } = await running.stop()
      const body = {
        ...this.#base(),
        recordingId: row.id,
        file: row.file,
        durationMs,
        bytes,
        repaired: false,
        ...(row.voicemail ? { voicemail: row.voicemail } : {}),
      }
      this.#write({ ...row, state: 'ready', durationMs, bytes }, { kind: 'recording-ready', body })
    } catch (err) {
      // The row stays open: the next start repairs what is on the disk.
      this.#call.log.error({ err, recording: row.id }, 'a recording could not be finished')
    }
  }

  /** Ends it and keeps no sound. Never rejects. */
  async discard(running: KeptRecording, sentence: string): Promise<void> {
    try {
      const { path } = await running.stop()
      await rm(path, { force: true })
      this.#write({ ...this.#row, state: 'failed', sentence })
    } catch (err) {
      this.#call.log.error({ err, recording: this.#row.id }, 'a recording could not be discarded')
    }
  }

  #base() {
    return { callId: this.#call.id, at: this.#switchboard.clock.now() }
  }

  #write(row: RecordingRow, fact?: CallFact): void {
    this.#switchboard.journalOf(this.#call.tenant).write((db) => {
      writeRecording(db, row)
      if (fact) appendFact(db, { kind: fact.kind, at: fact.body.at, body: fact.body })
    })
  }
}
