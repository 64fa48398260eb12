// Countries by name, for sentences.

const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'code' })

/** `CU` -> Cuba; `001` is what belongs to no country. */
export function countryName(country: string): string {
  return country === '001' ? 'satellite phones and international networks' : (names.of(country) ?? country)
}
