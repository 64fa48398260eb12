import { IconMapQuestion } from '@tabler/icons-react'
import { EmptyState } from '../look/empty-state.tsx'
import { LinkButton } from '../look/link-button.tsx'
import css from './lost-page.module.css'

export function LostPage() {
  return (
    <main className={css.page}>
      <EmptyState
        icon={IconMapQuestion}
        title="There is no such page"
        act={<LinkButton to="/desk">To the desk</LinkButton>}
      >
        The address may be mistyped, or the page may have moved.
      </EmptyState>
    </main>
  )
}
