// The one importer of @hono/node-server: listens, tells addresses, stops without waiting for open event streams.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { z } from 'zod'
import { CordboardError, systemCodeOf } from '#lib/errors.ts'

export interface HttpServer extends AsyncDisposable {
  readonly port: number
}

export interface HttpServerOptions {
  readonly host: string
  /** 0 picks a free one. */
  readonly port: number
  readonly fetch: (request: Request, env: unknown) => Response | Promise<Response>
}

const nodeEnv = z.object({
  incoming: z.object({ socket: z.object({ remoteAddress: z.string().optional() }) }),
})

/** The far address of the socket a request came by; empty for a request made without one (tests). */
export function socketAddress(env: unknown): string {
  const parsed = nodeEnv.safeParse(env)
  return parsed.success ? (parsed.data.incoming.socket.remoteAddress ?? '') : ''
}

/** @throws CordboardError `admin.port-taken`, `admin.address` */
export async function listen(options: HttpServerOptions): Promise<HttpServer> {
  const server = createServer(
    { requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 5_000, maxHeaderSize: 16 * 1024 },
    getRequestListener(options.fetch),
  )
  server.maxConnections = 2_000
  try {
    server.listen(options.port, options.host)
    await once(server, 'listening')
  } catch (err) {
    throw listenFault(options, err)
  }
  return {
    port: portOf(server.address()),
    [Symbol.asyncDispose]: async () => {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port')
  return address.port
}

function listenFault({ host, port }: HttpServerOptions, cause: unknown): unknown {
  const code = systemCodeOf(cause)
  if (code === 'EADDRINUSE')
    return new CordboardError(
      'admin.port-taken',
      `Port ${port} is taken by another program: stop it, or set HTTP_PORT to another port.`,
      { blame: 'setup', cause },
    )
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL')
    return new CordboardError(
      'admin.address',
      `Cordboard cannot listen on ${host}:${port}: set HTTP_ADDRESS and HTTP_PORT to an address of this machine and a port above 1023.`,
      { blame: 'setup', cause },
    )
  return cause
}
