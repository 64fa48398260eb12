import {
  Button,
  Modal,
  NumberInput,
  PasswordInput,
  SegmentedControl,
  TagsInput,
  TextInput,
} from '@mantine/core'
import { useState } from 'react'
import type { ProviderPreset } from '#admin/trunk-preset-view.ts'
import type { TrunkView } from '#admin/view.ts'
import { type NewTrunk, useChangeTrunk, useCreateTrunk } from '../data/trunks.ts'
import look from '../look/form.module.css'
import { Form } from '../look/form.tsx'
import { list, secret, text, wholeOrNull } from '../look/form-fields.ts'
import { TrunkPreset } from './trunk-preset.tsx'
import { specialsIn, TrunkSpecials } from './trunk-specials.tsx'

interface TrunkSheetProps {
  /** The one to edit; a new one without it. */
  readonly trunk?: TrunkView
  readonly opened: boolean
  readonly onClose: () => void
}

const kinds = [
  { value: 'registration', label: 'Registers with a password' },
  { value: 'ip', label: 'By IP address' },
]
const transports = [
  { value: 'udp', label: 'UDP' },
  { value: 'tcp', label: 'TCP' },
  { value: 'tls', label: 'TLS' },
] as const

/** K1: what a provider tells its customer, in the words providers use. */
export function TrunkSheet({ trunk, opened, onClose }: TrunkSheetProps) {
  const [kind, setKind] = useState<TrunkView['kind']>(trunk?.kind ?? 'registration')
  const [transport, setTransport] = useState<TrunkView['transport']>(trunk?.transport ?? 'udp')
  const [preset, setPreset] = useState<ProviderPreset>()
  const create = useCreateTrunk()
  const change = useChangeTrunk(trunk?.id ?? '')
  const title = trunk ? `Edit ${trunk.label}` : 'Add a trunk'
  const common = (fields: FormData) => ({
    provider: text(fields, 'provider'),
    label: text(fields, 'label') || text(fields, 'provider'),
    server: text(fields, 'server'),
    transport,
    ...specialsIn(fields),
    callsLimit: wholeOrNull(fields, 'callsLimit'),
  })
  const send = (fields: FormData) => {
    const username = text(fields, 'username')
    const password = secret(fields, 'password')
    const addresses = list(fields, 'addresses')
    if (trunk) {
      const credentials = { ...(username ? { username } : {}), ...(password ? { password } : {}) }
      const peers = addresses.length > 0 ? { addresses } : {}
      change.mutate({ ...common(fields), ...credentials, ...peers }, { onSuccess: onClose })
      return
    }
    const made: NewTrunk =
      kind === 'registration'
        ? { ...common(fields), kind, username, password }
        : {
            ...common(fields),
            kind,
            addresses,
            ...(username ? { username } : {}),
            ...(password ? { password } : {}),
          }
    create.mutate(made, { onSuccess: onClose })
  }
  const choose = (chosen: ProviderPreset | undefined) => {
    setPreset(chosen)
    if (!chosen) return
    setKind(chosen.kind)
    setTransport(chosen.transport)
  }
  const specials =
    trunk?.specials ?? (preset ? { ...preset, outboundProxy: preset.outboundProxy ?? null } : {})
  return (
    <Modal opened={opened} onClose={onClose} title={title}>
      <Form label={title} error={create.error ?? change.error} onSend={send}>
        {trunk ? null : (
          <>
            <TrunkPreset chosen={preset} onChoose={choose} />
            <SegmentedControl
              fullWidth
              aria-label="How the provider knows you"
              data={kinds}
              value={kind}
              onChange={(value) => setKind(value === 'ip' ? 'ip' : 'registration')}
            />
          </>
        )}
        <div className={look.pair}>
          <TextInput
            key={preset?.id}
            label="Provider’s name"
            name="provider"
            defaultValue={trunk?.provider ?? preset?.name}
            required
            maxLength={60}
          />
          <TextInput
            label="Name here"
            name="label"
            placeholder="Main line"
            defaultValue={trunk?.label}
            maxLength={60}
          />
        </div>
        <TextInput
          key={`${preset?.id} server`}
          label="Server"
          description="As the provider tells it; with a port if it is not 5060"
          name="server"
          placeholder="sip.provider.example"
          defaultValue={trunk?.server ?? preset?.server}
          pattern="[^<>]+"
          title="Put your own part in place of the words in brackets"
          required
        />
        {kind === 'ip' ? (
          <TagsInput
            key={`${preset?.id} addresses`}
            label="Addresses its calls come from"
            description="Each with Enter: 192.0.2.7 or 192.0.2.0/24. None: it proves itself with the user name and password"
            name="addresses"
            defaultValue={[...(preset?.addresses ?? [])]}
            placeholder={trunk ? 'Unchanged' : undefined}
          />
        ) : null}
        <div className={look.pair}>
          <TextInput
            label="User name"
            name="username"
            autoComplete="off"
            required={!trunk && kind === 'registration'}
            placeholder={trunk ? 'Unchanged' : kind === 'ip' ? 'If it asks for one' : undefined}
          />
          <PasswordInput
            label="Password"
            name="password"
            autoComplete="new-password"
            required={!trunk && kind === 'registration'}
            placeholder={trunk ? 'Unchanged' : kind === 'ip' ? 'If it asks for one' : undefined}
          />
        </div>
        <div className={look.pair}>
          <NumberInput
            label="Calls at once"
            description="Empty: no limit"
            name="callsLimit"
            min={1}
            max={10_000}
            allowDecimal={false}
            defaultValue={trunk?.callsLimit ?? ''}
          />
          <div>
            <p className={look.label}>Transport</p>
            <p className={look.hint}>UDP unless told otherwise</p>
            <SegmentedControl
              fullWidth
              aria-label="Transport"
              data={[...transports]}
              value={transport}
              onChange={setTransport}
            />
          </div>
        </div>
        <TrunkSpecials
          key={`${preset?.id} specials`}
          specials={specials}
          open={preset?.outboundProxy !== undefined}
        />
        <div className={look.buttons}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending || change.isPending}>
            {trunk ? 'Save' : 'Add the trunk'}
          </Button>
        </div>
      </Form>
    </Modal>
  )
}
