// The ways a queue gives its calls to people, as a page names them.
import type { QueueStep } from '#admin/plan-view.ts'

type Strategy = QueueStep['distribution']['strategy']

export const strategyWords: Readonly<
  Record<Strategy, { readonly title: string; readonly description: string }>
> = {
  'longest-idle': {
    title: 'Longest idle',
    description: 'Of those who are free, who had the longest time since the last call',
  },
  'ring-all': { title: 'Ring all', description: 'Everybody who is free at once; the first answer wins' },
  'round-robin': { title: 'In turn', description: 'Each call begins with the person after the last one' },
  'fewest-calls': { title: 'Fewest calls', description: 'Who answered the fewest calls today' },
  'fixed-order': { title: 'Fixed order', description: 'Always from the top of a list' },
}
