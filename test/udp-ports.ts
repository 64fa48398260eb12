// Which UDP ports are bound on this machine: black-box proof that a sipp listens, or that no RTP port was left open.

import { createSocket } from 'node:dgram'
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { connect, createServer } from 'node:net'

/** Ports with a bound UDP socket, on any address; with `pid`, only those of that process. */
export function boundUdpPorts(pid?: number): ReadonlySet<number> {
  const own = pid === undefined ? undefined : socketsOf(pid)
  const lines = readFileSync('/proc/net/udp', 'utf8').split('\n').slice(1)
  return new Set(
    lines.flatMap((line) => {
      const [, address = '', , , , , , , , inode = ''] = line.trim().split(/\s+/)
      const port = address.split(':')[1]
      return port === undefined || (own && !own.has(inode)) ? [] : [Number.parseInt(port, 16)]
    }),
  )
}

/** Inodes of the sockets a process of ours holds; none when it is gone. */
function socketsOf(pid: number): ReadonlySet<string> {
  const folder = `/proc/${pid}/fd`
  if (!existsSync(folder)) return new Set()
  const links = readdirSync(folder).map((name) => {
    try {
      return readlinkSync(`${folder}/${name}`)
    } catch {
      // Closed since it was listed.
      return ''
    }
  })
  return new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []))
}

/**
 * A port that is free for UDP and TCP on this address, of 10000-19999: the kernel gives none of those to anybody by
 * itself, so it stays free until it is used.
 */
export async function freeSipPort(address: string): Promise<number> {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 10_000)
    if ((await isUdpFree(port, address)) && (await isTcpFree(port, address))) return port
  }
}

/** `count` ports of 20000-29999 (RTP's usual range, below the kernel's own) of which none is bound. */
export function freeRtpRange(count: number): { first: number; last: number } {
  for (;;) {
    const first = 20_000 + 2 * Math.floor((Math.random() * (10_000 - count)) / 2)
    const bound = boundUdpPorts()
    if (![...bound].some((port) => port >= first && port < first + count))
      return { first, last: first + count - 1 }
  }
}

function isUdpFree(port: number, address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4')
    socket.once('error', () => resolve(false))
    socket.bind(port, address, () => socket.close(() => resolve(true)))
  })
}

function isTcpFree(port: number, address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, address, () => server.close(() => resolve(true)))
  })
}

/** Whether somebody takes connections there. */
export function acceptsTcp(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
