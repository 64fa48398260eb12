// Tells systemd how this program is (sd_notify(3)): started, stopping, and, for its watchdog, alive and well. Node makes no
// unix datagram sockets: systemd/with-notify connects one, becomes Node and leaves it open, so a write is a message from
// this very process and no helper is needed. Started in another way, everything here does nothing.
import { writeSync } from 'node:fs'
import type { Clock } from './clock.ts'
import { messageOf } from './errors.ts'
import { guard } from './guard.ts'
import type { Log } from './log.ts'

export interface Supervisor extends Disposable {
  /** The start is over. From now on systemd is told that all is well, as often as `broken` names no part of the program. */
  ready(broken: () => readonly string[]): void
  /** The way down has begun; how long it may take is in the unit. */
  stopping(): void
}

export interface SupervisorOptions {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  readonly log: Log
  readonly pid?: number
  /** Sends one message; writes to the socket unless told. */
  readonly send?: (message: string) => void
}

/** A beat may come late or be missed once before systemd thinks us dead. */
const beatsPerSpan = 3

export function openSupervisor(options: SupervisorOptions): Supervisor {
  const { environment, clock } = options
  const log = options.log.with({ area: 'systemd' })
  const fd = wholeNumber(environment.CORDBOARD_NOTIFY_FD)
  if (fd === undefined) return { ready: () => {}, stopping: () => {}, [Symbol.dispose]: () => {} }
  const send = sender(options.send ?? ((message) => void writeSync(fd, message)), log)
  const spanMs = watchdogMs(environment, options.pid ?? process.pid)
  const stack = new DisposableStack()
  let told = ''
  const tell = (status: string) => {
    if (status === told) return false
    told = status
    send(`STATUS=${status}`)
    return true
  }
  return {
    ready: (broken) => {
      const beat = () => {
        const parts = broken()
        if (parts.length === 0) {
          tell('Running.')
          send('WATCHDOG=1')
          return
        }
        if (tell(`Down: ${parts.join(', ')}.`))
          log.error(
            { parts },
            'systemd is not told that all is well, and restarts the program if it stays so',
          )
      }
      send('READY=1')
      if (spanMs === undefined) {
        tell('Running.')
        return
      }
      beat()
      stack.use(clock.every(spanMs / beatsPerSpan, guard(log, 'watchdog', beat)))
    },
    stopping: () => {
      stack.dispose()
      tell('Stopping: calls may end by themselves.')
      send('STOPPING=1')
    },
    [Symbol.dispose]: () => stack.dispose(),
  }
}

/** The first message that does not get through is logged; systemd draws its own conclusions. */
function sender(send: (message: string) => void, log: Log): (message: string) => void {
  let failed = false
  return (message) => {
    try {
      send(message)
      failed = false
    } catch (err) {
      if (!failed) log.warn({ reason: messageOf(err) }, 'systemd did not take a message')
      failed = true
    }
  }
}

/** How long systemd waits for a beat; undefined when it does not wait, or waits for another process. */
function watchdogMs(environment: SupervisorOptions['environment'], pid: number): number | undefined {
  const forPid = wholeNumber(environment.WATCHDOG_PID)
  if (forPid !== undefined && forPid !== pid) return undefined
  const us = wholeNumber(environment.WATCHDOG_USEC)
  return us === undefined || us === 0 ? undefined : us / 1000
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}
