// The numbers of the test carrier. All are of the range +1 202 555 0100 to 0199, which is kept for fiction and reaches nobody.

export const testPrefix = '+120255501'

/** What calling a test number does. */
export type TestAnswer = 'echo' | 'busy' | 'ring' | 'music' | 'unknown'

const answers: Readonly<Record<string, TestAnswer>> = {
  [`${testPrefix}01`]: 'echo',
  [`${testPrefix}02`]: 'busy',
  [`${testPrefix}03`]: 'ring',
  [`${testPrefix}04`]: 'music',
}

/** Who calls when the test carrier places a test call. */
export const testCaller = `${testPrefix}00`

export const testNumbers = Object.keys(answers)

/** `called` is E.164 with or without its plus. */
export function testAnswerOf(called: string): TestAnswer {
  return answers[called.startsWith('+') ? called : `+${called}`] ?? 'unknown'
}

/** The numbers it gives to companies. */
export const givenNumbers: readonly string[] = Array.from(
  { length: 90 },
  (_, index) => `${testPrefix}${index + 10}`,
)
