// A menu: tells what can be pressed and waits for it. Keys count while it still speaks, and before.
import type { MenuStep, PlanSteps } from '#calls/plan/plan-step.ts'
import type { StepEnd } from './step-end.ts'
import type { Visit } from './visit.ts'

/** After a key that may be the first digit of an extension, the time for the next. */
const nextDigitMs = 2_000
const longestExtension = 6
const extensionRingMs = 30_000

export async function menu(visit: Visit, step: MenuStep): Promise<StepEnd> {
  for (let time = 1; time <= step.times; time += 1) {
    const typed = await ask(visit, step)
    if (visit.left.aborted) return { kind: 'taken' }
    if (typed === undefined) {
      visit.call.note(`No key was pressed${time < step.times ? ': the menu is told again' : ''}.`)
      continue
    }
    const chosen = choose(visit, step, typed)
    if (chosen) return { kind: 'instead', steps: chosen }
    visit.keys.clear()
    visit.call.note(`Pressed ${typed}: not a choice of the menu.`)
    await visit.say(typed.length > 1 ? 'nobody-there' : 'wrong-key').ended
  }
  return step.otherwise.length > 0 ? { kind: 'instead', steps: step.otherwise } : { kind: 'next' }
}

/** What was pressed; undefined: nothing. */
async function ask(visit: Visit, step: MenuStep): Promise<string | undefined> {
  const first = await visit.askKey([step.sound], step.timeoutMs)
  if (first === undefined || !step.extensions || !/\d/.test(first)) return first
  let typed = first
  while (typed.length < longestExtension) {
    const digit = await visit.keys.next(nextDigitMs)
    if (digit === undefined || !/\d/.test(digit)) break
    typed += digit
  }
  return typed
}

function choose(visit: Visit, step: MenuStep, typed: string): PlanSteps | undefined {
  const { call, switchboard } = visit
  const option = step.options.find(({ key }) => key === typed)
  if (option) {
    call.note(option.label === '' ? `Pressed ${typed}.` : `Pressed ${typed}: ${option.label}.`)
    return option.steps
  }
  if (!step.extensions || typed.length < 2) return undefined
  const person = switchboard.staff.findByExtension(call.tenant, typed)
  if (!person) return undefined
  call.note(`Dialled the extension ${typed}: ${person.name}.`)
  return [{ kind: 'person', userId: person.id, ringMs: extensionRingMs, otherwise: step.otherwise }]
}
