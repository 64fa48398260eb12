import { Button } from '@mantine/core'
import type { PromptView, SoundView } from '#admin/plan-view.ts'
import rows from '../settings/rows.module.css'
import { DeleteSound } from './own-sound-row.tsx'
import { PlaySound } from './play-sound.tsx'

interface PromptRowProps {
  readonly prompt: PromptView
  /** What the company says instead, in one language or more. */
  readonly instead: readonly SoundView[]
  readonly onReplace: (() => void) | undefined
}

export function PromptRow({ prompt, instead, onReplace }: PromptRowProps) {
  const [first] = instead
  return (
    <li className={rows.row}>
      <div className={rows.main}>
        <p className={rows.name}>{prompt.text}</p>
        {instead.map((sound) => (
          <p key={sound.id} className={rows.under}>
            Replaced by {sound.name} ({sound.replaces?.language})
          </p>
        ))}
      </div>
      <span className={rows.side}>
        <PlaySound url={first?.url ?? prompt.url} name={prompt.text} />
        {first ? <DeleteSound sound={first} /> : null}
        {onReplace ? (
          <Button
            variant="default"
            size="compact-sm"
            aria-label={`Replace “${prompt.text}”`}
            onClick={onReplace}
          >
            Replace
          </Button>
        ) : null}
      </span>
    </li>
  )
}
