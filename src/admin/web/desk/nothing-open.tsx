import { Kbd } from '@mantine/core'
import { IconLayoutSidebarRightExpand } from '@tabler/icons-react'
import { EmptyState } from '../look/empty-state.tsx'
import css from './nothing-open.module.css'

export function NothingOpen() {
  return (
    <div className={css.place}>
      <EmptyState icon={IconLayoutSidebarRightExpand} title="No task is open">
        Choose one in the list, or walk with <Kbd size="xs">j</Kbd> and <Kbd size="xs">k</Kbd>
        <span className={css.keys}>
          <Kbd size="xs">?</Kbd> shows all keys
        </span>
      </EmptyState>
    </div>
  )
}
