// A person at a browser: opens pages of the world, signs in, and what their console complains of fails the test.
import { expect } from 'vitest'
import { axeViolations } from './axe.ts'
import { buildWebWhenOld } from './built-web.ts'
import {
  type Browser,
  type BrowserContext,
  openBrowser,
  openContext,
  type Page,
  picture,
  type View,
} from './chromium.ts'
import { adminLogin, type Seeded, seed } from './seed.ts'
import { openWorld, type World } from './world.ts'

export interface Stage extends AsyncDisposable {
  readonly world: World
  readonly seeded: Seeded
  readonly browser: Browser
}

export async function openStage(): Promise<Stage> {
  buildWebWhenOld()
  await using stack = new AsyncDisposableStack()
  const world = stack.use(await openWorld())
  const seeded = await seed(world)
  const browser = await openBrowser()
  stack.defer(() => browser.close())
  const opened = stack.move()
  return { world, seeded, browser, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

export interface Visit extends AsyncDisposable {
  readonly page: Page
  goto(path: string): Promise<void>
  picture(name: string): Promise<void>
  /** What a person with a screen reader, or weak eyes, would stumble over; none when the page is clean. */
  stumbles(): Promise<readonly string[]>
}

interface VisitOptions {
  readonly browser: Browser
  readonly world: World
  readonly view: View
  readonly login?: { readonly email: string; readonly password: string } | undefined
  /** A wish of theirs is refused on purpose: the browser logs the 400 by itself. */
  readonly refused?: boolean
}

/** Opens a browser of its own, signed in unless `login` is undefined on purpose. */
export async function visit(options: VisitOptions): Promise<Visit> {
  const { browser, world, view } = options
  const context: BrowserContext = await openContext(browser, view)
  const page = await context.newPage()
  const complaints: string[] = []
  // axe tries styles that our policy forbids; that is no complaint about the page.
  let checking = false
  page.on('console', (message) => {
    // A stranger is answered 401 and led to sign-in, a role 403 and told so: the browser logs both by itself.
    const refusals = options.refused ? /\b(400|401|403)\b/ : /\b(401|403)\b/
    const expected = refusals.test(message.text()) || message.text().includes('net::ERR_')
    if (message.type() === 'error' && !expected && !checking) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  const suffix = `${view.width}${view.dark ? '-dark' : ''}`
  const opened: Visit = {
    page,
    goto: async (path) => {
      await page.goto(`${world.admin.url}${path}`)
    },
    picture: (name) => picture(page, `${name}-${suffix}`),
    stumbles: async () => {
      checking = true
      const found = await axeViolations(page)
      checking = false
      return found
    },
    [Symbol.asyncDispose]: async () => {
      await context.close()
      expect(complaints).toEqual([])
    },
  }
  if ('login' in options && options.login === undefined) return opened
  await signIn(opened, options.login ?? adminLogin)
  return opened
}

export async function signIn(
  { page, goto }: Visit,
  login: { email: string; password: string },
): Promise<void> {
  await goto('/sign-in')
  await page.getByLabel('Email').fill(login.email)
  await page.getByLabel('Password', { exact: true }).fill(login.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: 'Your status' }).waitFor()
}

/** Width of what sticks out to the right: 0 when the page fits its screen. */
export async function overflow(page: Page): Promise<number> {
  return Number(
    await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'),
  )
}
