// Brings what was committed onto the disk without holding up the event loop: an fdatasync of SQLite's write-ahead log on
// another thread. One serves every commit that was made before it began.
import { close, fdatasync, open } from 'node:fs'
import { promisify } from 'node:util'

const openFile = promisify(open)
const syncFile = promisify(fdatasync)

export class WalSync implements Disposable {
  readonly #path: string
  #file: Promise<number> | undefined
  #running: Promise<void> | undefined
  #following: Promise<void> | undefined
  #closed = false

  constructor(databasePath: string) {
    this.#path = `${databasePath}-wal`
  }

  /** Resolves when all that is committed now is on the disk. @throws the error of the file system */
  sync(): Promise<void> {
    if (!this.#running) return this.#begin()
    // The one that runs may have begun before the last commit.
    this.#following ??= this.#running.then(
      () => this.#begin(),
      () => this.#begin(),
    )
    return this.#following
  }

  [Symbol.dispose](): void {
    this.#closed = true
    const file = this.#file
    this.#file = undefined
    if (!file) return
    const done = () =>
      file.then(
        (fd) => close(fd, () => {}),
        () => {},
      )
    ;(this.#running ?? Promise.resolve()).then(done, done)
  }

  #begin(): Promise<void> {
    this.#following = undefined
    const running = this.#run().finally(() => {
      this.#running = undefined
    })
    this.#running = running
    return running
  }

  async #run(): Promise<void> {
    // Who closes a database has checkpointed it: all of it is on the disk.
    if (this.#closed) return
    // The log is one file for as long as the database is open; SQLite holds no locks on it that closing ours would drop.
    this.#file ??= openFile(this.#path, 'r+')
    try {
      await syncFile(await this.#file)
    } catch (err) {
      this.#file = undefined
      throw err
    }
  }
}
