import { Button, type ButtonProps } from '@mantine/core'
import { createLink } from '@tanstack/react-router'
import type { Ref } from 'react'

interface AnchorButtonProps extends Omit<ButtonProps, 'style'> {
  readonly ref?: Ref<HTMLAnchorElement>
}

/** A button that leads to another page: a link for the browser, with all that links can. */
export const LinkButton = createLink((props: AnchorButtonProps) => <Button component="a" {...props} />)
