import { Button, Textarea } from '@mantine/core'
import { getHotkeyHandler } from '@mantine/hooks'
import { useState } from 'react'
import { useTaskAct } from '../data/task-acts.ts'
import { tellProblem } from '../look/tell.ts'
import css from './comment-box.module.css'
import { taskButtons } from './task-keys.ts'

interface CommentBoxProps {
  readonly taskId: string
}

/** T15: for colleagues only. The words stay in the box until the server has them. */
export function CommentBox({ taskId }: CommentBoxProps) {
  const [words, setWords] = useState('')
  const act = useTaskAct(taskId)
  const send = () => {
    if (words.trim() === '' || act.isPending) return
    act.mutate({ kind: 'comment', text: words }, { onSuccess: () => setWords(''), onError: tellProblem })
  }
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <Textarea
        id={taskButtons.comment}
        className={css.field}
        aria-label="Comment"
        placeholder="Comment, for colleagues only"
        autosize
        minRows={1}
        maxRows={8}
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
        onKeyDown={getHotkeyHandler([
          ['mod+Enter', send],
          ['Escape', () => document.getElementById(taskButtons.comment)?.blur()],
        ])}
      />
      <Button type="submit" variant="default" disabled={words.trim() === ''} loading={act.isPending}>
        Comment
      </Button>
    </form>
  )
}
