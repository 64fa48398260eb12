import { queryOptions } from '@tanstack/react-query'
import type { HealthView } from '#admin/health-view.ts'
import { api, take } from './client.ts'

const everyMs = 5_000

export const healthQuery = queryOptions({
  queryKey: ['health'],
  queryFn: (): Promise<HealthView> => take(api.health.$get()),
  refetchInterval: everyMs,
})
