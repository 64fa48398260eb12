// The small company with a plan for its number, and what alice hears and presses on her way through it.
import { queueOnly, saveNumberPlan } from '#calls/number-plan.ts'
import { type PlanSteps, plainQueue, type QueueStep } from '#calls/plan/plan-step.ts'
import { setStatus } from '#people/status.ts'
import { waitUntil } from '#test/wait-until.ts'
import type { FakeMediaLeg } from './media.ts'
import { type Office, openOffice, ourNumber } from './office.ts'

export { ourNumber } from './office.ts'

export const voicemail = {
  kind: 'voicemail',
  greeting: null,
  skills: [],
  mailTo: ['bob@acme.example'],
  maxMs: 60_000,
} as const

export type PlanOffice = Awaited<ReturnType<typeof openPlanOffice>>

export async function openPlanOffice() {
  const office: Office = await openOffice()
  /** The caller's leg, as the first opened. */
  const caller = (): FakeMediaLeg => {
    const [leg] = office.media.opened
    if (!leg) throw new Error('nobody called')
    return leg
  }
  /** The names of the prompts that are said now. */
  const said = (): string => {
    const { playing } = caller()
    if (playing?.kind !== 'files') return playing?.kind ?? 'nothing'
    return playing.paths.map((path) => path.replace(/^.*\/|\.wav$/g, '')).join(' ')
  }
  const count = (kind: string) => office.facts().filter((fact) => fact.kind === kind).length
  return {
    office,
    caller,
    said,
    plan: (open: PlanSteps, rest: { closed?: PlanSteps; hoursId?: string } = {}) => {
      const plan = { ...queueOnly([]), open, ...rest }
      saveNumberPlan(office.tenant.db, { number: ourNumber, label: '', recording: false, plan })
    },
    queue: (change: Partial<QueueStep> = {}): QueueStep => ({ ...plainQueue([office.skillId]), ...change }),
    press: async (keys: string) => {
      for (const digit of keys) caller().events.emit({ kind: 'digit', digit, durationMs: 100 })
      await office.settle()
    },
    /** What is said comes to its end. */
    heard: async () => {
      caller().played()
      await office.settle()
    },
    notes: (): readonly string[] =>
      office.facts().flatMap((fact) => (fact.kind === 'call-noted' ? [fact.body.sentence] : [])),
    nobodyReady: () => {
      for (const userId of [office.eva, office.bob])
        setStatus(office.tenant.db, { userId, statusId: 'offline', now: office.clock.now() })
    },
    /** The tone has sounded and the message is being written: files take their own time. */
    messageBegins: async (leg: FakeMediaLeg = caller()) => {
      const before = count('recording-started')
      for (const _sound of ['greeting', 'tone']) {
        leg.played()
        await office.settle()
      }
      await waitUntil('the message is recorded', () => count('recording-started') > before)
      await office.settle()
    },
    saidIs: async (prompt: string) => {
      await waitUntil(`${prompt} is said`, () => said() === prompt)
    },
    callEnded: async (times = 1) => {
      const isOver = () => count('call-ended') === times && office.media.legs.size === 0
      await waitUntil('the call has ended', isOver)
      await office.settle()
    },
  }
}
