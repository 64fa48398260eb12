import { ActionIcon, Tooltip } from '@mantine/core'
import { useClipboard } from '@mantine/hooks'
import { IconCheck, IconLink } from '@tabler/icons-react'

interface CopyLinkProps {
  readonly taskId: string
}

/** T3: opens this task in a colleague's desk. */
export function CopyLink({ taskId }: CopyLinkProps) {
  const clipboard = useClipboard({ timeout: 1_500 })
  const words = clipboard.copied ? 'The link is copied' : 'Copy the link'
  return (
    <Tooltip label={words}>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={words}
        onClick={() => clipboard.copy(`${window.location.origin}/task/${taskId}`)}
      >
        {clipboard.copied ? <IconCheck size={18} /> : <IconLink size={18} stroke={1.7} />}
      </ActionIcon>
    </Tooltip>
  )
}
