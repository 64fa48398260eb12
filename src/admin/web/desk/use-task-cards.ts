// The cards of the list as its filters want them, in the order the server gave.
import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { TaskCard } from '#admin/view.ts'
import { useMe } from '../data/me.ts'
import { tasksQuery } from '../data/tasks.ts'
import type { DeskSearch, DeskView } from './desk-search.ts'

export interface TaskCards {
  readonly search: DeskSearch
  readonly view: DeskView
  readonly cards: readonly TaskCard[]
  /** How many open tasks each view holds. */
  readonly counts: Readonly<Record<'mine' | 'nobody' | 'all', number>>
  readonly loading: boolean
  readonly error: unknown
  readonly retry: () => void
}

export function useTaskCards(): TaskCards {
  const me = useMe()
  const search: DeskSearch = useSearch({ strict: false })
  const view = search.view ?? 'all'
  const words = search.q ?? ''
  const open = useQuery({
    ...tasksQuery({ status: 'open', search: words }),
    placeholderData: (before) => before,
  })
  const wantsClosed = view === 'done' || words !== ''
  const closed = useQuery({
    ...tasksQuery({ status: 'closed', search: words }),
    enabled: wantsClosed,
    placeholderData: (before) => before,
  })
  return useMemo(() => {
    const ofKind = (card: TaskCard) => search.kind === undefined || card.kind === search.kind
    const openCards = (open.data ?? []).filter(ofKind)
    const closedCards = wantsClosed ? (closed.data ?? []).filter(ofKind) : []
    const mine = openCards.filter((card) => card.assignee?.id === me.userId)
    const nobody = openCards.filter((card) => card.assignee === null)
    const views = { mine, nobody, all: openCards, done: closedCards }
    // A search looks everywhere: what is open first, then what is done.
    const cards = words !== '' ? [...openCards, ...closedCards] : views[view]
    const asked = view === 'done' && words === '' ? closed : open
    return {
      search,
      view,
      cards,
      counts: { mine: mine.length, nobody: nobody.length, all: openCards.length },
      loading: asked.isPending,
      error: asked.data === undefined ? asked.error : null,
      retry: () => void asked.refetch(),
    }
  }, [open, closed, wantsClosed, search, view, words, me.userId])
}
