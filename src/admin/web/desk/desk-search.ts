// What the task list shows, kept in the address: a link opens the same list, and going back restores it.
import type { TaskCard } from '#admin/view.ts'

export type DeskView = 'mine' | 'nobody' | 'all' | 'done'

export interface DeskSearch {
  readonly view?: DeskView
  readonly kind?: TaskCard['kind']
  readonly q?: string
}

const views: readonly DeskView[] = ['mine', 'nobody', 'all', 'done']
const kinds: readonly TaskCard['kind'][] = ['call', 'email', 'manual']

export function readDeskSearch(search: Record<string, unknown>): DeskSearch {
  const view = views.find((known) => known === search.view)
  const kind = kinds.find((known) => known === search.kind)
  const q = typeof search.q === 'string' || typeof search.q === 'number' ? String(search.q) : ''
  return { ...(view ? { view } : {}), ...(kind ? { kind } : {}), ...(q ? { q } : {}) }
}
