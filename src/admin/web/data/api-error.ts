// What the API answers when it refuses, as an error with a sentence for people.

export interface Problem {
  readonly sentence: string
  /** For the admin, to find the line in the log; only where it helps. */
  readonly ref: string | undefined
}

export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly code: string
  readonly ref: string

  constructor(status: number, body: { code: string; sentence: string; ref: string }) {
    super(body.sentence)
    this.status = status
    this.code = body.code
    this.ref = body.ref
  }
}

/** Reads the error out of a refused answer, whatever stands in it (a proxy may answer in our place). */
export async function apiErrorOf(response: { status: number; text(): Promise<string> }): Promise<ApiError> {
  const text = await response.text().catch(() => '')
  return new ApiError(response.status, bodyOf(text) ?? unreadable(response.status))
}

export function problemOf(error: unknown): Problem {
  if (error instanceof ApiError)
    return { sentence: error.message, ref: error.status >= 500 ? error.ref : undefined }
  return {
    sentence: 'The server cannot be reached. Nothing was changed; try again in a moment.',
    ref: undefined,
  }
}

function bodyOf(text: string): { code: string; sentence: string; ref: string } | undefined {
  try {
    const parsed: unknown = JSON.parse(text)
    const error = field(parsed, 'error')
    const [code, sentence, ref] = ['code', 'sentence', 'ref'].map((name) => field(error, name))
    if (typeof code !== 'string' || typeof sentence !== 'string' || typeof ref !== 'string') return undefined
    return { code, sentence, ref }
  } catch {
    return undefined
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

function unreadable(status: number) {
  return {
    code: 'server.unreadable',
    sentence: `The server answered ${status} and said no more. Try again; if it stays, tell your admin.`,
    ref: '',
  }
}
