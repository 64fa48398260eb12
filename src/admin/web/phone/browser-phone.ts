// This browser as a phone: one page of it holds the line (a lock says which), answers, and keeps the sound.
// What it shows is one immutable view; components read it through useBrowserPhone().
import type { PhoneLegView, PhoneNews } from '#admin/phone-view.ts'
import { LegSound } from './leg-sound.ts'
import { closeStream, openMicrophone, whyNoMicrophone } from './microphone.ts'
import { followPhoneLine } from './phone-line.ts'
import { keepPhoneSettings, type PhoneSettings, readPhoneSettings } from './phone-settings.ts'
import { Ringer } from './ringer.ts'

export interface BrowserPhoneView {
  readonly settings: PhoneSettings
  /** `waiting`: another page of this browser is the phone, or none was reached yet. */
  readonly place: 'off' | 'waiting' | 'here' | 'away'
  readonly legs: readonly PhoneLegView[]
  /** Ids of legs whose sound flows. */
  readonly flowing: readonly string[]
  readonly muted: boolean
  readonly problem: string | undefined
}

const lockName = 'cordboard-phone'
/** A call we dialled ourselves is answered before anybody hears it ring. */
const ringAfterMs = 400

class BrowserPhone {
  #view: BrowserPhoneView
  readonly #listeners = new Set<() => void>()
  readonly #sounds = new Map<string, LegSound>()
  readonly #answering = new Set<string>()
  readonly #ownCalls = new Set<string>()
  readonly #ringer = new Ringer()
  readonly #pages = new BroadcastChannel(lockName)
  #line: AbortController | undefined
  #ringTimer = 0

  constructor() {
    this.#view = {
      settings: readPhoneSettings(),
      place: 'off',
      legs: [],
      flowing: [],
      muted: false,
      problem: undefined,
    }
    this.#pages.addEventListener('message', ({ data }) => this.#noteCall(data))
  }

  readonly read = (): BrowserPhoneView => this.#view

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Becomes the phone again if it was one; for the frame of the signed-in pages. The result stops it. */
  start(): () => void {
    if (this.#view.settings.on && !whyNoMicrophone()) this.#open()
    return () => this.#close()
  }

  /** Asks for the microphone once, so that no call waits for the question. */
  async turnOn(): Promise<void> {
    const why = whyNoMicrophone()
    if (why) return this.#become({ problem: why })
    try {
      closeStream(await openMicrophone(this.#view.settings))
    } catch (err) {
      return this.#become({ problem: messageOf(err) })
    }
    this.change({ on: true })
    this.#become({ problem: undefined })
    this.#open()
  }

  turnOff(): void {
    this.change({ on: false })
    this.#close()
  }

  change(change: Partial<PhoneSettings>): void {
    const settings = { ...this.#view.settings, ...change }
    keepPhoneSettings(settings)
    this.#become({ settings })
    for (const sound of this.#sounds.values()) sound.playAt(settings.speaker)
  }

  readonly answer = (legId: string): void => {
    void this.#answer(legId)
  }

  /** A call dialled on a page of this browser: its ringing here is answered by itself. */
  ownCall(callId: string): void {
    this.#pages.postMessage(callId)
    this.#noteCall(callId)
  }

  mute(on: boolean): void {
    for (const sound of this.#sounds.values()) sound.mute(on)
    this.#become({ muted: on })
  }

  sendKey(key: string): void {
    for (const sound of this.#sounds.values()) sound.sendKey(key)
  }

  /** What the microphone hears in the running call. */
  microphone(): MediaStream | undefined {
    return [...this.#sounds.values()][0]?.microphone
  }

  #open(): void {
    if (this.#line) return
    const line = new AbortController()
    this.#line = line
    this.#become({ place: 'waiting' })
    navigator.locks
      .request(lockName, { signal: line.signal }, () =>
        followPhoneLine(
          {
            news: (news) => this.#hear(news),
            connected: (connected) => this.#become({ place: connected ? 'here' : 'away' }),
          },
          line.signal,
        ),
      )
      .catch(() => undefined)
      .then(() => {
        if (this.#line === line) this.#close()
      })
  }

  #close(): void {
    const line = this.#line
    this.#line = undefined
    line?.abort()
    this.#take([])
    this.#become({ place: 'off' })
  }

  #hear(news: PhoneNews): void {
    if (news.kind === 'legs') this.#take(news.legs)
  }

  #take(legs: readonly PhoneLegView[]): void {
    const ids = legs.map(({ id }) => id)
    for (const [id, sound] of this.#sounds) {
      if (ids.includes(id)) continue
      sound.close()
      this.#sounds.delete(id)
    }
    const over = legs.length === 0
    const flowing = this.#view.flowing.filter((id) => ids.includes(id))
    this.#become({ legs, flowing, ...(over ? { muted: false } : {}) })
    // A leg that talks without us: this page was loaded in the middle of a call.
    for (const leg of legs)
      if ((leg.state === 'talking' && !this.#sounds.has(leg.id)) || this.#isOwn(leg))
        void this.#answer(leg.id)
    this.#ringOrNot()
  }

  #noteCall(callId: unknown): void {
    if (typeof callId !== 'string') return
    this.#ownCalls.add(callId)
    for (const leg of this.#view.legs) if (this.#isOwn(leg)) void this.#answer(leg.id)
  }

  #isOwn(leg: PhoneLegView): boolean {
    return leg.state === 'ringing' && leg.callId !== undefined && this.#ownCalls.has(leg.callId)
  }

  async #answer(legId: string): Promise<void> {
    if (this.#sounds.has(legId) || this.#answering.has(legId)) return
    this.#answering.add(legId)
    this.#ringOrNot()
    try {
      const { settings, muted } = this.#view
      const microphone = await openMicrophone(settings)
      const { speaker } = settings
      const tell = (flowing: boolean) => this.#flows(legId, flowing)
      const sound = new LegSound({ legId, microphone, speaker, muted, tell })
      this.#sounds.set(legId, sound)
      await sound.connect()
      this.#become({ problem: undefined })
    } catch (err) {
      this.#sounds.get(legId)?.close()
      this.#sounds.delete(legId)
      this.#become({ problem: messageOf(err) })
    } finally {
      this.#answering.delete(legId)
      // It may have ended while the microphone was asked for.
      if (!this.#view.legs.some(({ id }) => id === legId)) this.#take(this.#view.legs)
      this.#ringOrNot()
    }
  }

  #flows(legId: string, flowing: boolean): void {
    const others = this.#view.flowing.filter((id) => id !== legId)
    this.#become({ flowing: flowing ? [...others, legId] : others })
  }

  #ringOrNot(): void {
    const rings = this.#view.legs.some(({ id, state }) => state === 'ringing' && !this.#answering.has(id))
    window.clearTimeout(this.#ringTimer)
    if (!rings) this.#ringer.stop()
    else
      this.#ringTimer = window.setTimeout(() => this.#ringer.start(this.#view.settings.ringer), ringAfterMs)
  }

  #become(change: Partial<BrowserPhoneView>): void {
    this.#view = { ...this.#view, ...change }
    for (const listener of this.#listeners) listener()
  }
}

function messageOf(err: unknown): string {
  return err instanceof Error ? err.message : String(err)
}

export const browserPhone = new BrowserPhone()
