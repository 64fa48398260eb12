import { ActionIcon, Menu } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import {
  IconDots,
  IconPencil,
  IconPhoneIncoming,
  IconPlayerPause,
  IconPlayerPlay,
  IconTrash,
} from '@tabler/icons-react'
import type { TrunkView } from '#admin/view.ts'
import { useMay } from '../data/me.ts'
import { useDeleteTrunk, useEnableTrunk, usePlaceTestCall } from '../data/trunks.ts'
import { tellProblem } from '../look/tell.ts'
import { ConfirmSheet } from '../settings/confirm-sheet.tsx'
import { TrunkSheet } from './trunk-sheet.tsx'

interface TrunkMenuProps {
  readonly trunk: TrunkView
}

export function TrunkMenu({ trunk }: TrunkMenuProps) {
  const enable = useEnableTrunk(trunk.id)
  const remove = useDeleteTrunk(trunk.id)
  const testCall = usePlaceTestCall()
  const [editing, edit] = useDisclosure(false)
  const [removing, confirm] = useDisclosure(false)
  if (!useMay('trunks.write')) return null
  return (
    <>
      <Menu width={190}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`More for ${trunk.label}`}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {trunk.builtIn ? (
            <Menu.Item
              leftSection={<IconPhoneIncoming size={16} />}
              onClick={() => testCall.mutate(undefined, { onError: tellProblem })}
            >
              Call me
            </Menu.Item>
          ) : null}
          <Menu.Item leftSection={<IconPencil size={16} />} onClick={edit.open}>
            Edit
          </Menu.Item>
          <Menu.Item
            leftSection={trunk.enabled ? <IconPlayerPause size={16} /> : <IconPlayerPlay size={16} />}
            onClick={() => enable.mutate(!trunk.enabled, { onError: tellProblem })}
          >
            {trunk.enabled ? 'Switch off' : 'Switch on'}
          </Menu.Item>
          <Menu.Item color="var(--red)" leftSection={<IconTrash size={16} />} onClick={confirm.open}>
            Delete
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <TrunkSheet trunk={trunk} opened={editing} onClose={edit.close} />
      <ConfirmSheet
        opened={removing}
        title={`Delete ${trunk.label}?`}
        word="Delete the trunk"
        running={remove.isPending}
        error={remove.error}
        onClose={confirm.close}
        onConfirm={() => remove.mutate(undefined, { onSuccess: confirm.close })}
      >
        The trunk and the numbers on it go; nobody can call them any more. Calls going on are not cut. Tasks
        and recordings stay.
      </ConfirmSheet>
    </>
  )
}
