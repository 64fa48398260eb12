// What the page of a new trunk begins with.
export type { ProviderPreset } from '#sip/trunks/provider-preset.ts'
