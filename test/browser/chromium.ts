// The one importer of playwright-core: Debian's Chromium, and where its pictures go.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

export type { Browser, BrowserContext, Page }

export const pictures = join(import.meta.dirname, '../../test-results/browser')

export interface View {
  readonly width: number
  readonly height: number
  readonly dark?: boolean
}

export const desktop: View = { width: 1440, height: 900 }
export const mobile: View = { width: 390, height: 844 }

/** `extra`: more switches of Chromium's command line. */
export function openBrowser(extra: readonly string[] = []): Promise<Browser> {
  mkdirSync(pictures, { recursive: true })
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...extra,
    ],
  })
}

export function openContext(browser: Browser, view: View): Promise<BrowserContext> {
  return browser.newContext({
    viewport: { width: view.width, height: view.height },
    colorScheme: view.dark ? 'dark' : 'light',
    locale: 'en-GB',
    timezoneId: 'Europe/Prague',
    reducedMotion: 'reduce',
    hasTouch: view.width < 500,
  })
}

/** A picture for people to look at; never compared. */
export async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(pictures, `${name}.png`) })
}
