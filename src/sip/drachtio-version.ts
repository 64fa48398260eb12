// Which drachtio-server is good enough: older ones leak transactions and crash on what phones send.

/** 0.9.5 to 0.9.10 mended leaks of transactions, crashes at bad Contacts and wedged connections. */
export const oldestDrachtio = '0.9.10'

/** `v0.9.10-1-g9c2dd4cb6a`; a version that cannot be read is given the benefit of the doubt. */
export function isTooOld(version: string): boolean {
  const found = numbersOf(version)
  if (!found) return false
  const oldest = numbersOf(oldestDrachtio) ?? []
  for (const [index, number] of oldest.entries()) {
    const theirs = found[index] ?? 0
    if (theirs !== number) return theirs < number
  }
  return false
}

function numbersOf(version: string): readonly number[] | undefined {
  return /(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number)
}
