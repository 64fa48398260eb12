// A TCP connection in between, for tests that want one to fail.
import { connect, createServer, type Socket } from 'node:net'
import { freePort } from './free-port.ts'

/** A way to `to` that can break, or go silent with its connections open. */
export async function weakWay(to: number) {
  const port = await freePort()
  const ends = new Set<Socket>()
  let frozen = false
  const server = createServer((near) => {
    const far = connect(to, '127.0.0.1')
    for (const [from, other] of [
      [near, far],
      [far, near],
    ] as const) {
      ends.add(from)
      from.on('data', (bytes) => frozen || other.write(bytes))
      from.on('close', () => other.destroy())
      from.on('error', () => other.destroy())
    }
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    port,
    freeze: (on: boolean) => {
      frozen = on
    },
    cut: () => {
      for (const end of ends) end.destroy()
    },
    [Symbol.asyncDispose]: async () => {
      for (const end of ends) end.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
