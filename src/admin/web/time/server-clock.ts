// The server's time as far as answers tell: a PC whose clock is wrong must not show calls that last minus ten minutes.

/** The Date header counts whole seconds and the answer took a while: less than this is no difference. */
const toleranceMs = 3_000

let offsetMs = 0

export function learnServerTime(dateHeader: string | null): void {
  const at = dateHeader === null ? Number.NaN : Date.parse(dateHeader)
  if (Number.isNaN(at)) return
  const difference = at - Date.now()
  offsetMs = Math.abs(difference) > toleranceMs ? difference : 0
}

/** ms since the epoch, by the server's clock. */
export function serverNow(): number {
  return Date.now() + offsetMs
}
