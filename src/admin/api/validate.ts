// The one importer of @hono/zod-validator: what comes in over HTTP is checked here, and refused with a sentence.
import { zValidator } from '@hono/zod-validator'
import type { z } from 'zod'
import { CordboardError } from '#lib/errors.ts'

/** The JSON body. @throws CordboardError `request.invalid` naming each field that does not fit */
export const jsonBody = <S extends z.ZodType>(schema: S) =>
  zValidator('json', schema, (result) => {
    if (!result.success) throw invalid(result.error.issues)
  })

/** The query string. @throws CordboardError `request.invalid` */
export const queryString = <S extends z.ZodType>(schema: S) =>
  zValidator('query', schema, (result) => {
    if (!result.success) throw invalid(result.error.issues)
  })

interface Issue {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

function invalid(issues: readonly Issue[]): CordboardError {
  const told = issues
    .slice(0, 5)
    .map(({ path, message }) => (path.length > 0 ? `${path.map(String).join('.')}: ${message}` : message))
  return new CordboardError('request.invalid', told.join(' '), { blame: 'user' })
}
