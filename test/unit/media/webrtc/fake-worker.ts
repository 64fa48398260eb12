// A SoundWorker without a process: it keeps who hears whom, and tests move its browsers by hand.
import { Events } from '#lib/events.ts'
import { silentLog } from '#lib/log.ts'
import type { BrowserSide, PlainFarEnd, SoundSide, SoundWorker } from '#media/webrtc/mediasoup.ts'
import { fingerprint } from './chromium-offer.ts'

interface FakeSide extends SoundSide {
  heard: string | undefined
  closed: boolean
}

export interface FakeBrowser extends FakeSide, BrowserSide {
  readonly news: Events<'connected' | 'gone'>
}

export interface FakeWorker extends SoundWorker {
  readonly browsers: FakeBrowser[]
  readonly plains: (FakeSide & { readonly asked: PlainFarEnd })[]
  die(reason: string): void
}

export function fakeWorker(): FakeWorker {
  const { promise: died, resolve: die } = Promise.withResolvers<string>()
  const browsers: FakeBrowser[] = []
  const plains: FakeWorker['plains'] = []
  return {
    died,
    die,
    browsers,
    plains,
    openBrowserSide: async () => {
      const news = new Events<'connected' | 'gone'>(silentLog)
      const gate = { user: 'u', password: 'p', fingerprint, candidates: [] }
      const browser = Object.assign(side(`browser ${browsers.length}`), { news, gate })
      browsers.push(browser)
      return browser
    },
    openPlainSide: async (asked) => {
      const plain = Object.assign(side(`plain ${plains.length}`), { asked })
      plains.push(plain)
      return plain
    },
    [Symbol.asyncDispose]: async () => {},
  }
}

function side(source: string): FakeSide {
  const fake: FakeSide = {
    source,
    heard: undefined,
    closed: false,
    hear: async (other) => {
      fake.heard = other
    },
    close: () => {
      fake.closed = true
    },
  }
  return fake
}
