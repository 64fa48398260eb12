// Whom a call can be passed to, as the words in the field say: colleagues first, then contacts, queues, and a number as typed.
import type { CallableContactView, PersonView, SkillView } from '#admin/view.ts'
import type { TransferTo } from '../data/transfers.ts'

export interface TransferChoice {
  readonly key: string
  readonly name: string
  /** What stands beside the name. */
  readonly words: string
  readonly person: PersonView | undefined
  readonly to: TransferTo
}

interface Known {
  readonly people: readonly PersonView[]
  readonly contacts: readonly CallableContactView[]
  readonly skills: readonly SkillView[]
  readonly myId: string
}

/** More than anybody reads; who is not among them types more. */
const most = 8

export function transferChoices(
  text: string,
  { people, contacts, skills, myId }: Known,
): readonly TransferChoice[] {
  const words = text.trim().toLowerCase()
  const fits = (...names: readonly (string | null)[]) =>
    names.some((name) => name?.toLowerCase().includes(words) ?? false)
  const colleagues = people
    .filter((person) => person.id !== myId && fits(person.name, person.extension))
    .toSorted((a, b) => rank(a) - rank(b))
    .map((person) => ({
      key: person.id,
      name: person.name,
      words: stateOf(person),
      person,
      to: { kind: 'person', userId: person.id } as const,
    }))
  const others = contacts.map((contact) => ({
    key: contact.id,
    name: contact.name,
    words: contact.shown,
    person: undefined,
    to: { kind: 'number', number: contact.number } as const,
  }))
  const queues = skills
    .filter((skill) => skill.active && fits(skill.name))
    .map((skill) => ({
      key: skill.id,
      name: `Queue of ${skill.name}`,
      words: 'whoever of them is free',
      person: undefined,
      to: { kind: 'skills', skillIds: [skill.id] } satisfies TransferTo,
    }))
  return [...typed(text), ...colleagues, ...others, ...queues].slice(0, most)
}

function typed(text: string): readonly TransferChoice[] {
  const number = text.trim()
  if (!/^\+?[\d\s()./-]{2,40}$/.test(number)) return []
  return [
    { key: 'typed', name: number, words: 'this number', person: undefined, to: { kind: 'number', number } },
  ]
}

/** Who can take it now comes first. */
function rank(person: PersonView): number {
  if (person.onCall || person.phones.online === 0) return 2
  return person.status.kind === 'green' ? 0 : 1
}

function stateOf(person: PersonView): string {
  const { extension, status, onCall, phones } = person
  const state = onCall ? 'On a call' : phones.online === 0 ? 'No phone connected' : status.label
  return extension === null ? state : `${state}, ${extension}`
}
