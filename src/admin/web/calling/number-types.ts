import type { OutboundRule } from '#admin/calling-view.ts'

type NumberType = OutboundRule['types'][number]

/** Kinds of numbers as pages say them. */
export const typeWords: Readonly<Record<NumberType, string>> = {
  ordinary: 'Landline and others',
  mobile: 'Mobile',
  free: 'Free of charge',
  'shared-cost': 'Shared cost',
  premium: 'Premium rate',
  personal: 'Personal and pagers',
}
export const numberTypes = [
  'ordinary',
  'mobile',
  'free',
  'shared-cost',
  'premium',
  'personal',
] as const satisfies readonly NumberType[]
