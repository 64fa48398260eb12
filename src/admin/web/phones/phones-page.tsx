import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconDeviceLandlinePhone, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useMay } from '../data/me.ts'
import { phonesQuery } from '../data/phones.ts'
import { EmptyState } from '../look/empty-state.tsx'
import rows from '../settings/rows.module.css'
import { SettingsPage } from '../settings/settings-page.tsx'
import { NewPhoneSheet } from './new-phone-sheet.tsx'
import { PhoneRow } from './phone-row.tsx'

export function PhonesPage() {
  const phones = useQuery(phonesQuery)
  const mayWrite = useMay('phones.write')
  const [adding, add] = useDisclosure(false)
  const addButton = (
    <Button leftSection={<IconPlus size={16} />} onClick={add.open}>
      Add a phone
    </Button>
  )
  return (
    <>
      <SettingsPage
        title="Phones"
        purpose="Desk phones and softphones. All phones of a person ring together; a phone is connected while it is registered here."
        list={phones}
        act={mayWrite ? addButton : null}
        empty={
          <EmptyState icon={IconDeviceLandlinePhone} title="No phone yet">
            Any SIP phone will do: on a desk, on a computer or in a pocket. Add one for a person, then type
            what is shown into the phone.
          </EmptyState>
        }
      >
        <ul className={rows.rows}>
          {phones.data?.map((phone) => (
            <PhoneRow key={phone.id} phone={phone} />
          ))}
        </ul>
      </SettingsPage>
      <NewPhoneSheet opened={adding} onClose={add.close} />
    </>
  )
}
