import { ActionIcon } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconDeviceLandlinePhone, IconTrash } from '@tabler/icons-react'
import type { PhoneView } from '#admin/view.ts'
import { useMay } from '../data/me.ts'
import { useDeletePhone } from '../data/phones.ts'
import { StateDot } from '../look/state-dot.tsx'
import { ConfirmSheet } from '../settings/confirm-sheet.tsx'
import rows from '../settings/rows.module.css'

interface PhoneRowProps {
  readonly phone: PhoneView
}

export function PhoneRow({ phone }: PhoneRowProps) {
  const mayWrite = useMay('phones.write')
  const remove = useDeletePhone(phone.id)
  const [removing, confirm] = useDisclosure(false)
  return (
    <li className={rows.row}>
      <IconDeviceLandlinePhone size={24} stroke={1.5} aria-hidden="true" color="var(--text-faint)" />
      <div className={rows.main}>
        <p className={rows.name}>{phone.label}</p>
        <p className={rows.under}>
          <span>{phone.user?.name ?? 'Nobody’s'}</span>
          <span className={rows.code}>{phone.username}</span>
        </p>
        {phone.contacts.map((contact) => (
          <p key={contact.address} className={rows.under}>
            {contact.userAgent || 'Phone'} at {contact.address} over {contact.transport.toUpperCase()}
          </p>
        ))}
      </div>
      <span className={rows.side}>
        <span className={rows.state}>
          <StateDot kind={phone.online ? 'green' : 'grey'} />
          {phone.online ? 'Connected' : 'Not connected'}
        </span>
        {mayWrite ? (
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`Delete ${phone.label}`}
            onClick={confirm.open}
          >
            <IconTrash size={18} stroke={1.6} />
          </ActionIcon>
        ) : null}
      </span>
      <ConfirmSheet
        opened={removing}
        title={`Delete ${phone.label}?`}
        word="Delete the phone"
        running={remove.isPending}
        error={remove.error}
        onClose={confirm.close}
        onConfirm={() => remove.mutate(undefined, { onSuccess: confirm.close })}
      >
        The phone can no longer register or call.{' '}
        {phone.user ? `${phone.user.name}'s other phones stay.` : ''}
      </ConfirmSheet>
    </li>
  )
}
