// Numbers as the pages show them: where they come in (sip) and what happens to their calls (calls) in one row.
import type { NumbersPort } from '#admin/ports.ts'
import type { NumberView } from '#admin/view.ts'
import { forgetNumberPlan, numberPlan, saveNumberPlan } from '#calls/number-plan.ts'
import { everySkillOf } from '#calls/route.ts'
import { CordboardError } from '#lib/errors.ts'
import { readPhoneNumber, showPhoneNumber } from '#people/phone-number.ts'
import { listSkills } from '#people/skill.ts'
import type { OwnNumber } from '#sip/trunks/number-book.ts'
import type { Trunks } from '#sip/trunks/trunks.ts'
import type { TenantParts } from './parts.ts'
import { planGaps } from './plan-gaps.ts'
import { skillViews } from './skills.ts'

export interface NumberSources extends TenantParts {
  readonly trunks: Pick<Trunks, 'book' | 'numbers'>
}

export function numbersPort(sources: NumberSources): NumbersPort {
  const { tenant, trunks } = sources
  const { numbers } = trunks
  const own = (number: string): OwnNumber => {
    const found = numbers.find(number)
    if (found?.tenantId === tenant.id) return found
    throw new CordboardError('sip.no-number', 'There is no such number here.', { blame: 'user' })
  }
  return {
    list: () => numbers.list(tenant.id).map((number) => numberView(sources, number)),
    create: (input) => {
      const number = readPhoneNumber(input.number, tenant.country) ?? input.number
      const made = numbers.create(tenant.id, { number, trunkId: input.trunkId, label: input.label })
      const { label, skillIds: skills, recording } = input
      saveNumberPlan(tenant.db, { number: made.number, label, skills, recording })
      return numberView(sources, made)
    },
    update: (numberId, change) => {
      const before = own(numberId)
      const plan = numberPlan(tenant.db, before.number)
      const { label = before.label, trunkId = before.trunkId } = change
      const after = numbers.update(before.number, { label, trunkId })
      const { skillIds, recording = plan.recording } = change
      const kept = skillIds === undefined ? { plan: plan.plan } : { skills: skillIds }
      saveNumberPlan(tenant.db, { number: after.number, label, recording, ...kept })
      return numberView(sources, after)
    },
    delete: (numberId) => {
      const { number } = own(numberId)
      numbers.remove(number)
      forgetNumberPlan(tenant.db, number)
    },
  }
}

/** No country's own: our numbers are shown in full, with theirs in front. */
const abroad = 'ZZ'

function numberView({ tenant, trunks }: NumberSources, own: OwnNumber): NumberView {
  const plan = numberPlan(tenant.db, own.number)
  return {
    id: own.number,
    number: own.number,
    shown: showPhoneNumber(own.number, abroad),
    label: own.label,
    trunk: { id: own.trunkId, label: trunks.book.find(own.trunkId)?.label ?? '' },
    skills: skillViews(listSkills(tenant.db), everySkillOf(plan.plan.open)),
    recording: plan.recording,
    gaps: planGaps(tenant, plan.plan),
  }
}
