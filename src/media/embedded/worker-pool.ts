// The RTP workers: all legs of one owner (a call) live in one of them. They are filled one after another, then evenly.
import { availableParallelism } from 'node:os'
import type { WorkerLoad } from './messages.ts'
import { WorkerLink, type WorkerLinkOptions, type WorkerNews, workerDown } from './worker-link.ts'

/** One worker carries hundreds of calls; more threads than this are only memory. */
const mostWorkers = 8
/**
 * Up to here one thread is better than two: it wakes up once for packets of many legs, and a quarter less CPU is used
 * (measured with 100 calls). It is a third of what a thread can carry.
 */
const fewLegs = 200

export interface WorkerPoolOptions extends Omit<WorkerLinkOptions, 'onNews'> {
  /** Default: one per core, at most 8. */
  readonly count?: number | undefined
  /** Legs a worker gets before the next one gets any. */
  readonly fewLegs?: number | undefined
  readonly onNews: (news: WorkerNews, from: WorkerLink) => void
}

interface Home {
  readonly link: WorkerLink
  legs: number
}

export class WorkerPool implements AsyncDisposable {
  readonly #links: readonly WorkerLink[]
  readonly #homes = new Map<string, Home>()
  readonly #legs = new Map<WorkerLink, number>()
  readonly #fewLegs: number

  constructor(options: WorkerPoolOptions) {
    this.#fewLegs = options.fewLegs ?? fewLegs
    const count = options.count ?? Math.min(mostWorkers, availableParallelism())
    this.#links = Array.from({ length: Math.max(1, count) }, () => {
      const link: WorkerLink = new WorkerLink({
        ...options,
        onNews: (news) => options.onNews(news, link),
      })
      return link
    })
  }

  async start(): Promise<void> {
    await Promise.all(this.#links.map((link) => link.start()))
  }

  /** Whether new legs can be opened: at least one worker runs. */
  get up(): boolean {
    return this.#links.some((link) => link.up)
  }

  /** The worker for another leg of `owner`, counted until `release`. @throws CordboardError `media.down` */
  take(owner: string): WorkerLink {
    let home = this.#homes.get(owner)
    // Legs in a worker that died are closed: the owner's next leg starts elsewhere.
    if (!home?.link.up) {
      home = { link: this.#roomiest(), legs: 0 }
      this.#homes.set(owner, home)
    }
    home.legs += 1
    this.#count(home.link, 1)
    return home.link
  }

  release(owner: string, link: WorkerLink): void {
    this.#count(link, -1)
    const home = this.#homes.get(owner)
    if (home?.link !== link) return
    home.legs -= 1
    if (home.legs === 0) this.#homes.delete(owner)
  }

  /** How all of them keep up with their tick. @throws CordboardError `media.down` */
  async load(): Promise<WorkerLoad> {
    const loads = await Promise.all(this.#links.filter((link) => link.up).map(loadOf))
    const ticks = loads.reduce((sum, load) => sum + load.ticks, 0)
    const late = loads.reduce((sum, load) => sum + load.meanLateMs * load.ticks, 0)
    return {
      legs: loads.reduce((sum, load) => sum + load.legs, 0),
      ticks,
      meanLateMs: ticks === 0 ? 0 : late / ticks,
      maxLateMs: Math.max(0, ...loads.map((load) => load.maxLateMs)),
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#links.map((link) => link[Symbol.asyncDispose]()))
  }

  /** The first with few legs, else the one with the fewest. */
  #roomiest(): WorkerLink {
    const running = this.#links.filter((link) => link.up)
    const [first, ...others] = running
    if (!first) throw workerDown()
    const quiet = running.find((link) => this.#legsOf(link) < this.#fewLegs)
    return (
      quiet ?? others.reduce((best, link) => (this.#legsOf(link) < this.#legsOf(best) ? link : best), first)
    )
  }

  #legsOf(link: WorkerLink): number {
    return this.#legs.get(link) ?? 0
  }

  #count(link: WorkerLink, by: number): void {
    this.#legs.set(link, this.#legsOf(link) + by)
  }
}

async function loadOf(link: WorkerLink): Promise<WorkerLoad> {
  const reply = await link.ask({ kind: 'load' })
  if (reply.kind !== 'load') throw workerDown()
  return reply.load
}
