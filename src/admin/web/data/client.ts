// The typed client of the API, and the one way its answers are read.
import { hc } from 'hono/client'
import type { AppType } from '#admin/api/api.ts'
import { learnServerTime } from '../time/server-clock.ts'
import { apiErrorOf } from './api-error.ts'

let csrfToken = ''

/** From the answer of /api/me; sent with everything that changes something. */
export function rememberCsrfToken(token: string): void {
  csrfToken = token
}

export function csrfHeaders(): Record<string, string> {
  return { 'x-cordboard-csrf': csrfToken }
}

export const { api } = hc<AppType>(window.location.origin, { headers: csrfHeaders })

interface Answer<T> {
  readonly ok: boolean
  readonly status: number
  readonly headers: Headers
  json(): Promise<T>
  text(): Promise<string>
}

/** The body of an answer that was given; throws ApiError when it was refused. */
export async function take<T>(asked: Promise<Answer<T>>): Promise<T> {
  const response = await asked
  learnServerTime(response.headers.get('date'))
  if (!response.ok) throw await apiErrorOf(response)
  return response.json()
}
