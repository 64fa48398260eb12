// What the pages show of recordings: the rules, and of each recording whose rule, consent, pauses, hold and proof of deletion.
import type { RecordingRule, RecordingRuleInput } from '#calls/recording/recording-rule.ts'
import type { RecordingSettings } from '#calls/recording/recording-settings.ts'

export type { RecordingRule, RecordingRuleInput, RecordingSettings }

export interface RecordingRulesView {
  /** Oldest first. */
  readonly rules: readonly RecordingRule[]
  readonly settings: RecordingSettings
  readonly numbers: readonly { readonly number: string; readonly shown: string; readonly recorded: boolean }[]
  readonly skills: readonly { readonly id: string; readonly name: string }[]
  readonly people: readonly { readonly id: string; readonly name: string }[]
  /** Of all that are kept. */
  readonly kept: { readonly recordings: number; readonly bytes: number; readonly held: number }
}

export interface RecordingView {
  readonly id: string
  readonly startedAt: number
  readonly durationMs: number
  readonly ready: boolean
  /** Played from here with the session cookie; supports range requests. */
  readonly url: string
  readonly voicemail: boolean
  /** The name of the rule it was made by. */
  readonly rule: string | null
  /** Stretches left out; `atMs` in the file. */
  readonly pauses: readonly { readonly atMs: number; readonly ms: number; readonly who: string }[]
  /** What the other side said to it. */
  readonly consent: {
    readonly mode: 'announce' | 'press-one'
    readonly key: string | null
    readonly at: number
  } | null
  /** Nothing deletes it. */
  readonly hold: { readonly at: number; readonly who: string; readonly reason: string } | null
  /** Nothing but this proof is left. `who` empty: its time was over. */
  readonly deleted: {
    readonly at: number
    readonly who: string
    readonly why: string
    readonly sha256: string | null
  } | null
}

/** A value now or later, as of every port. */
type Soon<T> = T | Promise<T>

export interface RecordingsPort {
  view(): Soon<RecordingRulesView>
  /** @throws CordboardError `calls.recording-rules-full`, `calls.recording-rule` */
  addRule(input: RecordingRuleInput): Soon<RecordingRule>
  /** @throws CordboardError `calls.no-rule` and as `addRule` */
  changeRule(ruleId: string, input: RecordingRuleInput): Soon<RecordingRule>
  /** @throws CordboardError `calls.no-rule` */
  deleteRule(ruleId: string): Soon<void>
  saveSettings(settings: RecordingSettings): Soon<RecordingSettings>
  /** null: released. The task it is shown in. @throws CordboardError `calls.no-recording` */
  hold(userId: string, recordingId: string, reason: string | null): Soon<string | undefined>
  /** Every recording of the task there is. @throws CordboardError `task.unknown` */
  holdTask(userId: string, taskId: string, reason: string | null): Soon<void>
  /** The task it is shown in. @throws CordboardError as recording/delete-recording.ts says */
  delete(userId: string, recordingId: string, reason: string): Promise<string | undefined>
}
