// Reading fields out of a sent form.

export function text(fields: FormData, name: string): string {
  const value = fields.get(name)
  return typeof value === 'string' ? value.trim() : ''
}

/** As typed: white space at the ends of a password counts. */
export function secret(fields: FormData, name: string): string {
  const value = fields.get(name)
  return typeof value === 'string' ? value : ''
}

export function textOrNull(fields: FormData, name: string): string | null {
  return text(fields, name) || null
}

/** The values of a multiple choice. */
export function list(fields: FormData, name: string): string[] {
  return text(fields, name).split(',').filter(Boolean)
}

export function checked(fields: FormData, name: string): boolean {
  return fields.get(name) !== null
}

export function wholeOrNull(fields: FormData, name: string): number | null {
  const value = text(fields, name)
  return value === '' ? null : Number(value)
}
