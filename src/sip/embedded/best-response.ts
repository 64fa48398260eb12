// Which of several failures a forking proxy reports (RFC 3261 §16.7 step 6).

/** Reports that help the caller to repair the request come before others of their class. */
const helpful = new Set([401, 407, 415, 420, 484])

/** The status to pass upstream; undefined when there is none to choose from. */
export function bestStatus(statuses: readonly number[]): number | undefined {
  return statuses.toSorted((a, b) => rank(a) - rank(b))[0]
}

// 6xx wins; then the lowest class; inside of it the helpful ones, then the first that came.
function rank(status: number): number {
  if (status >= 600) return 0
  return Math.floor(status / 100) * 10 + (helpful.has(status) ? 0 : 1)
}
