// Sentences put together from prompts. Pure; each language has its own order of words, English stands in where none is known.
import { isPromptName, type PromptName } from './catalogue.ts'

export interface Speech {
  /** 0 and up; what is too large is said digit by digit. */
  number(value: number): readonly PromptName[]
  /** Each digit, `+` left out. */
  digits(text: string): readonly PromptName[]
  key(key: string): readonly PromptName[]
  position(place: number): readonly PromptName[]
  expectedWait(waitMs: number): readonly PromptName[]
}

const minuteMs = 60_000

const english: Speech = {
  number: (value) => {
    const whole = Math.max(0, Math.floor(value))
    if (whole > 999) return english.digits(String(whole))
    const [hundreds, rest] = [Math.floor(whole / 100), whole % 100]
    const front = hundreds > 0 ? [numberName(hundreds), 'hundred' as const] : []
    return hundreds > 0 && rest === 0 ? front : [...front, ...belowHundred(rest)]
  },
  digits: (text) => [...text].filter((char) => /\d/.test(char)).map((char) => numberName(Number(char))),
  key: (key) => (key === '*' ? ['star'] : key === '#' ? ['hash'] : english.digits(key)),
  position: (place) => ['you-are-number', ...english.number(place), 'in-the-queue'],
  expectedWait: (waitMs) => {
    const minutes = Math.round(waitMs / minuteMs)
    if (waitMs < minuteMs * 0.75) return ['expected-wait-is', 'less-than-a-minute']
    if (minutes > 60) return ['expected-wait-is', 'more-than-an-hour']
    const unit = minutes === 1 ? 'minute' : 'minutes'
    return ['expected-wait-is', 'about', ...english.number(minutes), unit]
  },
}

const languages: Readonly<Record<string, Speech>> = { en: english }

/** @param language ISO 639-1 */
export function speechOf(language: string): Speech {
  return languages[language] ?? english
}

function belowHundred(value: number): readonly PromptName[] {
  if (value <= 20) return [numberName(value)]
  const ones = value % 10
  return ones === 0 ? [numberName(value)] : [numberName(value - ones), numberName(ones)]
}

function numberName(value: number): PromptName {
  const name = `number-${value}` as const
  if (isPromptName(name)) return name
  throw new Error(`there is no prompt for ${value}`)
}
