// What a step is like when it is added: something that works at once.
import type { PlanStep } from '#admin/plan-view.ts'
import type { StepKind } from './step-words.ts'

const ringMs = 20_000

export function newStep(kind: StepKind, first: { readonly userId: string }): PlanStep {
  switch (kind) {
    case 'announce':
      return { kind, sound: 'welcome' }
    case 'menu':
      return {
        kind,
        sound: 'welcome',
        options: [{ key: '1', label: '', steps: [] }],
        timeoutMs: 5_000,
        times: 2,
        extensions: false,
        otherwise: [],
      }
    case 'queue':
      return {
        kind,
        skills: [],
        music: null,
        announce: { position: true, wait: true, everyMs: 60_000 },
        maxWaitMs: null,
        maxAhead: null,
        onlyWhenReady: false,
        callbackKey: null,
        distribution: {
          strategy: 'longest-idle',
          order: [],
          ringMs: null,
          ignoredRings: 1,
          wrapUpMs: 0,
          lastAgentDays: 0,
          lastAgentWaitMs: 15_000,
        },
        overflow: [],
      }
    case 'person':
      return { kind, userId: first.userId, ringMs, otherwise: [] }
    case 'number':
      return { kind, number: '', ringMs, otherwise: [] }
    case 'voicemail':
      return { kind, greeting: null, skills: [], mailTo: [], maxMs: 180_000 }
    case 'hangup':
      return { kind, sound: 'goodbye' }
  }
}
