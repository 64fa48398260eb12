import { Button, Select, Switch, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react'
import type { TrunkSpecials as Specials } from '#admin/view.ts'
import look from '../look/form.module.css'
import { checked, text, textOrNull } from '../look/form-fields.ts'

interface TrunkSpecialsProps {
  readonly specials: Partial<Specials>
  /** Something here has to be filled in. */
  readonly open: boolean
}

const formats = [
  { value: 'plus', label: '+420222333444' },
  { value: 'zeros', label: '00420222333444' },
  { value: 'digits', label: '420222333444' },
] as const
const identities = [
  { value: 'from', label: 'From alone' },
  { value: 'asserted', label: 'P-Asserted-Identity' },
  { value: 'preferred', label: 'P-Preferred-Identity' },
  { value: 'remote-party', label: 'Remote-Party-ID' },
] as const

/** What most providers do without; folded away until it is asked for. */
export function TrunkSpecials({ specials, open }: TrunkSpecialsProps) {
  const [opened, { toggle }] = useDisclosure(open)
  return (
    <div>
      <Button
        variant="subtle"
        size="compact-sm"
        aria-expanded={opened}
        rightSection={opened ? <IconChevronUp size={15} /> : <IconChevronDown size={15} />}
        onClick={toggle}
      >
        More settings of the provider
      </Button>
      {/* Hidden, not gone: what stands there is sent with the form. */}
      <div hidden={!opened}>
        <div className={look.form}>
          <div className={look.pair}>
            <TextInput
              label="Outbound proxy"
              description="All requests go through it"
              name="outboundProxy"
              placeholder="proxy.provider.example"
              defaultValue={specials.outboundProxy ?? ''}
            />
            <TextInput
              label="Domain"
              description="Behind the @; else the server"
              name="fromDomain"
              defaultValue={specials.fromDomain ?? ''}
            />
          </div>
          <div className={look.pair}>
            <TextInput
              label="Number shown"
              description="When no rule or person says which"
              name="callerId"
              inputMode="tel"
              placeholder="The first number on it"
              defaultValue={specials.callerId ?? ''}
            />
            <Select
              label="Writes numbers as"
              description="In calls out"
              name="numberFormat"
              data={[...formats]}
              defaultValue={specials.numberFormat ?? 'plus'}
              allowDeselect={false}
            />
          </div>
          <div className={look.pair}>
            <Select
              label="Reads who calls from"
              description="The header it trusts"
              name="identity"
              data={[...identities]}
              defaultValue={specials.identity ?? 'from'}
              allowDeselect={false}
            />
            <Select
              label="From names"
              description="The number, or the account"
              name="fromUser"
              data={[
                { value: 'number', label: 'The number' },
                { value: 'account', label: 'The account' },
              ]}
              defaultValue={specials.fromUser ?? 'number'}
              allowDeselect={false}
            />
          </div>
          <Switch
            label="Numbers of other trunks may be shown here"
            description="Off: one of its own is shown instead"
            name="foreignNumbers"
            defaultChecked={specials.foreignNumbers ?? true}
          />
          <Switch
            label="Check its certificate"
            description="Over TLS; off only for a provider with a certificate of its own making"
            name="tlsVerify"
            defaultChecked={specials.tlsVerify ?? true}
          />
        </div>
      </div>
    </div>
  )
}

export function specialsIn(fields: FormData): Partial<Specials> {
  const chosen = (name: string) => text(fields, name)
  return {
    outboundProxy: textOrNull(fields, 'outboundProxy'),
    fromDomain: textOrNull(fields, 'fromDomain'),
    callerId: textOrNull(fields, 'callerId'),
    numberFormat: formats.find(({ value }) => value === chosen('numberFormat'))?.value ?? 'plus',
    identity: identities.find(({ value }) => value === chosen('identity'))?.value ?? 'from',
    fromUser: chosen('fromUser') === 'account' ? 'account' : 'number',
    foreignNumbers: checked(fields, 'foreignNumbers'),
    tlsVerify: checked(fields, 'tlsVerify'),
  }
}
