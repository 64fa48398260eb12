// Countries and time zones by name, from what the browser knows; the choice starts where the browser is.

// ISO 3166-1 alpha-2, those with telephone numbers of their own.
const countryCodes =
  'AD AE AF AG AI AL AM AO AR AT AU AW AZ BA BB BD BE BF BG BH BI BJ BM BN BO BR BS BT BW BY BZ CA CD CF CG CH CI CL CM CN CO CR CU CV CY CZ DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ FM FO FR GA GB GD GE GG GH GI GL GM GN GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MG MH MK ML MM MN MO MR MS MT MU MV MW MX MY MZ NA NC NE NG NI NL NO NP NR NZ OM PA PE PF PG PH PK PL PR PS PT PW PY QA RO RS RU RW SA SB SC SD SE SG SI SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TG TH TJ TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WS XK YE ZA ZM ZW'.split(
    ' ',
  )

export interface Choice {
  readonly value: string
  readonly label: string
}

export function countryChoices(): Choice[] {
  const names = new Intl.DisplayNames(['en'], { type: 'region' })
  return countryCodes
    .map((value) => ({ value, label: names.of(value) ?? value }))
    .sort((a, b) => a.label.localeCompare(b.label))
}

export function timeZoneChoices(): Choice[] {
  return Intl.supportedValuesOf('timeZone').map((value) => ({ value, label: value.replaceAll('_', ' ') }))
}

export function browserTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone
}

/** Where the browser's time zone is, else where its language is spoken; null when neither tells. */
export function browserCountry(): string | null {
  const zone = browserTimeZone()
  const byZone = countryCodes.filter((code) => zonesOf(code).includes(zone))
  const byLanguage = new Intl.Locale(navigator.language).maximize().region ?? ''
  if (byZone.includes(byLanguage)) return byLanguage
  return byZone[0] ?? (countryCodes.includes(byLanguage) ? byLanguage : null)
}

/** Not every browser knows the zones of a country yet. */
function zonesOf(country: string): readonly unknown[] {
  const locale = new Intl.Locale('und', { region: country })
  if (!('getTimeZones' in locale) || typeof locale.getTimeZones !== 'function') return []
  const zones: unknown = locale.getTimeZones()
  return Array.isArray(zones) ? zones : []
}
