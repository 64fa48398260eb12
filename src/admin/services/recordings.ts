// Recording as the pages show it: rules, what is kept and how long, holds and deletions with their proof.
import { z } from 'zod'
import type { RecordingRuleInput, RecordingRulesView, RecordingsPort } from '#admin/recording-view.ts'
import type { CallFact } from '#calls/facts.ts'
import { numberPlan } from '#calls/number-plan.ts'
import { deleteRecording } from '#calls/recording/delete-recording.ts'
import {
  changeRecordingRule,
  createRecordingRule,
  deleteRecordingRule,
  getRecordingRule,
  listRecordingRules,
} from '#calls/recording/recording-rule.ts'
import { recordingSettings, saveRecordingSettings } from '#calls/recording/recording-settings.ts'
import { findRecording, holdRecording, type RecordingRow, recordingsOfCall } from '#calls/recording-store.ts'
import { CordboardError } from '#lib/errors.ts'
import { showPhoneNumber } from '#people/phone-number.ts'
import { listSkills } from '#people/skill.ts'
import { findUser, listUsers } from '#people/user.ts'
import type { Trunks } from '#sip/trunks/trunks.ts'
import { query } from '#store/database.ts'
import { appendFact } from '#store/facts.ts'
import { callsOfTask, findTask, findTaskIdOfCall } from '#tasks/task-store.ts'
import type { TenantParts } from './parts.ts'

export interface RecordingSources extends TenantParts {
  readonly trunks: Pick<Trunks, 'numbers'>
}

const keptSums = query(
  z.object({ recordings: z.int(), bytes: z.int(), held: z.int() }),
  `SELECT count(*) AS recordings, coalesce(sum(bytes), 0) AS bytes, count(held_at) AS held
   FROM recordings WHERE state = 'ready' AND deleted_at IS NULL`,
)

export function recordingsPort(sources: RecordingSources): RecordingsPort {
  const { tenant, clock } = sources
  const { db } = tenant
  return {
    view: () => rulesView(sources),
    addRule: (input) => {
      check(sources, input)
      return createRecordingRule(db, input, clock.now())
    },
    changeRule: (ruleId, input) => {
      getRecordingRule(db, ruleId)
      check(sources, input)
      return changeRecordingRule(db, ruleId, input)
    },
    deleteRule: (ruleId) => {
      getRecordingRule(db, ruleId)
      deleteRecordingRule(db, ruleId)
    },
    saveSettings: (settings) => {
      saveRecordingSettings(db, settings)
      return recordingSettings(db)
    },
    hold: (userId, recordingId, reason) => {
      const row = findRecording(db, recordingId)
      if (!row || row.deleted) throw none()
      db.transaction(() => hold(sources, row, { userId, reason }))
      return findTaskIdOfCall(db, row.callId)
    },
    holdTask: (userId, taskId, reason) => {
      if (!findTask(db, taskId))
        throw new CordboardError('task.unknown', 'There is no such task.', { blame: 'user' })
      const rows = callsOfTask(db, taskId).flatMap((callId) => recordingsOfCall(db, callId))
      const left = rows.filter((row) => !row.deleted && row.state !== 'failed')
      db.transaction(() => {
        for (const row of left)
          if ((row.held === undefined) !== (reason === null)) hold(sources, row, { userId, reason })
      })
    },
    delete: async (userId, recordingId, reason) => {
      await deleteRecording(tenant, recordingId, { clock, by: userId, why: reason })
      const row = findRecording(db, recordingId)
      return row && findTaskIdOfCall(db, row.callId)
    },
  }
}

function rulesView({ tenant, trunks }: RecordingSources): RecordingRulesView {
  const { db } = tenant
  return {
    rules: listRecordingRules(db),
    settings: recordingSettings(db),
    numbers: trunks.numbers.list(tenant.id).map(({ number }) => ({
      number,
      shown: showPhoneNumber(number, 'ZZ'),
      recorded: numberPlan(db, number).recording,
    })),
    skills: listSkills(db)
      .filter(({ active }) => active)
      .map(({ id, name }) => ({ id, name })),
    people: listUsers(db).map(({ id, name }) => ({ id, name })),
    kept: db.get(keptSums),
  }
}

/** A rule about somebody else's number or nobody would never count, and nobody would see why. */
function check({ tenant, trunks }: RecordingSources, input: RecordingRuleInput): void {
  const { number, skillId, userId } = input
  const { db } = tenant
  const bad = (sentence: string) => new CordboardError('calls.recording-rule', sentence, { blame: 'user' })
  if (number !== null && trunks.numbers.find(number)?.tenantId !== tenant.id)
    throw bad(`${number} is none of your numbers.`)
  if (skillId !== null && !listSkills(db).some(({ id }) => id === skillId))
    throw bad('There is no such skill.')
  if (userId !== null && !findUser(db, userId)) throw bad('There is no such person.')
}

function hold(
  { tenant, clock }: RecordingSources,
  row: RecordingRow,
  wish: { readonly userId: string; readonly reason: string | null },
): void {
  const { userId, reason } = wish
  const at = clock.now()
  if (!holdRecording(tenant.db, row.id, reason === null ? undefined : { at, by: userId, reason })) return
  const sentence =
    reason === null ? 'Released the recording: it may be deleted again' : `Holds the recording: ${reason}`
  const fact: CallFact = { kind: 'call-noted', body: { callId: row.callId, at, sentence, userId } }
  appendFact(tenant.db, { kind: fact.kind, at, body: fact.body })
}

function none(): CordboardError {
  return new CordboardError('calls.no-recording', 'There is no such recording.', { blame: 'user' })
}
