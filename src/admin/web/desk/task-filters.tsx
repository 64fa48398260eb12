import { ActionIcon, Tooltip } from '@mantine/core'
import { IconMail, IconPhone, IconSquareCheck } from '@tabler/icons-react'
import { Link, useNavigate } from '@tanstack/react-router'
import type { TaskCard } from '#admin/view.ts'
import type { DeskSearch, DeskView } from './desk-search.ts'
import css from './task-filters.module.css'
import type { TaskCards } from './use-task-cards.ts'

interface TaskFiltersProps {
  readonly list: TaskCards
}

const views: readonly { readonly view: DeskView; readonly label: string }[] = [
  { view: 'all', label: 'Open' },
  { view: 'mine', label: 'Mine' },
  { view: 'nobody', label: 'Nobody’s' },
  { view: 'done', label: 'Done' },
]
const kinds = [
  { kind: 'call', label: 'Only calls', Picture: IconPhone },
  { kind: 'email', label: 'Only mails', Picture: IconMail },
  { kind: 'manual', label: 'Only made by hand', Picture: IconSquareCheck },
] as const

export function TaskFilters({ list }: TaskFiltersProps) {
  const navigate = useNavigate()
  const toggle = (kind: TaskCard['kind']) =>
    void navigate({
      to: '.',
      search: ({ kind: before, ...rest }: DeskSearch) => (before === kind ? rest : { ...rest, kind }),
      replace: true,
    })
  return (
    <nav className={css.row} aria-label="Which tasks">
      {views.map(({ view, label }) => {
        const here = list.view === view && !list.search.q
        return (
          <Link
            key={view}
            to="/desk"
            search={({ kind }: DeskSearch) => ({
              ...(kind ? { kind } : {}),
              ...(view === 'all' ? {} : { view }),
            })}
            className={here ? `${css.view} ${css.here}` : css.view}
            aria-current={here ? 'true' : undefined}
          >
            {label}
            {view === 'done' ? null : (
              <span className={css.count}>{list.loading ? ' ' : list.counts[view]}</span>
            )}
          </Link>
        )
      })}
      <div className={css.kinds}>
        {kinds.map(({ kind, label, Picture }) => (
          <Tooltip key={kind} label={label}>
            <ActionIcon
              variant={list.search.kind === kind ? 'light' : 'subtle'}
              color={list.search.kind === kind ? 'accent' : 'gray'}
              size={26}
              aria-label={label}
              aria-pressed={list.search.kind === kind}
              onClick={() => toggle(kind)}
            >
              <Picture size={17} stroke={1.7} />
            </ActionIcon>
          </Tooltip>
        ))}
      </div>
    </nav>
  )
}
