import { VisuallyHidden } from '@mantine/core'
import { Outlet, useParams } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useMe } from '../data/me.ts'
import { useTaskKeys } from '../task/task-keys.ts'
import css from './desk-page.module.css'
import { TaskList } from './task-list.tsx'
import { TeamRail } from './team-rail.tsx'
import { useTaskCards } from './use-task-cards.ts'

/** Team, tasks, and the open task beside each other; on small screens one of the last two. */
export function DeskPage() {
  const me = useMe()
  const { taskId } = useParams({ strict: false })
  const list = useTaskCards()
  useTaskKeys({ cards: list.cards, openId: taskId })
  useEffect(() => {
    if (taskId === undefined) document.title = `${me.company} · Cordboard`
  }, [taskId, me.company])
  return (
    <main className={css.desk}>
      <VisuallyHidden component="h1">Desk</VisuallyHidden>
      <aside className={css.rail} aria-label="Team">
        <TeamRail />
      </aside>
      <section
        className={taskId === undefined ? undefined : css.away}
        aria-label="Tasks"
        style={{ minHeight: 0 }}
      >
        <TaskList list={list} openId={taskId} />
      </section>
      <section className={taskId === undefined ? `${css.panel} ${css.away}` : css.panel} aria-label="Task">
        <Outlet />
      </section>
    </main>
  )
}
