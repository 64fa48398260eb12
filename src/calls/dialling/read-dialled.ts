// What somebody dialled, in the country's and the company's habits -> emergency, number, short service number or nothing. Pure.
import { isEmergencyNumber } from '#calls/emergency.ts'
import type { Dialled } from '#calls/neighbours.ts'
import { isAssigned, kindOfNumber, type PhoneNumber, readPhoneNumber } from '#people/phone-number.ts'
import { serviceNumberType } from './service-numbers.ts'

export interface Habits {
  /** ISO 3166-1 alpha-2 */
  readonly country: string
  /** Dialled first to get an outside line; '' when nothing is. It may always be left out. */
  readonly outsideLine: string
}

/** Without the star code; `withheld` undefined: no wish was dialled. */
export interface Wish {
  readonly number: string
  readonly withheld: boolean | undefined
}

/**
 * Takes off a star code for this one call: `#31#` (3GPP TS 22.030), `*31` and `*67` withhold our number, `*82` shows it.
 * What GSM handsets mean by `*31#` is the opposite; they never send it to us, desk phones of fixed networks do.
 */
export function readWish(dialled: string): Wish {
  const text = dialled.trim().replace(/^%23/, '#').replace(/%23/g, '#')
  const [, code, number] = /^([*#]31[#*]?|\*67|\*82)(.+)$/.exec(text) ?? []
  if (code === undefined || number === undefined) return { number: text, withheld: undefined }
  return { number, withheld: code !== '*82' }
}

export function readDialled(dialled: string, habits: Habits): Dialled {
  const { number } = readWish(dialled)
  const stripped = withoutOutsideLine(number, habits.outsideLine)
  for (const text of [number, stripped])
    if (text !== undefined && isEmergencyNumber(text, habits.country))
      return { kind: 'emergency', number: digitsOf(text) }
  // The prefix may also be the beginning of a real number, so what is certainly a number wins; where none is, the habit does.
  const texts = stripped === undefined ? [number] : [stripped, number]
  const reads = [readAssigned, readService, readPossible]
  for (const read of reads)
    for (const text of texts) {
      const found = read(text, habits)
      if (found) return found
    }
  return { kind: 'invalid' }
}

function readAssigned(text: string, { country }: Habits): Dialled | undefined {
  const number = readPhoneNumber(text, country)
  return number !== undefined && isAssigned(number) ? outside(number) : undefined
}

function readService(text: string, { country }: Habits): Dialled | undefined {
  const number = digitsOf(text)
  const type = serviceNumberType(number, country)
  return type && { kind: 'service', number, country, type }
}

function readPossible(text: string, { country }: Habits): Dialled | undefined {
  const number = readPhoneNumber(text, country)
  return number === undefined ? undefined : outside(number)
}

function outside(number: PhoneNumber): Dialled {
  return { kind: 'number', number, ...kindOfNumber(number) }
}

function withoutOutsideLine(text: string, outsideLine: string): string | undefined {
  const digits = digitsOf(text)
  return outsideLine !== '' && digits.startsWith(outsideLine) ? digits.slice(outsideLine.length) : undefined
}

function digitsOf(text: string): string {
  return text.replace(/[\s().-]/g, '')
}
