// Plans of numbers and opening hours as the pages show them; what a plan names must be there.
import type { Branch, HoursView, PlanMoment, PlanView } from '#admin/plan-view.ts'
import type { HoursPort, PlansPort } from '#admin/ports.ts'
import { hoursAt } from '#calls/hours.ts'
import { type NumberPlan, numberPlan, numbersWithHours, saveNumberPlan } from '#calls/number-plan.ts'
import {
  findHours,
  listHours,
  type NamedHours,
  noHours,
  removeHours,
  saveHours,
} from '#calls/plan/opening-hours.ts'
import { branchesOf, everyStep, type PlanBranches, type PlanStep } from '#calls/plan/plan-step.ts'
import { soundPath } from '#calls/prompts/sound-path.ts'
import { route } from '#calls/route.ts'
import { CordboardError } from '#lib/errors.ts'
import { readPhoneNumber, showPhoneNumber } from '#people/phone-number.ts'
import { findSkill } from '#people/skill.ts'
import { findUser } from '#people/user.ts'
import type { Trunks } from '#sip/trunks/trunks.ts'
import type { TenantParts } from './parts.ts'
import { planGaps } from './plan-gaps.ts'

export interface PlanSources extends TenantParts {
  readonly trunks: Pick<Trunks, 'numbers'>
}

/** No country's own: our numbers are shown in full, with theirs in front. */
const abroad = 'ZZ'

export function plansPort(sources: PlanSources): PlansPort {
  const { tenant, trunks, clock } = sources
  const own = (number: string): NumberPlan => {
    const found = trunks.numbers.find(number)
    if (found?.tenantId !== tenant.id)
      throw new CordboardError('sip.no-number', 'There is no such number here.', { blame: 'user' })
    return { ...numberPlan(tenant.db, number), label: found.label }
  }
  const view = (settings: NumberPlan): PlanView => ({
    number: settings.number,
    shown: showPhoneNumber(settings.number, abroad),
    label: settings.label,
    plan: settings.plan,
    now: momentOf(sources, settings, clock.now()),
    gaps: planGaps(tenant, settings.plan),
  })
  return {
    find: (number) => view(own(number)),
    save: (number, plan) => {
      const settings = { ...own(number), plan: checked(sources, plan) }
      saveNumberPlan(tenant.db, settings)
      return view(settings)
    },
    tryOut: (number, { at, plan }) => {
      const settings = own(number)
      return momentOf(sources, plan ? { ...settings, plan } : settings, at)
    },
  }
}

function momentOf({ tenant }: PlanSources, settings: NumberPlan, at: number): PlanMoment {
  const { hoursId } = settings.plan
  const hours = hoursId === null ? undefined : findHours(tenant.db, hoursId)
  const { branch, steps, reason, changesAt } = route({ settings, hours, at, timeZone: tenant.timeZone })
  return { at, branch, steps, reason, changesAt, timeZone: hours?.timeZone ?? tenant.timeZone }
}

/** @throws CordboardError `calls.plan`, `calls.no-hours` */
function checked(sources: PlanSources, plan: PlanBranches): PlanBranches {
  const { tenant } = sources
  if (plan.hoursId !== null && !findHours(tenant.db, plan.hoursId)) throw noHours()
  for (const step of branchesOf(plan).flatMap(everyStep)) {
    const wrong = whatIsMissing(sources, step, plan.language)
    if (wrong) throw new CordboardError('calls.plan', wrong, { blame: 'user' })
  }
  return plan
}

function whatIsMissing({ tenant }: PlanSources, step: PlanStep, language: string): string | undefined {
  const sounds = soundsOf(step).filter((choice) => soundPath(tenant, choice, language) === undefined)
  if (sounds.length > 0) return 'A sound of this plan is not there any more: choose another one.'
  if ('skills' in step && step.skills.some((id) => !findSkill(tenant.db, id)))
    return 'A skill of this plan is not there any more: choose another one.'
  if (step.kind === 'person' && !findUser(tenant.db, step.userId))
    return 'A person of this plan is not there any more: choose another one.'
  if (step.kind === 'number' && !readPhoneNumber(step.number, tenant.country))
    return `${step.number} is no number that can be called: write it with its country code.`
  return undefined
}

function soundsOf(step: PlanStep): readonly string[] {
  const choice =
    step.kind === 'queue'
      ? step.music
      : step.kind === 'voicemail'
        ? step.greeting
        : 'sound' in step
          ? step.sound
          : null
  return choice === null ? [] : [choice]
}

export function hoursPort({ tenant, clock }: TenantParts): HoursPort {
  const view = (hours: NamedHours): HoursView => {
    const { timeZone, ...rest } = hours
    const { state, reason, changesAt } = hoursAt(hours, clock.now(), timeZone ?? tenant.timeZone)
    const branch: Branch = state
    const usedBy = numbersWithHours(tenant.db, hours.id).map(({ number }) => showPhoneNumber(number, abroad))
    return { ...rest, timeZone: timeZone ?? null, usedBy, now: { branch, reason, changesAt } }
  }
  return {
    list: () => listHours(tenant.db).map(view),
    create: (input) => view(saveHours(tenant.db, input, { now: clock.now() })),
    update: (id, input) => view(saveHours(tenant.db, input, { id, now: clock.now() })),
    delete: (id) => {
      const used = numbersWithHours(tenant.db, id)
      if (used.length > 0)
        throw new CordboardError(
          'calls.in-use',
          `Used by ${used.map(({ number }) => showPhoneNumber(number, abroad)).join(', ')}: choose other hours there first.`,
          { blame: 'user' },
        )
      removeHours(tenant.db, id)
    },
  }
}
