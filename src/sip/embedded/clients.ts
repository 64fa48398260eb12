// The admin port: applications connect here, show the secret and say which SIP methods they want.
import { createServer, type Socket } from 'node:net'
import type { Clock } from '#lib/clock.ts'
import { CordboardError, systemCodeOf } from '#lib/errors.ts'
import type { Log } from '#lib/log.ts'
import { sameSecret } from '#lib/secret.ts'
import { Client, type ClientLimits } from './client.ts'
import type { Command } from './command.ts'

export interface ClientsOptions {
  readonly address: string
  readonly port: number
  readonly secret: string
  readonly clock: Clock
  readonly log: Log
  readonly limits: ClientLimits & { readonly clients: number }
  /** What follows `OK|` after a right secret: our addresses and version. */
  greeting(): string
  /** Commands of authenticated clients but ping, authenticate, route and remove_route. */
  onCommand(client: Client, command: Command): void
  onGone(client: Client): void
}

export interface Clients extends AsyncDisposable {
  readonly port: number
  readonly counters: Readonly<ClientCounters>
  /** The clients that want `verb` (`invite`, `cdr:start`), one after another. */
  choose(verb: string): Client | undefined
}

export interface ClientCounters {
  connected: number
  malformed: number
  refused: number
}

/** @throws CordboardError `sip.admin-port` when the port cannot be had */
export async function openClients(options: ClientsOptions): Promise<Clients> {
  const clients = new Set<Client>()
  const turns = new Map<string, number>()
  const counters: ClientCounters = { connected: 0, malformed: 0, refused: 0 }
  const accept = (socket: Socket) => {
    if (clients.size >= options.limits.clients) {
      counters.refused += 1
      socket.destroy()
      return
    }
    const client = new Client({
      socket,
      clock: options.clock,
      log: options.log,
      limits: options.limits,
      onCommand: (from, command) => serve(options, counters, from, command),
      onMalformed: () => {
        counters.malformed += 1
      },
      onGone: (gone) => {
        clients.delete(gone)
        counters.connected = clients.size
        options.onGone(gone)
      },
    })
    clients.add(client)
    counters.connected = clients.size
  }
  const server = createServer(accept)
  const port = await listen(server, options)
  return {
    port,
    counters,
    choose: (verb) => {
      const willing = [...clients].filter((client) => client.routes.has(verb))
      const turn = (turns.get(verb) ?? 0) % Math.max(1, willing.length)
      turns.set(verb, turn + 1)
      return willing[turn]
    },
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const client of [...clients]) client.close()
      await closed
    },
  }
}

function serve(options: ClientsOptions, counters: ClientCounters, client: Client, command: Command): void {
  if (command.kind === 'authenticate') authenticate(options, counters, client, command)
  else if (!client.authenticated) refuse(counters, client, command.id, 'not authenticated')
  else if (command.kind === 'ping') client.answer(command.id, 'OK|pong')
  else if (command.kind === 'route') {
    client.routes.add(command.verb)
    client.answer(command.id, 'OK')
  } else if (command.kind === 'removeRoute') {
    client.routes.delete(command.verb)
    client.answer(command.id, 'OK')
  } else if (command.kind === 'unknown') {
    counters.malformed += 1
    refuse(counters, client, command.id, 'Unknown message type')
  } else options.onCommand(client, command)
}

function authenticate(
  options: ClientsOptions,
  counters: ClientCounters,
  client: Client,
  command: Extract<Command, { kind: 'authenticate' }>,
): void {
  if (sameSecret(command.secret, options.secret)) {
    client.authenticate(command.tags)
    client.answer(command.id, `OK|${options.greeting()}`)
  } else {
    options.log.warn({ client: client.name }, 'an application showed a wrong secret')
    refuse(counters, client, command.id, 'incorrect secret')
  }
}

function refuse(counters: ClientCounters, client: Client, commandId: string, reason: string): void {
  counters.refused += 1
  client.answer(commandId, `NO|${reason}`)
  client.close()
}

function listen(server: ReturnType<typeof createServer>, options: ClientsOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      const why = systemCodeOf(cause) === 'EADDRINUSE' ? 'is taken by another program' : 'cannot be opened'
      const sentence = `The SIP server's admin port ${options.address}:${options.port} ${why}.`
      reject(new CordboardError('sip.admin-port', sentence, { blame: 'setup', cause }))
    })
    server.listen(options.port, options.address, () => {
      const bound = server.address()
      if (typeof bound === 'object' && bound !== null) resolve(bound.port)
      else reject(new Error('the admin port has no address'))
    })
  })
}
