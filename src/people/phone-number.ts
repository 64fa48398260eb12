// Phone numbers as people and carriers write them -> E.164 and back. The one importer of libphonenumber-js.
import {
  getCountries,
  getCountryCallingCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/max'
import type { z } from 'zod'

/** E.164 with its plus: `+420234567890`. */
export type PhoneNumber = string & z.$brand<'PhoneNumber'>

/** Longer than any number with its punctuation; what is longer is not read at all. */
const maxLength = 64

/**
 * Reads a number; one without a country code is taken as of `country` (ISO 3166-1 alpha-2).
 * undefined when it is none: an extension, `anonymous`, a short code, an emergency number.
 * Only the length is judged, not whether the range is assigned: carriers open ranges faster than metadata knows.
 */
export function readPhoneNumber(text: string, country: string): PhoneNumber | undefined {
  if (text.length > maxLength || !/\d/.test(text)) return undefined
  const parsed = parsePhoneNumberFromString(bare(text), {
    ...(isSupportedCountry(country) ? { defaultCountry: country } : {}),
    extract: false,
  })
  return parsed?.isPossible() && isPhoneNumber(parsed.number) ? parsed.number : undefined
}

/** Without the scheme and parameters of a tel URI or a SIP user part (RFC 3966 §3): `tel:+420…;isub=1`. */
function bare(text: string): string {
  return text.trim().replace(/^tel:|;.*$/gis, '')
}

/** True for text that is E.164 already (ITU-T E.164: at most 15 digits). */
export function isPhoneNumber(text: string): text is PhoneNumber {
  return /^\+[1-9]\d{4,14}$/.test(text)
}

// The same few numbers are shown again and again: on every card and in every list of live calls.
const shown = new Map<string, string>()
const maxShown = 5_000

/** For people: national style within `country`, international otherwise; what is no E.164 comes back as it is. */
export function showPhoneNumber(number: string, country: string): string {
  if (!isPhoneNumber(number)) return number
  const key = `${country} ${number}`
  const known = shown.get(key)
  if (known !== undefined) return known
  const text = formatPhoneNumber(number, country)
  if (shown.size >= maxShown) shown.clear()
  shown.set(key, text)
  return text
}

function formatPhoneNumber(number: PhoneNumber, country: string): string {
  const parsed = parsePhoneNumberFromString(number)
  if (!parsed) return number
  return parsed.country === country ? parsed.formatNational() : parsed.formatInternational()
}

/** The ISO country of an E.164 number, when its code tells. */
export function countryOfNumber(number: string): string | undefined {
  return isPhoneNumber(number) ? parsePhoneNumberFromString(number)?.country : undefined
}

/** What a call to a number costs, as far as national numbering plans tell. */
export type NumberType = 'ordinary' | 'mobile' | 'free' | 'shared-cost' | 'premium' | 'personal'

export interface NumberKind {
  /** ISO 3166-1 alpha-2; `001` for satellite phones and networks of no country (ITU-T E.164 §6.2.3). */
  readonly country: string
  readonly type: NumberType
}

/** Where an E.164 number leads and what sort it is. A number nobody can place is of no country: rules refuse it with those. */
export function kindOfNumber(number: string): NumberKind {
  const parsed = isPhoneNumber(number) ? parsePhoneNumberFromString(number) : undefined
  return { country: parsed?.country ?? '001', type: typeOf(parsed?.getType()) }
}

/** True when the range is known to be assigned, unlike `readPhoneNumber`. */
export function isAssigned(number: PhoneNumber): boolean {
  return parsePhoneNumberFromString(number)?.isValid() ?? false
}

/** Every country with a numbering plan: ISO code and calling code (`420`). */
export function dialledCountries(): readonly { readonly country: string; readonly callingCode: string }[] {
  return getCountries().map((country) => ({ country, callingCode: getCountryCallingCode(country) }))
}

function typeOf(type: string | undefined): NumberType {
  switch (type) {
    case 'PREMIUM_RATE':
      return 'premium'
    case 'SHARED_COST':
    case 'UAN':
      return 'shared-cost'
    case 'TOLL_FREE':
      return 'free'
    case 'PERSONAL_NUMBER':
    case 'PAGER':
      return 'personal'
    case 'MOBILE':
      return 'mobile'
    default:
      return 'ordinary'
  }
}
