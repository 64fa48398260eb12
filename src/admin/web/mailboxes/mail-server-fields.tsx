import { NumberInput, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { defaultPorts, readSecurity, type Security } from './mail-server.ts'
import css from './mail-server-fields.module.css'

interface MailServerFieldsProps {
  readonly title: string
  readonly name: 'imap' | 'smtp'
  readonly placeholder: string
}

const securities = [
  { value: 'tls', label: 'TLS' },
  { value: 'starttls', label: 'STARTTLS' },
  { value: 'none', label: 'No encryption' },
]

export function MailServerFields({ title, name, placeholder }: MailServerFieldsProps) {
  const [security, setSecurity] = useState<Security>('tls')
  return (
    <fieldset className={css.row}>
      <legend className={css.title}>{title}</legend>
      <TextInput aria-label={`${title}: server`} name={`${name}-host`} placeholder={placeholder} required />
      <Select
        aria-label={`${title}: encryption`}
        name={`${name}-security`}
        data={securities}
        value={security}
        onChange={(value) => setSecurity(readSecurity(value))}
        allowDeselect={false}
      />
      <NumberInput
        key={security}
        aria-label={`${title}: port`}
        name={`${name}-port`}
        defaultValue={defaultPorts[name][security]}
        min={1}
        max={65_535}
        hideControls
        thousandSeparator=""
      />
    </fieldset>
  )
}
