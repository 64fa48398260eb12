import { IconAlertTriangle, IconClock, IconDownload, IconPaperclip } from '@tabler/icons-react'
import { useState } from 'react'
import type { MailView } from '#admin/view.ts'
import { Initials } from '../look/initials.tsx'
import { Moment } from '../time/moment.tsx'
import { bytesWords } from './bytes-words.ts'
import css from './mail-item.module.css'

interface MailItemProps {
  readonly mail: MailView
  readonly openAtFirst: boolean
}

/** One mail of the conversation; older ones fold to a line. */
export function MailItem({ mail, openAtFirst }: MailItemProps) {
  const [open, setOpen] = useState(openAtFirst)
  return (
    <article className={mail.direction === 'out' ? `${css.mail} ${css.out}` : css.mail}>
      <button type="button" className={css.head} aria-expanded={open} onClick={() => setOpen(!open)}>
        <Initials name={mail.from} size={28} />
        <span className={css.words}>
          <span className={css.from}>{mail.from}</span>
          <span className={css.preview} style={{ display: 'block' }}>
            {open ? `to ${mail.to.join(', ')}` : mail.text.slice(0, 140)}
          </span>
        </span>
        <span className={css.time}>
          <Moment at={mail.at} />
        </span>
      </button>
      {open ? <div className={css.body}>{mail.text}</div> : null}
      {mail.state === 'waiting' ? (
        <p className={css.state}>
          <IconClock size={15} stroke={1.8} aria-hidden="true" />
          {mail.sentence ?? 'Being sent'}
        </p>
      ) : null}
      {mail.state === 'failed' ? (
        <p className={`${css.state} ${css.failed}`}>
          <IconAlertTriangle size={15} stroke={1.8} aria-hidden="true" />
          {mail.sentence ?? 'This reply could not be sent.'}
        </p>
      ) : null}
      {open ? (
        <div className={css.files}>
          {mail.attachments.map((file) => (
            <span key={file.id} className={css.file} title="Within the original">
              <IconPaperclip size={15} stroke={1.7} aria-hidden="true" />
              {file.name}
              <span className={css.time}>{bytesWords(file.bytes)}</span>
            </span>
          ))}
          <a className={css.original} href={mail.originalUrl} download={`mail-${mail.id}.eml`}>
            <IconDownload size={15} stroke={1.7} aria-hidden="true" />
            Original
          </a>
        </div>
      ) : null}
    </article>
  )
}
