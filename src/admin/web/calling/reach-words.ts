import type { CallerSettings } from '#admin/calling-view.ts'

/** How far a person may call, as pages say it. */
export const reachWords: Readonly<Record<CallerSettings['reach'], string>> = {
  outside: 'Anywhere the company allows',
  national: 'Own country only',
  internal: 'Colleagues only',
}
export const reaches = ['outside', 'national', 'internal'] as const
