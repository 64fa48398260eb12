// Key presses on the wire (RFC 4733 §2.3): the four-byte payload, and presses put together from received packets.
import { timestampDelta } from './rtp.ts'

const keys = '0123456789*#ABCD'
const clockPerMs = 8
/** A press whose end packets were all lost ends when no update came for this long (updates come every 20-50 ms). */
const lostEndMs = 200

export function eventOfKey(key: string): number | undefined {
  const event = keys.indexOf(key.toUpperCase())
  return event < 0 || key.length !== 1 ? undefined : event
}

/** Row and column tone of a key (ITU-T Q.23), for far ends without telephone-event. */
export function tonesOfEvent(event: number): readonly [number, number] {
  const [row, column] = rowAndColumn(event)
  return [[697, 770, 852, 941][row] ?? 0, [1209, 1336, 1477, 1633][column] ?? 0]
}

function rowAndColumn(event: number): readonly [number, number] {
  if (event === 0) return [3, 1]
  if (event === 10) return [3, 0]
  if (event === 11) return [3, 2]
  if (event >= 12) return [event - 12, 3]
  return [Math.floor((event - 1) / 3), (event - 1) % 3]
}

/** Writes the payload at `at`; -10 dBm0 is what most phones send. */
export function writeEvent(
  bytes: Uint8Array,
  at: number,
  event: number,
  end: boolean,
  duration: number,
): void {
  bytes[at] = event
  bytes[at + 1] = (end ? 0x80 : 0) | 10
  bytes[at + 2] = duration >> 8
  bytes[at + 3] = duration
}

export const eventBytes = 4

/** Tells each press once: at its first end packet, or when a new press or silence shows that the end was lost. */
export class DigitReceiver {
  readonly #tell: (digit: string, durationMs: number) => void
  #event = -1
  #timestamp = 0
  #duration = 0
  /** Length of earlier segments of one long press (RFC 4733 §2.5.1.3). */
  #before = 0
  #lastAt = 0
  #endedTimestamp: number | undefined

  constructor(tell: (digit: string, durationMs: number) => void) {
    this.#tell = tell
  }

  receive(bytes: Uint8Array, start: number, end: number, timestamp: number, nowMs: number): void {
    const event = bytes[start] ?? 255
    if (end - start < eventBytes || event > 15) return
    const isEnd = ((bytes[start + 1] ?? 0) & 0x80) !== 0
    const duration = ((bytes[start + 2] ?? 0) << 8) | (bytes[start + 3] ?? 0)
    // A repeated end packet, or an update that arrives after its end: told already.
    if (this.#endedTimestamp !== undefined && timestampDelta(timestamp, this.#endedTimestamp) <= 0) return
    if (this.#event >= 0 && timestamp !== this.#timestamp && !this.#continues(event, timestamp)) {
      if (timestampDelta(timestamp, this.#timestamp) < 0) return
      this.#finish()
    }
    if (this.#event < 0) {
      this.#event = event
      this.#timestamp = timestamp
      this.#before = 0
      this.#duration = 0
    }
    this.#duration = Math.max(this.#duration, duration)
    this.#lastAt = nowMs
    if (isEnd) this.#finish()
  }

  /** Called on each tick: ends a press that got no update for `lostEndMs`. */
  tick(nowMs: number): void {
    if (this.#event >= 0 && nowMs - this.#lastAt > lostEndMs) this.#finish()
  }

  #continues(event: number, timestamp: number): boolean {
    const ahead = timestampDelta(timestamp, this.#timestamp)
    if (event !== this.#event || ahead !== 0xffff) return false
    this.#before += 0xffff
    this.#timestamp = timestamp
    this.#duration = 0
    return true
  }

  #finish(): void {
    const digit = keys[this.#event] ?? ''
    const durationMs = Math.round((this.#before + this.#duration) / clockPerMs)
    this.#endedTimestamp = this.#timestamp
    this.#event = -1
    this.#tell(digit, durationMs)
  }
}
