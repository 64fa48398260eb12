import { IconMail, IconPhone, IconSquareCheck } from '@tabler/icons-react'
import type { TaskCard } from '#admin/view.ts'

interface TaskIconProps {
  readonly kind: TaskCard['kind']
  readonly size?: number
}

const kinds = {
  call: { Picture: IconPhone, word: 'Call' },
  email: { Picture: IconMail, word: 'Mail' },
  manual: { Picture: IconSquareCheck, word: 'Made by hand' },
} as const

/** T1: the icon says the kind. */
export function TaskIcon({ kind, size = 17 }: TaskIconProps) {
  const { Picture, word } = kinds[kind]
  return <Picture size={size} stroke={1.7} aria-label={word} role="img" />
}
