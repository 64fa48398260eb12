// acme with one number and Bob, its admin, who takes calls in his browser: Chromium, whose microphone hears a tone.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Appliance, admin, startAppliance } from '#test/appliance.ts'
import { levelAt, loudness } from '#test/audio.ts'
import { type Desk, read } from '#test/desk.ts'
import { Line } from '#test/line.ts'
import { preparedWorker } from '#test/mediasoup-worker.ts'
import { ipTrunk, ourNumber, setStatus } from '#test/office.ts'
import { tempFolder } from '#test/temp-folder.ts'
import { waitUntil } from '#test/wait-until.ts'
import { buildWebWhenOld } from './built-web.ts'
import { type BrowserContext, desktop, openBrowser, openContext, type Page } from './chromium.ts'

export const bobHz = 440
export const customerHz = 1000

export interface PhoneOffice extends AsyncDisposable {
  readonly appliance: Appliance
  readonly desk: Desk
  readonly carrier: Line
  /** Bob's desk in a browser that is his phone; a test that closes it names another. */
  page: Page
  readonly context: BrowserContext
  /** What the page complained of on its console. */
  readonly complaints: readonly string[]
}

/** `settings`: of the program, such as its media engine. */
export async function openPhoneOffice(settings: Readonly<Record<string, string>> = {}): Promise<PhoneOffice> {
  await preparedWorker()
  buildWebWhenOld()
  await using stack = new AsyncDisposableStack()
  const appliance = stack.use(await startAppliance({ BROWSER_PHONE: 'on', WEBRTC_PORT: '0', ...settings }))
  const carrier = stack.use(await Line.open({ address: '127.0.0.2', programPort: appliance.sipPort }))
  carrier.edge.answersOptions = true
  const desk = await appliance.setUp()
  const trunk = await read(desk.api.trunks.$post({ json: ipTrunk(carrier.edge) }))
  const plan = { label: 'sales', trunkId: trunk.id, skillIds: [], recording: false }
  await read(desk.api.numbers.$post({ json: { number: ourNumber, ...plan } }))
  await setStatus(desk, 'ready')
  await waitUntil('the browser phone is ready', async () => {
    const state = await read(desk.api['browser-phone'].$get())
    return state.kind === 'ready'
  })
  const folder = stack.use(tempFolder())
  const browser = await openBrowser(fakeMicrophone(folder.path))
  stack.defer(() => browser.close())
  const context = await openContext(browser, desktop)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('401')) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.goto(`${appliance.url}/sign-in`)
  await page.getByLabel('Email').fill(admin.email)
  await page.getByLabel('Password', { exact: true }).fill(admin.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL('**/desk')
  const opened = stack.move()
  return {
    appliance,
    desk,
    carrier,
    page,
    context,
    complaints,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

/** Chromium's own stand-ins for a microphone and for the person who allows it. */
function fakeMicrophone(folder: string): readonly string[] {
  const file = join(folder, 'microphone.wav')
  // -10 dBm0, as the RTP peers speak: -13 dBFS peak.
  const sine = ['-n', '-r', '48000', '-c', '1', '-b', '16', file, 'synth', '10', 'sine', String(bobHz)]
  execFileSync('sox', [...sine, 'gain', '-13.15'])
  return [
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    `--use-file-for-fake-audio-capture=${file}`,
    '--autoplay-policy=no-user-gesture-required',
  ]
}

/** Turns the browser into a phone, its microphone untouched: noise suppression would take a tone for noise. */
export async function turnPhoneOn(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Phone in this browser: off' }).click()
  await page.getByRole('switch', { name: 'Take calls in this browser' }).click()
  await page.getByRole('switch', { name: 'Take out echo and noise' }).click()
  await page.getByRole('button', { name: 'Phone in this browser: on' }).waitFor()
  await page.keyboard.press('Escape')
}

/** The mediasoup worker of this program. */
export function workerPid({ appliance }: PhoneOffice): number | undefined {
  const of = (pid: string, what: string) => readFileSync(`/proc/${pid}/${what}`, 'utf8')
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        if (!of(pid, 'cmdline').includes('mediasoup-worker')) return undefined
        const parent = /^PPid:\s+(\d+)$/m.exec(of(pid, 'status'))?.[1] ?? ''
        return of(parent, 'environ').includes(`DATA_FOLDER=${appliance.dataFolder}\0`)
          ? Number(pid)
          : undefined
      } catch {
        // It ended while we looked.
        return undefined
      }
    })
    .find((pid) => pid !== undefined)
}

/** A call of that customer, who speaks, rings at the browser. */
export async function rings({ carrier, page }: PhoneOffice, caller: string): Promise<void> {
  carrier.say(customerHz)
  await carrier.calls('caller-calls-obeys', { caller, called: ourNumber })
  await page.getByRole('button', { name: 'Answer' }).waitFor()
}

/** Samples at 8 kHz of what the browser plays of the call now, 0.68 s of them. */
const listen = `(async () => {
  const far = document.querySelector('audio[data-call-sound]')?.srcObject
  if (!far) return []
  const context = new AudioContext({ sampleRate: 48000 })
  const analyser = context.createAnalyser()
  analyser.fftSize = 32768
  context.createMediaStreamSource(far).connect(analyser)
  await new Promise((resolve) => setTimeout(resolve, 900))
  const samples = new Float32Array(32768)
  analyser.getFloatTimeDomainData(samples)
  await context.close()
  return Array.from(samples.filter((_, i) => i % 6 === 0), (sample) => Math.round(sample * 32767))
})()`

export async function heardInBrowser(page: Page): Promise<Int16Array> {
  const samples: unknown = await page.evaluate(listen)
  return Int16Array.from(Array.isArray(samples) ? samples.map(Number) : [])
}

/** Waits until the browser plays the customer's tone and nothing else that matters. */
export async function browserHears(page: Page, hz: number): Promise<void> {
  await waitUntil(
    `the browser hears ${hz} Hz`,
    async () => {
      const sound = await heardInBrowser(page)
      if (sound.length === 0) return false
      const level = levelAt(sound, hz)
      return Math.abs(level + 10) < 3 && loudness(sound) - level < 1
    },
    20_000,
  )
}
