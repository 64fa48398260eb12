// Statistics of calls for reports: JSON, or CSV for a spreadsheet.
import { Hono } from 'hono'
import { z } from 'zod'
import { statisticsCsv } from '#admin/statistics-csv.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import type { Allow } from './gate.ts'
import { queryString } from './validate.ts'

const longestMs = 366 * 24 * 3_600_000
const time = z.coerce.number().int().min(0).max(8.64e15)
const range = z
  .object({ from: time, to: time, format: z.enum(['json', 'csv']).default('json') })
  .refine(({ from, to }) => from < to, 'The end must be after the beginning.')
  .refine(({ from, to }) => to - from <= longestMs, 'Ask for a year at most.')

export const statisticsRoutes = (_parts: ApiParts, allow: Allow) =>
  new Hono<ApiEnv>().get('/calls', allow('statistics.read'), queryString(range), async (c) => {
    const { from, to, format } = c.req.valid('query')
    const view = await c.var.viewer.tenant.statistics.calls({ from, to })
    if (format === 'json') return c.json(view)
    return c.body(statisticsCsv(view.calls), 200, {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="calls.csv"',
      ...(view.more ? { 'x-more-rows': 'true' } : {}),
    })
  })
