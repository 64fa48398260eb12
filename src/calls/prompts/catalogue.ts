// What we can say, by name: every prompt there is with its English words. Sentences are put together from them (say.ts).
// The files are assets/sounds/<language>/<name>.wav, made from these words by bin/make-prompts.ts.

const count = [
  ...[
    'zero',
    'one',
    'two',
    'three',
    'four',
    'five',
    'six',
    'seven',
    'eight',
    'nine',
    'ten',
    'eleven',
    'twelve',
  ],
  ...['thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen'],
] as const
const tens = ['twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'] as const

/** A fragment ends without a fall of the voice: something follows it. */
export interface PromptText {
  readonly text: string
  readonly fragment?: true
}

const sentences = {
  welcome: { text: 'Thank you for calling.' },
  'please-hold': { text: 'All our colleagues are busy. Please hold the line.' },
  'one-moment': { text: 'One moment please. We are connecting you.' },
  closed: { text: 'We are closed at the moment.' },
  'closed-holiday': { text: 'We are closed today because of a holiday.' },
  nobody: { text: 'Nobody can take your call at the moment.' },
  goodbye: { text: 'Thank you for calling. Goodbye.' },
  'wrong-key': { text: 'This is not a valid choice.' },
  'nobody-there': { text: 'There is nobody with this number.' },
  'you-are-number': { text: 'You are number', fragment: true },
  'in-the-queue': { text: 'in the queue.' },
  'expected-wait-is': { text: 'The expected wait is', fragment: true },
  'less-than-a-minute': { text: 'less than one minute.' },
  about: { text: 'about', fragment: true },
  minute: { text: 'minute.' },
  minutes: { text: 'minutes.' },
  'more-than-an-hour': { text: 'more than one hour.' },
  'for-a-callback-press': { text: 'If you want us to call you back, press', fragment: true },
  'we-call-you-on': { text: 'We will call you back on', fragment: true },
  'confirm-or-enter': { text: 'To confirm, press one. To enter another number, press two.' },
  'enter-number': { text: 'Please enter your telephone number, then press hash.' },
  'number-not-usable': { text: 'We cannot call this number.' },
  'callback-kept': { text: 'Your place in the queue is kept. We will call you back. Goodbye.' },
  'callback-starts': { text: 'This is the call back you asked for. One moment please.' },
  'leave-a-message': {
    text: 'Please leave a message after the tone. When you are done, press hash, or hang up.',
  },
  'not-available': { text: 'The person you are calling is not available.' },
  'message-kept': { text: 'Thank you. Your message was kept. Goodbye.' },
  'call-is-recorded': { text: 'This call is recorded.' },
  'press-one-to-record': { text: 'If you agree that this call is recorded, press one.' },
  'parked-at': { text: 'The call is parked at', fragment: true },
  'echo-test': { text: 'This is the echo test. You will hear what you say.' },
  'conference-alone': { text: 'You are the first one here. Please wait for the others.' },
  'enter-pin': { text: 'Please enter the number of the conference, then press hash.' },
  'wrong-pin': { text: 'This number is not right.' },
  'not-allowed': { text: 'This call is not allowed.' },
  'cannot-be-reached': { text: 'The number you called cannot be reached now.' },
  star: { text: 'star,', fragment: true },
  hash: { text: 'hash,', fragment: true },
  hundred: { text: 'hundred,', fragment: true },
} as const satisfies Readonly<Record<string, PromptText>>

type Sentence = keyof typeof sentences
export type PromptName = Sentence | `number-${number}`

const numbers: readonly (readonly [PromptName, PromptText])[] = [
  ...count.map((word, value) => [`number-${value}`, { text: `${word},`, fragment: true }] as const),
  ...tens.map((word, i) => [`number-${(i + 2) * 10}`, { text: `${word},`, fragment: true }] as const),
]

const every = new Map<string, PromptText>([...Object.entries(sentences), ...numbers])

export function isPromptName(name: string): name is PromptName {
  return every.has(name)
}

/** All prompts, sentences first. */
export function listPrompts(): readonly (readonly [name: PromptName, text: PromptText])[] {
  return [...every].flatMap(([name, text]) => (isPromptName(name) ? [[name, text] as const] : []))
}

/** The English words of a prompt. */
export function textOf(name: PromptName): string {
  return every.get(name)?.text.replace(/,$/, '') ?? name
}
