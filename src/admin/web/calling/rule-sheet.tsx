import {
  Button,
  Modal,
  MultiSelect,
  SegmentedControl,
  Select,
  Switch,
  TagsInput,
  TextInput,
} from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { CallingView, OutboundRule } from '#admin/calling-view.ts'
import { useSaveRule } from '../data/calling.ts'
import { trunksQuery } from '../data/trunks.ts'
import look from '../look/form.module.css'
import { Form } from '../look/form.tsx'
import { checked, list, text, textOrNull } from '../look/form-fields.ts'
import { numberTypes, typeWords } from './number-types.ts'
import { RuleTrunks } from './rule-trunks.tsx'

interface RuleSheetProps {
  /** The one to edit; a new one without it. */
  readonly rule?: OutboundRule
  readonly view: CallingView
  readonly opened: boolean
  readonly onClose: () => void
}

export function RuleSheet({ rule, view, opened, onClose }: RuleSheetProps) {
  const { data: trunks } = useQuery({ ...trunksQuery, enabled: opened })
  const [act, setAct] = useState<OutboundRule['act']>(rule?.act ?? 'call')
  const [chosen, choose] = useState<readonly OutboundRule['trunks'][number][]>(rule?.trunks ?? [])
  const save = useSaveRule(rule?.id)
  const close = () => {
    setAct(rule?.act ?? 'call')
    choose(rule?.trunks ?? [])
    onClose()
  }
  const title = rule ? `Edit ${rule.name}` : 'Add an outbound rule'
  const homeName = new Intl.DisplayNames('en', { type: 'region' }).of(view.home) ?? view.home
  const countries = [{ country: view.home, name: homeName }, ...view.countries]
  const send = (fields: FormData) => {
    const types = list(fields, 'types')
    save.mutate(
      {
        name: text(fields, 'name'),
        enabled: checked(fields, 'enabled'),
        act,
        prefixes: list(fields, 'prefixes').map((prefix) => prefix.replace(/[^+\d]/g, '')),
        countries: list(fields, 'countries'),
        types: numberTypes.filter((type) => types.includes(type)),
        trunks: act === 'call' ? [...chosen] : [],
        callerId: act === 'call' ? textOrNull(fields, 'callerId') : null,
      },
      {
        onSuccess: (saved) => {
          onClose()
          if (rule) choose(saved.trunks)
          else choose([])
        },
      },
    )
  }
  return (
    <Modal opened={opened} onClose={close} title={title}>
      <Form label={title} error={save.error} onSend={send}>
        <TextInput
          label="Name"
          description="Told in the log of each call it decides"
          name="name"
          defaultValue={rule?.name}
          required
          maxLength={60}
          data-autofocus
        />
        <SegmentedControl
          fullWidth
          aria-label="What happens"
          data={[
            { value: 'call', label: 'Goes out' },
            { value: 'refuse', label: 'Is refused' },
          ]}
          value={act}
          onChange={(value) => setAct(value === 'refuse' ? 'refuse' : 'call')}
        />
        <TagsInput
          label="Numbers beginning with"
          description="With the country, like +4202; each with Enter. None: any"
          name="prefixes"
          defaultValue={rule?.prefixes ?? []}
        />
        <MultiSelect
          label="Countries"
          placeholder="Any"
          name="countries"
          data={countries.map(({ country, name }) => ({ value: country, label: name }))}
          defaultValue={rule?.countries ?? []}
          searchable
        />
        <MultiSelect
          label="Kinds of numbers"
          placeholder="Any"
          name="types"
          data={numberTypes.map((type) => ({ value: type, label: typeWords[type] }))}
          defaultValue={rule?.types ?? []}
        />
        {act === 'call' ? (
          <>
            <RuleTrunks chosen={chosen} trunks={trunks ?? []} onChange={choose} />
            <Select
              label="Number shown"
              description="Before that of the person and of the trunk"
              name="callerId"
              placeholder="As usual"
              data={view.numbers.map(({ number, shown }) => ({ value: number, label: shown }))}
              defaultValue={rule?.callerId ?? null}
              clearable
            />
          </>
        ) : null}
        <Switch label="In use" name="enabled" defaultChecked={rule?.enabled ?? true} />
        <div className={look.buttons}>
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" loading={save.isPending}>
            {rule ? 'Save' : 'Add the rule'}
          </Button>
        </div>
      </Form>
    </Modal>
  )
}
