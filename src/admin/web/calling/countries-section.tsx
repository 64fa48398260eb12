import { Button, Checkbox, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import type { CallingView } from '#admin/calling-view.ts'
import { useSaveRules } from '../data/calling.ts'
import look from '../look/form.module.css'
import { Form } from '../look/form.tsx'
import { tellDone } from '../look/tell.ts'
import css from './countries-section.module.css'
import { SaveButton } from './save-button.tsx'
import { Section } from './section.tsx'

interface CountriesSectionProps {
  readonly view: CallingView
}

/** Members of the European Union, ISO 3166-1. */
const european = 'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' ')

/** Abroad is off until it is allowed, country by country. */
export function CountriesSection({ view }: CountriesSectionProps) {
  const { countries, rules, home } = view
  const [allowed, allow] = useState<ReadonlySet<string>>(new Set(rules.countries))
  const [search, find] = useState('')
  const save = useSaveRules()
  const words = search.trim().toLowerCase()
  const shown = countries.filter(
    ({ name, country, callingCode }) =>
      words === '' ||
      name.toLowerCase().includes(words) ||
      country.toLowerCase() === words ||
      callingCode.startsWith(words.replace(/^(\+|00)/, '')),
  )
  const toggle = (country: string, on: boolean) => {
    const next = new Set(allowed)
    if (on) next.add(country)
    else next.delete(country)
    allow(next)
  }
  const send = () =>
    save.mutate({ countries: [...allowed] }, { onSuccess: () => tellDone('The countries are saved.') })
  const homeName = new Intl.DisplayNames('en', { type: 'region' }).of(home) ?? home
  return (
    <Section
      title="Countries"
      hint={`${homeName} is always allowed. Anything abroad is refused until you tick it: stolen passwords are used to call far away, at night.`}
    >
      <Form label="Countries" error={save.error} onSend={send}>
        <TextInput
          label="Find a country"
          placeholder="Name, code or +49"
          leftSection={<IconSearch size={16} stroke={1.7} aria-hidden="true" />}
          value={search}
          onChange={(event) => find(event.currentTarget.value)}
        />
        <div className={css.acts}>
          <Button
            variant="default"
            size="compact-sm"
            onClick={() => allow(new Set([...allowed, ...european.filter((one) => one !== home)]))}
          >
            Tick the European Union
          </Button>
          <Button variant="default" size="compact-sm" onClick={() => allow(new Set())}>
            Untick all
          </Button>
        </div>
        <fieldset className={css.list} aria-label="Countries abroad">
          {shown.map(({ country, name, callingCode }) => (
            <Checkbox
              key={country}
              className={css.country}
              checked={allowed.has(country)}
              onChange={(event) => toggle(country, event.currentTarget.checked)}
              label={
                <>
                  {name} <span className={css.code}>+{callingCode}</span>
                </>
              }
            />
          ))}
          {shown.length === 0 ? <p className={css.none}>No country is called that.</p> : null}
        </fieldset>
        <p className={look.hint} aria-live="polite">
          {allowed.size === 0
            ? 'No country abroad is allowed.'
            : `${allowed.size} ${allowed.size === 1 ? 'country' : 'countries'} abroad allowed.`}
        </p>
        <SaveButton running={save.isPending}>Save the countries</SaveButton>
      </Form>
    </Section>
  )
}
