import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { TaskDetail } from '#admin/view.ts'
import { tasksQuery } from '../data/tasks.ts'
import { TaskIcon } from '../desk/task-icon.tsx'
import { Initials } from '../look/initials.tsx'
import { Moment } from '../time/moment.tsx'
import css from './customer-aside.module.css'

interface CustomerAsideProps {
  readonly task: TaskDetail
  readonly customer: NonNullable<TaskDetail['customer']>
}

const shown = 8

/** T8: who it is, and what there was with them before. */
export function CustomerAside({ task, customer }: CustomerAsideProps) {
  const search = customer.address ?? customer.name
  const open = useQuery(tasksQuery({ status: 'open', search }))
  const closed = useQuery(tasksQuery({ status: 'closed', search }))
  const others = [...(open.data ?? []), ...(closed.data ?? [])]
    .filter((other) => other.id !== task.id)
    .sort((a, b) => b.updatedAt - a.updatedAt)
  return (
    <div className={css.card}>
      <div className={css.head}>
        <Initials name={customer.name} size={42} />
        <div>
          <p className={css.name}>{customer.name}</p>
          {customer.shown && customer.shown !== customer.name ? (
            <p className={css.address}>{customer.shown}</p>
          ) : null}
        </div>
      </div>
      <section>
        <h3 className={css.title}>Other tasks</h3>
        {others.length === 0 && !open.isPending && !closed.isPending ? (
          <p className={css.none}>This is the first.</p>
        ) : null}
        {others.slice(0, shown).map((other) => (
          <Link
            key={other.id}
            to="/task/$taskId"
            params={{ taskId: other.id }}
            search={(before) => before}
            className={css.item}
          >
            <TaskIcon kind={other.kind} size={16} />
            <span className={css.what}>{other.title}</span>
            <span className={css.when}>
              {other.status === 'open' ? 'open' : 'done'} · <Moment at={other.updatedAt} />
            </span>
          </Link>
        ))}
      </section>
    </div>
  )
}
