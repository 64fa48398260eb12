import { IconPhoneX } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { TaskCard } from '#admin/view.ts'
import { Initials } from '../look/initials.tsx'
import { SkillChip } from '../look/skill-chip.tsx'
import { Age } from '../time/age.tsx'
import { useMinute } from '../time/now.ts'
import css from './task-card-row.module.css'
import { TaskDue } from './task-due.tsx'
import { TaskIcon } from './task-icon.tsx'

interface TaskCardRowProps {
  readonly card: TaskCard
  readonly open: boolean
}

/** One task as a card (T2): green open, grey closed, orange overdue; never by colour alone. */
export function TaskCardRow({ card, open }: TaskCardRowProps) {
  const now = useMinute()
  const late = card.overdue || (card.due !== null && card.due < now)
  const state = card.status === 'closed' ? css.closed : late ? css.overdue : ''
  const [skill, ...more] = card.skills
  return (
    <li>
      <Link
        to="/task/$taskId"
        params={{ taskId: card.id }}
        search={(before) => before}
        className={`${css.card} ${state} ${open ? css.open : ''}`}
        aria-current={open ? 'page' : undefined}
      >
        <span className={css.icon}>
          <TaskIcon kind={card.kind} />
        </span>
        <span className={css.title}>{card.title}</span>
        <span className={css.due}>
          <TaskDue card={card} />
        </span>
        <span className={css.under}>
          {card.missed && card.status === 'open' ? (
            <span className={css.missed}>
              <IconPhoneX size={14} stroke={2} aria-hidden="true" />
              {card.note ?? 'missed'}
            </span>
          ) : null}
          <span className={css.note}>{underWords(card)}</span>
          <span className={css.tail}>
            {skill ? <SkillChip skill={skill} /> : null}
            {more.length > 0 ? (
              <span title={more.map(({ name }) => name).join(', ')}>+{more.length}</span>
            ) : null}
            {card.assignee ? (
              <span title={card.assignee.name}>
                <Initials name={card.assignee.name} size={22} />
                <span hidden>{card.assignee.name}</span>
              </span>
            ) : null}
            <span className={css.age}>
              <Age since={card.createdAt} />
            </span>
          </span>
        </span>
      </Link>
    </li>
  )
}

/** What the title does not say already. */
function underWords(card: TaskCard): string {
  const note = card.missed && card.status === 'open' ? null : card.note
  const customer = card.customer && !card.title.includes(card.customer.name) ? card.customer.name : null
  const address = card.customer?.shown ?? null
  return [note, customer ?? (address && !card.title.includes(address) ? address : null)]
    .filter(Boolean)
    .join(' · ')
}
