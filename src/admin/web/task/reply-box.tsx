import { Button, Kbd, Textarea } from '@mantine/core'
import { getHotkeyHandler } from '@mantine/hooks'
import { IconSend2 } from '@tabler/icons-react'
import { useState } from 'react'
import type { TaskDetail } from '#admin/view.ts'
import { useTaskAct } from '../data/task-acts.ts'
import { tellProblem } from '../look/tell.ts'
import css from './reply-box.module.css'
import { taskButtons } from './task-keys.ts'

interface ReplyBoxProps {
  readonly task: TaskDetail
}

/** M2: answers the customer's last mail. The words stay in the box until the server has them. */
export function ReplyBox({ task }: ReplyBoxProps) {
  const [words, setWords] = useState('')
  const act = useTaskAct(task.id)
  const to = task.mails.findLast((mail) => mail.direction === 'in')?.from ?? task.customer?.name
  const send = () => {
    if (words.trim() === '' || act.isPending) return
    act.mutate({ kind: 'reply', text: words }, { onSuccess: () => setWords(''), onError: tellProblem })
  }
  return (
    <form
      className={css.box}
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <span className={css.to}>Reply to {to}</span>
      <Textarea
        id={taskButtons.reply}
        aria-label="Reply"
        autosize
        minRows={3}
        maxRows={18}
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
        onKeyDown={getHotkeyHandler([
          ['mod+Enter', send],
          ['Escape', () => document.getElementById(taskButtons.reply)?.blur()],
        ])}
      />
      <span className={css.foot}>
        <span>
          <Kbd size="xs">Ctrl</Kbd> <Kbd size="xs">Enter</Kbd> sends
        </span>
        <Button
          type="submit"
          leftSection={<IconSend2 size={16} />}
          disabled={words.trim() === ''}
          loading={act.isPending}
        >
          Send the reply
        </Button>
      </span>
    </form>
  )
}
