import { TextInput } from '@mantine/core'
import look from '../look/form.module.css'

interface ExtensionFieldsProps {
  readonly extension: string | undefined
  readonly name: string | undefined
  readonly example: string
}

/** What a group and a room have alike. */
export function ExtensionFields({ extension, name, example }: ExtensionFieldsProps) {
  return (
    <div className={look.pair}>
      <TextInput
        label="Name"
        name="name"
        placeholder={example}
        defaultValue={name ?? ''}
        required
        maxLength={60}
        data-autofocus
      />
      <TextInput
        label="Extension"
        name="extension"
        inputMode="numeric"
        pattern="\d{2,6}"
        title="2 to 6 digits"
        defaultValue={extension ?? ''}
        required
      />
    </div>
  )
}
