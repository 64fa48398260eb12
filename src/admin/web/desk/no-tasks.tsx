import { IconChecks, IconInbox, IconSearchOff } from '@tabler/icons-react'
import { useMay } from '../data/me.ts'
import { EmptyState } from '../look/empty-state.tsx'
import { LinkButton } from '../look/link-button.tsx'
import type { TaskCards } from './use-task-cards.ts'

interface NoTasksProps {
  readonly list: TaskCards
}

/** An empty list says why it is empty and what comes next. */
export function NoTasks({ list }: NoTasksProps) {
  const maySettings = useMay('trunks.write')
  if (list.search.q)
    return (
      <EmptyState icon={IconSearchOff} title="Nothing found">
        No task has “{list.search.q}” in its title, customer or number. A shorter word finds more.
      </EmptyState>
    )
  if (list.view === 'done')
    return (
      <EmptyState icon={IconChecks} title="Nothing done yet">
        Completed tasks and answered calls are kept here.
      </EmptyState>
    )
  if (list.counts.all > 0)
    return (
      <EmptyState
        icon={IconChecks}
        title={list.view === 'mine' ? 'Nothing in your hands' : 'Nobody is forgotten'}
      >
        {list.view === 'mine'
          ? 'Take a task that nobody has, or wait for the next call.'
          : 'Every open task has somebody.'}
      </EmptyState>
    )
  return (
    <EmptyState
      icon={IconInbox}
      title="All clear"
      act={
        maySettings ? (
          <LinkButton to="/welcome" variant="default">
            Show the next steps
          </LinkButton>
        ) : undefined
      }
    >
      Calls and mails become tasks here by themselves. There is nothing waiting now.
    </EmptyState>
  )
}
