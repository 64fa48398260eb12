// A signed-in browser, as far as the server can tell: the typed API client with its cookie and CSRF token.
import { hc } from 'hono/client'
import type { AppType } from '#admin/api/api.ts'

export type Api = ReturnType<typeof hc<AppType>>['api']

export class Desk {
  readonly url: string
  readonly api: Api
  #cookie = ''
  #csrf = ''

  private constructor(url: string) {
    this.url = url
    this.api = hc<AppType>(url, { fetch: this.#fetch }).api
  }

  static async signIn(url: string, who: { email: string; password: string }): Promise<Desk> {
    const desk = new Desk(url)
    await read(desk.api['sign-in'].$post({ json: { email: who.email, password: who.password } }))
    await desk.#learnCsrf()
    return desk
  }

  /** Claims a fresh box. */
  static async setUp(url: string, json: Parameters<Api['setup']['$post']>[0]['json']): Promise<Desk> {
    const desk = new Desk(url)
    await read(desk.api.setup.$post({ json }))
    await desk.#learnCsrf()
    return desk
  }

  /** A file, with the session. */
  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return this.#fetch(`${this.url}${path}`, { headers })
  }

  async #learnCsrf(): Promise<void> {
    const me = await read(this.api.me.$get())
    this.#csrf = me.csrfToken
  }

  readonly #fetch = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers)
    headers.set('cookie', this.#cookie)
    headers.set('x-cordboard-csrf', this.#csrf)
    const response = await fetch(input, { ...init, headers })
    const [cookie] = response.headers.getSetCookie()
    if (cookie !== undefined) this.#cookie = cookie.split(';')[0] ?? ''
    return response
  }
}

interface Readable<T> {
  readonly ok: boolean
  readonly status: number
  json(): Promise<T>
}

/** The body of an answer that must be a success. @throws Error with what the API said */
export async function read<T>(asked: Promise<Readable<T>>): Promise<T> {
  const response = await asked
  if (response.ok) return await response.json()
  throw new Error(`the API said ${response.status}: ${JSON.stringify(await response.json())}`)
}
