import { Kbd, Modal } from '@mantine/core'
import { taskKeys } from '../task/task-keys.ts'
import css from './help-sheet.module.css'
import { frameKeys } from './keys.ts'
import { closeSheet, useSheet } from './sheet.ts'

const groups = [
  { title: 'Everywhere', keys: frameKeys },
  { title: 'In the task list', keys: taskKeys },
]

export function HelpSheet() {
  const sheet = useSheet()
  return (
    <Modal opened={sheet?.kind === 'help'} onClose={closeSheet} title="Keys" size="sm">
      {groups.map((group) => (
        <section key={group.title}>
          <h3 className={css.title}>{group.title}</h3>
          <dl className={css.list}>
            {group.keys.map(({ keys, what }) => (
              <div key={what} className={css.row}>
                <dt>{what}</dt>
                <dd className={css.keys}>
                  {keys.map((key) => (
                    <Kbd key={key} size="sm">
                      {key}
                    </Kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Modal>
  )
}
