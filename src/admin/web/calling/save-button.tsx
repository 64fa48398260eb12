import { Button } from '@mantine/core'
import { useMay } from '../data/me.ts'
import look from '../look/form.module.css'

interface SaveButtonProps {
  readonly running: boolean
  readonly children: string
}

export function SaveButton({ running, children }: SaveButtonProps) {
  if (!useMay('calling.write')) return null
  return (
    <div className={look.buttons}>
      <Button type="submit" variant="default" loading={running}>
        {children}
      </Button>
    </div>
  )
}
