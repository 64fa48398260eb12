// How column values become values of the program: booleans are 0/1, JSON is text, times are ms since the epoch.
import { z } from 'zod'

/** A 0/1 column as a boolean. */
export const bool = z.union([z.literal(0), z.literal(1)]).transform((value) => value === 1)

/** A time column (`*_at`): ms since the epoch. */
export const time = z.int()

/** A text column that holds JSON of the given shape. */
export function json<T>(shape: z.ZodType<T>) {
  return z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text)
      } catch {
        context.addIssue({ code: 'custom', message: 'not JSON' })
        return z.NEVER
      }
    })
    .pipe(shape)
}
