// The RTP workers: all legs of one owner (a call) live in one of them, new owners go where the fewest legs are.
import { availableParallelism } from 'node:os'
import type { WorkerLoad } from './messages.ts'
import { WorkerLink, type WorkerLinkOptions, type WorkerNews, workerDown } from './worker-link.ts'

/** One worker carries hundreds of calls; more threads than this are only memory. */
const mostWorkers = 8

export interface WorkerPoolOptions extends Omit<WorkerLinkOptions, 'onNews'> {
  /** Default: one per core, at most 8. */
  readonly count?: number | undefined
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

  constructor(options: WorkerPoolOptions) {
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
      home = { link: this.#emptiest(), legs: 0 }
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

  #emptiest(): WorkerLink {
    const [first, ...others] = this.#links.filter((link) => link.up)
    if (!first) throw workerDown()
    return others.reduce((best, link) => (this.#legsOf(link) < this.#legsOf(best) ? link : best), first)
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
