import { Button } from '@mantine/core'
import { IconPlugConnectedX } from '@tabler/icons-react'
import { problemOf } from '../data/api-error.ts'
import { EmptyState } from '../look/empty-state.tsx'
import css from './lost-page.module.css'

interface BrokenPageProps {
  readonly error: unknown
}

/** When a page cannot be shown at all: usually the server is away. */
export function BrokenPage({ error }: BrokenPageProps) {
  return (
    <main className={css.page}>
      <EmptyState
        icon={IconPlugConnectedX}
        title="This page cannot be shown now"
        act={<Button onClick={() => window.location.reload()}>Try again</Button>}
      >
        {problemOf(error).sentence}
      </EmptyState>
    </main>
  )
}
