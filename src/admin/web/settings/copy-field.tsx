import { ActionIcon, Tooltip } from '@mantine/core'
import { useClipboard } from '@mantine/hooks'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import css from './copy-field.module.css'

interface CopyFieldProps {
  readonly label: string
  readonly value: string
}

/** A value to be typed or pasted elsewhere. */
export function CopyField({ label, value }: CopyFieldProps) {
  const clipboard = useClipboard({ timeout: 1_500 })
  const words = clipboard.copied ? 'Copied' : `Copy the ${label.toLowerCase()}`
  return (
    <div className={css.field}>
      <span className={css.label}>{label}</span>
      <span className={css.value}>{value}</span>
      <Tooltip label={words}>
        <ActionIcon variant="subtle" color="gray" aria-label={words} onClick={() => clipboard.copy(value)}>
          {clipboard.copied ? <IconCheck size={17} /> : <IconCopy size={17} stroke={1.7} />}
        </ActionIcon>
      </Tooltip>
    </div>
  )
}
