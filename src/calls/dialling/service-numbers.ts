// Short national numbers that are no extension and no E.164: information, help lines, the operator. Pure.
import type { NumberType } from '#people/phone-number.ts'

/** From the national numbering plans. Elsewhere short codes begin with 1, as ITU-T E.164 and most plans keep it for them. */
const byCountry: ReadonlyMap<string, RegExp> = new Map(
  Object.entries({
    AU: /^(1\d{2,3}|12\d{2,3}|13\d{4})$/,
    CA: /^[2-8]11$/,
    DE: /^(115|116\d{3}|118\d{2,3})$/,
    ES: /^(0\d{2}|1\d{2,5})$/,
    FR: /^(1\d{1,3}|3\d{3}|116\d{3}|118\d{3})$/,
    GB: /^(1\d{2,3}|116\d{3}|118\d{3})$/,
    IT: /^(1\d{2,5}|4\d{4,5})$/,
    PL: /^(1\d{2,5}|9\d{2})$/,
    SE: /^(1\d{2,5}|9\d{4})$/,
    US: /^[2-8]11$/,
  }),
)
const elsewhere = /^1\d{2,5}$/

/** The sort of a short number as dialled in that country; undefined when it is none. */
export function serviceNumberType(digits: string, country: string): NumberType | undefined {
  if (!(byCountry.get(country) ?? elsewhere).test(digits)) return undefined
  // Helplines under 116 are free in the European Union (2007/116/EC); directory enquiries under 118 bill what they like.
  if (/^116\d{3}$/.test(digits)) return 'free'
  return /^118\d/.test(digits) ? 'premium' : 'shared-cost'
}
