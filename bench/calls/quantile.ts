// Sums and quantiles of what was counted or collected.

/** The index of the bucket that holds this part of all counts. */
export function quantileOf(buckets: readonly number[], part: number): number {
  const wanted = buckets.reduce((sum, one) => sum + one, 0) * part
  let seen = 0
  const index = buckets.findIndex((one) => {
    seen += one
    return one > 0 && seen >= wanted
  })
  return index === -1 ? Number.NaN : index
}

/** Of unsorted values, by nearest rank. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN
}

export function round(value: number, digits = 1): number {
  return Number(value.toFixed(digits))
}

/** Each of these, divided. */
export function perUnit(
  sums: Readonly<Record<string, number>>,
  units: number,
): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, round(sum / units, 2)]))
}

export function total(parts: Readonly<Record<string, number>>): number {
  return round(
    Object.values(parts).reduce((sum, part) => sum + part, 0),
    2,
  )
}
