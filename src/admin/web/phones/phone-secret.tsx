import { Button, Loader } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { NewPhoneView } from '#admin/view.ts'
import { phonesQuery } from '../data/phones.ts'
import look from '../look/form.module.css'
import { StateDot } from '../look/state-dot.tsx'
import { CopyField } from '../settings/copy-field.tsx'
import css from './phone-secret.module.css'

interface PhoneSecretProps {
  readonly made: NewPhoneView
  readonly onClose: () => void
}

/** Shown once; waits with the admin until the phone says hello. */
export function PhoneSecret({ made, onClose }: PhoneSecretProps) {
  const { data: phones } = useQuery(phonesQuery)
  const online = phones?.find((phone) => phone.id === made.phone.id)?.online ?? false
  return (
    <div className={look.form}>
      <p className={css.words}>
        The password is shown only now. Lost it later? Delete the phone and add it again.
      </p>
      <div className={css.fields}>
        <CopyField label="Server" value={made.server} />
        <CopyField label="User name" value={made.phone.username} />
        <CopyField label="Password" value={made.secret} />
        <CopyField label="Transport" value={made.transports.join(' or ')} />
      </div>
      <p className={css.state} role="status">
        {online ? (
          <>
            <StateDot kind="green" /> The phone is connected. It can call and be called.
          </>
        ) : (
          <>
            <Loader size={14} color="gray" /> Waiting for the phone to connect
          </>
        )}
      </p>
      <div className={look.buttons}>
        <Button onClick={onClose}>Done</Button>
      </div>
    </div>
  )
}
