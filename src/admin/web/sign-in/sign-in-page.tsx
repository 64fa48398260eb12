import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useRouter, useSearch } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useSignIn } from '../data/sign-in.ts'
import { Form } from '../look/form.tsx'
import { secret, text } from '../look/form-fields.ts'
import { Door } from './door.tsx'

export function SignInPage() {
  const router = useRouter()
  const queries = useQueryClient()
  const { next } = useSearch({ from: '/sign-in' })
  const signIn = useSignIn()
  useEffect(() => {
    document.title = 'Sign in · Cordboard'
  }, [])
  const send = (fields: FormData) =>
    signIn.mutate(
      { email: text(fields, 'email'), password: secret(fields, 'password') },
      {
        onSuccess: () => {
          queries.clear()
          router.history.push(next ?? '/desk')
        },
      },
    )
  return (
    <Door title="Sign in to Cordboard" foot="Forgot your password? Ask your admin for a new one.">
      <Form label="Sign in" error={signIn.error} onSend={send}>
        <TextInput
          label="Email"
          name="email"
          type="email"
          autoComplete="username"
          required
          withAsterisk={false}
          size="md"
          autoFocus
        />
        <PasswordInput
          label="Password"
          name="password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          size="md"
        />
        <Button type="submit" size="md" fullWidth loading={signIn.isPending || signIn.isSuccess}>
          Sign in
        </Button>
      </Form>
    </Door>
  )
}
