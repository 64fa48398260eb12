// The bench's side of far-ends.ts: who speaks where, and what was heard between two moments.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { quantileOf } from './quantile.ts'

const told = z.object({
  all: z.array(z.object({ sent: z.number(), heard: z.number(), lost: z.number() })),
  delays: z.array(z.number()),
})
type Told = z.infer<typeof told>

export interface Heard {
  /** Ends that spoke. */
  readonly ends: number
  /** Ends that spoke and heard nothing. */
  readonly deaf: number
  readonly packets: number
  /** Of what should have been heard. */
  readonly lossRatio: number
  readonly delayP50Ms: number
  readonly delayP99Ms: number
}

export class Sound implements AsyncDisposable {
  readonly ports: readonly number[]
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, ports: readonly number[]) {
    this.#child = child
    this.ports = ports
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  static async open(options: { readonly address: string; readonly ends: number }): Promise<Sound> {
    const file = fileURLToPath(new URL('./far-ends.ts', import.meta.url))
    const child = fork(file, [options.address, String(options.ends)])
    const [ports]: unknown[] = await once(child, 'message')
    return new Sound(child, z.array(z.number()).parse(ports))
  }

  /** The end at each first port speaks to the second one from now on; told again, it goes on. */
  join(lines: readonly (readonly [number, number])[]): void {
    this.#child.send(lines)
  }

  async read(): Promise<Told> {
    this.#child.send('read')
    const [answer]: unknown[] = await once(this.#child, 'message')
    return told.parse(answer)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const gone = once(this.#child, 'exit')
    this.#child.disconnect()
    await gone
  }
}

/** What all these processes heard between two readings of each. */
export function heardBetween(before: readonly Told[], after: readonly Told[]): Heard {
  const [then, now] = [joined(before), joined(after)]
  let [deaf, packets, lost] = [0, 0, 0]
  for (const [n, end] of now.all.entries()) {
    const was = then.all[n] ?? { sent: 0, heard: 0, lost: 0 }
    const heard = end.heard - was.heard
    if (heard === 0) {
      deaf += 1
      lost += end.sent - was.sent
    }
    packets += heard
    lost += end.lost - was.lost
  }
  const delays = now.delays.map((sum, ms) => sum - (then.delays[ms] ?? 0))
  return {
    ends: now.all.length,
    deaf,
    packets,
    lossRatio: packets + lost === 0 ? 1 : lost / (packets + lost),
    delayP50Ms: quantileOf(delays, 0.5),
    delayP99Ms: quantileOf(delays, 0.99),
  }
}

function joined(told: readonly Told[]): Told {
  const [first, ...rest] = told
  if (!first) return { all: [], delays: [] }
  return rest.reduce(
    (sum, one) => ({
      all: [...sum.all, ...one.all],
      delays: sum.delays.map((count, ms) => count + (one.delays[ms] ?? 0)),
    }),
    first,
  )
}
