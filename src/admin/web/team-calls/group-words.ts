import type { RingGroup } from '#admin/team-calls-view.ts'

export const ringWords: Readonly<Record<RingGroup['act'], string>> = {
  all: 'All at once',
  order: 'One after the other',
}

interface Named {
  readonly id: string
  readonly name: string
}

/** How it rings, for how long, and who comes next. */
export function groupWords({
  act,
  ringMs,
  overflow,
}: Pick<RingGroup, 'act' | 'ringMs' | 'overflow'>): string {
  const span = `${Math.round(ringMs / 1000)} s`
  const rings = act === 'all' ? `Rings all, ${span}` : `Rings one after the other, ${span} each`
  return overflow === null ? rings : `${rings}, then ${overflow}`
}

/** In the order they ring. Who has left the company is skipped when it rings, and told here. */
export function memberWords(members: readonly string[], people: readonly Named[]): string {
  const names = members.flatMap((id) => people.find((one) => one.id === id)?.name ?? [])
  const gone = members.length - names.length
  if (gone === 0) return names.join(', ')
  return [...names, gone === 1 ? '1 person who is gone' : `${gone} people who are gone`].join(', ')
}

export function roomWords(pin: string | null): string {
  return pin === null ? 'Open to all who dial it' : `Asks for ${pin}`
}
