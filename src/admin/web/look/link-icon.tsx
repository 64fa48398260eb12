import { ActionIcon, type ActionIconProps } from '@mantine/core'
import { createLink } from '@tanstack/react-router'
import type { Ref } from 'react'

interface AnchorIconProps extends Omit<ActionIconProps, 'style'> {
  readonly ref?: Ref<HTMLAnchorElement>
  readonly 'aria-label': string
}

export const LinkIcon = createLink((props: AnchorIconProps) => <ActionIcon component="a" {...props} />)
