import type { TaskDetail } from '#admin/view.ts'
import { CommentBox } from './comment-box.tsx'
import { MailItem } from './mail-item.tsx'
import { RecordingFacts } from './recording-facts.tsx'
import { RecordingItem } from './recording-item.tsx'
import { ReplyBox } from './reply-box.tsx'
import { TaskLog } from './task-log.tsx'
import css from './task-story.module.css'

interface TaskStoryProps {
  readonly task: TaskDetail
}

/** What happened, by kind: recordings, mails with the reply, then comments and log, newest first. */
export function TaskStory({ task }: TaskStoryProps) {
  const last = task.mails.at(-1)
  return (
    <div className={css.story}>
      {task.recordings.length > 0 ? (
        <section>
          <h3 className={css.title}>{task.recordings.length === 1 ? 'Recording' : 'Recordings'}</h3>
          <div className={css.stack}>
            {task.recordings.map((recording) => (
              <div key={recording.id}>
                <RecordingItem recording={recording} />
                <RecordingFacts recording={recording} taskId={task.id} />
              </div>
            ))}
          </div>
        </section>
      ) : null}
      {task.mails.length > 0 ? (
        <section>
          <h3 className={css.title}>Conversation</h3>
          <div className={css.stack}>
            {task.mails.map((mail) => (
              <MailItem
                key={mail.id}
                mail={mail}
                openAtFirst={mail.id === last?.id || task.mails.length <= 3}
              />
            ))}
            {task.canReply ? <ReplyBox task={task} /> : null}
          </div>
        </section>
      ) : null}
      <section>
        <h3 className={css.title}>Log and comments</h3>
        <div className={css.stack}>
          <CommentBox taskId={task.id} />
          <TaskLog items={task.log} />
        </div>
      </section>
    </div>
  )
}
