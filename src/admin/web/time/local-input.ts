// Times in and out of `<input type="datetime-local">`, which knows no time zone: it means the reader's own.

/** `2026-11-20T14:30`, or empty. */
export function toLocalInput(at: number | null): string {
  if (at === null) return ''
  const shifted = new Date(at - new Date(at).getTimezoneOffset() * 60_000)
  return shifted.toISOString().slice(0, 16)
}

export function fromLocalInput(value: string): number | null {
  const at = new Date(value).getTime()
  return value === '' || Number.isNaN(at) ? null : at
}
