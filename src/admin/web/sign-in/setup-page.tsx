import { Button, PasswordInput, Select, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useRouter, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { setupQuery, useSetUp } from '../data/sign-in.ts'
import look from '../look/form.module.css'
import { Form } from '../look/form.tsx'
import { secret, text } from '../look/form-fields.ts'
import { LinkButton } from '../look/link-button.tsx'
import { Door } from './door.tsx'
import { browserCountry, browserTimeZone, countryChoices, timeZoneChoices } from './places.ts'
import { SetupLinkHint } from './setup-link-hint.tsx'

/** First run: who owns this box. Everything else is asked later, where it is used. */
export function SetupPage() {
  const router = useRouter()
  const { token } = useSearch({ from: '/setup' })
  const { data: setup } = useQuery(setupQuery)
  const setUp = useSetUp()
  const countries = useMemo(countryChoices, [])
  const zones = useMemo(timeZoneChoices, [])

  if (setup && !setup.needed && !setUp.isSuccess)
    return (
      <Door title="Cordboard is set up">
        <LinkButton to="/sign-in" size="md" fullWidth>
          Sign in
        </LinkButton>
      </Door>
    )
  if (token === undefined) return <SetupLinkHint />

  const send = (fields: FormData) =>
    setUp.mutate(
      {
        token,
        company: text(fields, 'company'),
        country: text(fields, 'country'),
        timeZone: text(fields, 'timeZone'),
        name: text(fields, 'name'),
        email: text(fields, 'email'),
        password: secret(fields, 'password'),
      },
      { onSuccess: () => router.history.push('/welcome') },
    )
  return (
    <Door
      wide
      title="Welcome to Cordboard"
      lead="Two things to start with: your company, and you as its first admin. It takes a minute."
    >
      <Form label="Set up Cordboard" error={setUp.error} onSend={send}>
        <h2 className={look.section}>Your company</h2>
        <TextInput
          label="Company name"
          name="company"
          autoComplete="organization"
          required
          withAsterisk={false}
          maxLength={100}
          autoFocus
        />
        <div className={look.pair}>
          <Select
            label="Country"
            description="How short numbers are read"
            name="country"
            data={countries}
            defaultValue={browserCountry()}
            searchable
            required
            withAsterisk={false}
            allowDeselect={false}
          />
          <Select
            label="Time zone"
            description="For due times and hours"
            name="timeZone"
            data={zones}
            defaultValue={browserTimeZone()}
            searchable
            required
            withAsterisk={false}
            allowDeselect={false}
          />
        </div>
        <h2 className={look.section}>You, the admin</h2>
        <TextInput
          label="Your name"
          name="name"
          autoComplete="name"
          required
          withAsterisk={false}
          maxLength={80}
        />
        <TextInput
          label="Email"
          name="email"
          type="email"
          autoComplete="username"
          required
          withAsterisk={false}
        />
        <PasswordInput
          label="Password"
          description="At least 10 characters; a few words make a good one"
          name="password"
          autoComplete="new-password"
          required
          withAsterisk={false}
          minLength={10}
        />
        <Button type="submit" size="md" fullWidth loading={setUp.isPending || setUp.isSuccess}>
          Create the company
        </Button>
      </Form>
    </Door>
  )
}
