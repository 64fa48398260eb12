// Whom a call is passed to, read from what the desk names or a phone dialled: a person, a number outside, whoever has skills.
import { CordboardError } from '#lib/errors.ts'
import { listSkills } from '#people/skill.ts'
import type { Tenant } from '#store/store.ts'
import type { TransferTarget } from './call.ts'
import type { LegAccount } from './call-leg.ts'
import { type Decision, decide } from './dialling/decide.ts'
import type { Person } from './neighbours.ts'
import type { Switchboard } from './switchboard.ts'

/** As the desk asks for it; `number` is as written or dialled: an extension, or a number outside. */
export type TransferWish =
  | { readonly kind: 'person'; readonly userId: string }
  | { readonly kind: 'number'; readonly number: string }
  | { readonly kind: 'skills'; readonly skills: readonly string[] }

export type Target =
  | { readonly kind: 'person'; readonly person: Person; readonly shown: TransferTarget }
  | {
      readonly kind: 'outside'
      readonly decision: Extract<Decision, { kind: 'allowed' }>
      /** It counts as the call of who asked for it. */
      readonly account: LegAccount
      readonly shown: TransferTarget
    }
  | { readonly kind: 'skills'; readonly skills: readonly string[]; readonly shown: TransferTarget }

/**
 * `userId` passes it on: it counts as their call, by their rules.
 * @throws CordboardError `calls.bad-number`, `calls.no-person`, `calls.no-way-out`, `calls.not-allowed`, `calls.transfer-to-self`
 */
export function readTarget(
  switchboard: Switchboard,
  tenant: Tenant,
  asked: { readonly wish: TransferWish; readonly userId: string },
): Target {
  const { wish, userId } = asked
  switch (wish.kind) {
    case 'person':
      return personTarget(switchboard.staff.find(tenant, wish.userId), userId)
    case 'skills':
      return skillsTarget(tenant, wish.skills)
    case 'number': {
      const person = switchboard.staff.findByExtension(tenant, wish.number.trim())
      return person ? personTarget(person, userId) : outsideTarget(switchboard, tenant, wish.number, userId)
    }
  }
}

function personTarget(person: Person | undefined, userId: string): Target {
  if (!person) throw refused('calls.no-person', 'This person is not here any more.')
  if (person.id === userId)
    throw refused('calls.transfer-to-self', 'You are on this call already: choose somebody else.')
  return { kind: 'person', person, shown: { userId: person.id, name: person.name } }
}

function skillsTarget(tenant: Tenant, skills: readonly string[]): Target {
  const known = listSkills(tenant.db).filter((skill) => skill.active && skills.includes(skill.id))
  if (known.length === 0 || known.length < new Set(skills).size)
    throw refused('calls.no-person', 'This skill is not here any more.')
  const name = known.map((skill) => skill.name).join(', ')
  const ids = known.map((skill) => skill.id)
  return { kind: 'skills', skills: ids, shown: { skills: ids, name: `the queue of ${name}` } }
}

function outsideTarget(switchboard: Switchboard, tenant: Tenant, number: string, userId: string): Target {
  const decision = decide(switchboard, tenant, { dialled: number, userId })
  if (decision.kind === 'refused') {
    if (decision.status === 404) throw refused('calls.bad-number', decision.sentence)
    throw refused(decision.status === 503 ? 'calls.no-way-out' : 'calls.not-allowed', decision.sentence)
  }
  const { dialled } = decision
  const contact = switchboard.staff.findContact(tenant, dialled.number)
  const name = contact ? `${contact.name} (${dialled.number})` : dialled.number
  const account = { userId, number: dialled.number }
  return { kind: 'outside', decision, account, shown: { number: dialled.number, name } }
}

function refused(code: string, sentence: string): CordboardError {
  return new CordboardError(code, sentence, { blame: 'user', retry: code === 'calls.no-way-out' })
}
