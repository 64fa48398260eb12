import { Tooltip } from '@mantine/core'
import { IconUserCircle, IconUserQuestion, IconX } from '@tabler/icons-react'
import type { TaskDetail } from '#admin/view.ts'
import { TaskIcon } from '../desk/task-icon.tsx'
import { LinkIcon } from '../look/link-icon.tsx'
import { SkillChip } from '../look/skill-chip.tsx'
import { Moment } from '../time/moment.tsx'
import { CopyLink } from './copy-link.tsx'
import { TaskActions } from './task-actions.tsx'
import css from './task-header.module.css'
import { TaskState } from './task-state.tsx'

interface TaskHeaderProps {
  readonly task: TaskDetail
}

export function TaskHeader({ task }: TaskHeaderProps) {
  return (
    <header className={css.head}>
      <div className={css.top}>
        <span className={css.icon}>
          <TaskIcon kind={task.kind} size={22} />
        </span>
        <h2 className={css.title}>
          {task.title} <span className={css.number}>#{task.number}</span>
        </h2>
        <CopyLink taskId={task.id} />
        <Tooltip label="Close (Esc)">
          <LinkIcon
            to="/desk"
            search={(before) => before}
            variant="subtle"
            color="gray"
            aria-label="Close the task"
          >
            <IconX size={18} />
          </LinkIcon>
        </Tooltip>
      </div>
      <div className={css.facts}>
        <TaskState task={task} />
        <span className={css.fact}>
          {task.assignee ? (
            <>
              <IconUserCircle size={16} stroke={1.7} aria-hidden="true" />
              {task.assignee.name}
            </>
          ) : (
            <>
              <IconUserQuestion size={16} stroke={1.7} aria-hidden="true" />
              Nobody has it
            </>
          )}
        </span>
        {task.skills.length > 0 ? (
          <span className={css.skills}>
            {task.skills.map((skill) => (
              <SkillChip key={skill.id} skill={skill} />
            ))}
          </span>
        ) : null}
        <span>
          {task.creator ? `Made by ${task.creator}` : 'Made automatically'}, <Moment at={task.createdAt} />
        </span>
      </div>
      <TaskActions task={task} />
    </header>
  )
}
