// Numbers that must always be reached, by country (ISO 3166-1 alpha-2). Pure.

/** GSM networks and most of the world connect these everywhere (ITU-T E.161.1, 3GPP TS 22.101 §10.1). */
const everywhere: readonly string[] = ['112', '911', '999']

/** Besides the common ones; from the national numbering plans. A wrong extra number is harmless, a missing one is not. */
const byCountry: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    AT: ['122', '133', '140', '144'],
    AU: ['000', '106'],
    BE: ['100', '101'],
    BG: ['150', '160', '166'],
    BR: ['190', '192', '193'],
    CH: ['117', '118', '144', '1414'],
    CN: ['110', '119', '120'],
    CZ: ['150', '155', '156', '158'],
    DE: ['110'],
    DK: ['114'],
    EE: ['110'],
    ES: ['061', '080', '085', '091', '092'],
    FR: ['15', '17', '18', '114', '115', '119', '191', '196', '197'],
    GR: ['100', '166', '199'],
    HR: ['192', '193', '194', '195'],
    HU: ['104', '105', '107'],
    IN: ['100', '101', '102', '108'],
    IT: ['113', '115', '118'],
    JP: ['110', '118', '119'],
    LT: ['101', '102', '103'],
    LU: ['113'],
    LV: ['110', '113'],
    MX: ['065', '066', '068'],
    NO: ['110', '113'],
    NZ: ['111'],
    PL: ['997', '998'],
    RO: ['961'],
    RS: ['192', '193', '194'],
    SI: ['113'],
    SK: ['150', '155', '158'],
    TR: ['110', '155', '156'],
    UA: ['101', '102', '103'],
    ZA: ['10111', '10177'],
  }),
)

/** True for an emergency number as dialled in that country; punctuation is overlooked. */
export function isEmergencyNumber(dialled: string, country: string): boolean {
  const digits = dialled.replace(/[\s().-]/g, '')
  return everywhere.includes(digits) || (byCountry.get(country)?.includes(digits) ?? false)
}
