import { ActionIcon, Button, Tooltip } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import {
  IconArrowBackUp,
  IconCheck,
  IconPencil,
  IconPhone,
  IconUserDown,
  IconUserUp,
} from '@tabler/icons-react'
import type { TaskDetail } from '#admin/view.ts'
import { useDial } from '../data/calls.ts'
import { useMe } from '../data/me.ts'
import { useTaskAct } from '../data/task-acts.ts'
import { tellProblem } from '../look/tell.ts'
import { EditTaskSheet } from './edit-task-sheet.tsx'
import css from './task-actions.module.css'
import { taskButtons } from './task-keys.ts'

interface TaskActionsProps {
  readonly task: TaskDetail
}

/** T9-T13: one row of buttons; only those that work on this task. */
export function TaskActions({ task }: TaskActionsProps) {
  const me = useMe()
  const act = useTaskAct(task.id)
  const dial = useDial()
  const [editing, edit] = useDisclosure(false)
  const open = task.status === 'open'
  const mine = task.assignee?.id === me.userId
  const run = (kind: 'assign-to-me' | 'offer-to-others' | 'complete' | 'reopen') =>
    act.mutate({ kind }, { onError: tellProblem })
  const call = (number: string) => dial.mutate({ number, taskId: task.id }, { onError: tellProblem })
  return (
    <div className={css.row}>
      <div className={css.acts}>
        {open ? (
          <Button
            id={taskButtons.assign}
            variant="default"
            leftSection={mine ? <IconUserUp size={16} /> : <IconUserDown size={16} />}
            onClick={() => run(mine ? 'offer-to-others' : 'assign-to-me')}
          >
            {mine ? 'Offer to others' : 'Assign to me'}
          </Button>
        ) : null}
        {task.phone !== null && task.canCall ? (
          <Button
            id={taskButtons.call}
            variant="default"
            leftSection={<IconPhone size={16} />}
            loading={dial.isPending}
            onClick={() => task.phone !== null && call(task.phone)}
          >
            Call
          </Button>
        ) : null}
        <Tooltip label="Edit (i)">
          <ActionIcon
            id={taskButtons.edit}
            variant="default"
            size="input-sm"
            aria-label="Edit"
            onClick={edit.open}
          >
            <IconPencil size={17} stroke={1.7} />
          </ActionIcon>
        </Tooltip>
      </div>
      {open ? (
        <Button
          id={taskButtons.complete}
          color="var(--green-fill)"
          leftSection={<IconCheck size={18} stroke={2.4} />}
          onClick={() => run('complete')}
        >
          Complete
        </Button>
      ) : (
        <Button
          id={taskButtons.complete}
          variant="default"
          leftSection={<IconArrowBackUp size={16} />}
          onClick={() => run('reopen')}
        >
          Open again
        </Button>
      )}
      <EditTaskSheet task={task} opened={editing} onClose={edit.close} />
    </div>
  )
}
