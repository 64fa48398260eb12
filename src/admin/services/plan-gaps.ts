// What a plan asks for that nobody here can give: an admin should see it before a caller does (S2).
import { branchesOf, everyStep, type PlanBranches, type QueueStep } from '#calls/plan/plan-step.ts'
import { hasSkills } from '#people/match.ts'
import { listSkills, listUserSkills } from '#people/skill.ts'
import { listUsers } from '#people/user.ts'
import type { Tenant } from '#store/store.ts'

/** A sentence for each queue whose skills no active person has all of; the same skills are told once. */
export function planGaps({ db }: Pick<Tenant, 'db'>, plan: PlanBranches): readonly string[] {
  const queues = branchesOf(plan)
    .flatMap(everyStep)
    .filter((step) => step.kind === 'queue')
  const skillsOf = listUserSkills(db)
  const people = listUsers(db).map(({ id }) => ({ skills: skillsOf.get(id) ?? new Set<string>() }))
  const empty = queues.filter((queue) => !people.some((person) => hasSkills(person, queue.skills)))
  if (empty.length === 0) return []
  const names = new Map<string, string>(listSkills(db).map(({ id, name }) => [id, name]))
  const words = (queue: QueueStep) => queue.skills.map((id) => names.get(id) ?? '…').join(' and ')
  return [...new Set(empty.map((queue) => sentence(queue, words(queue))))]
}

function sentence({ overflow }: QueueStep, skills: string): string {
  const who = skills === '' ? 'There are no people here' : `Nobody here has ${skills}`
  return overflow.length > 0
    ? `${who}: callers go straight to the overflow.`
    : `${who}: callers of this queue are answered by no one.`
}
