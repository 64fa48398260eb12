import { Button, Skeleton } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { Problem } from '../look/problem.tsx'
import { NoTasks } from './no-tasks.tsx'
import { ReachNote } from './reach-note.tsx'
import { TaskCardRow } from './task-card-row.tsx'
import { TaskFilters } from './task-filters.tsx'
import css from './task-list.module.css'
import type { TaskCards } from './use-task-cards.ts'

interface TaskListProps {
  readonly list: TaskCards
  readonly openId: string | undefined
}

const placeholders = ['a', 'b', 'c', 'd', 'e', 'f']

export function TaskList({ list, openId }: TaskListProps) {
  const cards = useRef<HTMLDivElement>(null)
  // Walking by keys keeps the open card in sight; the list itself never jumps.
  useEffect(() => {
    if (openId === undefined) return
    cards.current?.querySelector('[aria-current="page"]')?.scrollIntoView({ block: 'nearest' })
  }, [openId])
  return (
    <div className={css.list}>
      <div className={css.head}>
        <ReachNote />
        <TaskFilters list={list} />
      </div>
      <div ref={cards} className={css.cards}>
        {list.error ? (
          <div className={css.problem}>
            <Problem error={list.error} />
            <Button variant="default" onClick={list.retry}>
              Try again
            </Button>
          </div>
        ) : null}
        {list.loading && !list.error
          ? placeholders.map((key) => (
              <div key={key} className={css.skeleton}>
                <Skeleton height={13} width="62%" />
                <Skeleton height={11} width="38%" />
              </div>
            ))
          : null}
        {!list.loading && !list.error && list.cards.length === 0 ? <NoTasks list={list} /> : null}
        <ul>
          {list.cards.map((card) => (
            <TaskCardRow key={card.id} card={card} open={card.id === openId} />
          ))}
        </ul>
        {list.cards.length >= 200 ? (
          <p className={css.more}>The first 200 are shown. Search to find the others.</p>
        ) : null}
      </div>
    </div>
  )
}
