// A real drachtio server for the same tests, when DRACHTIO names its program: both servers must behave alike (A2).
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { freePort } from '#test/free-port.ts'
import { tempFolder } from '#test/temp-folder.ts'
import { waitUntil } from '#test/wait-until.ts'

export interface RealDrachtio extends AsyncDisposable {
  /** As SIP_SERVER takes it. */
  readonly url: string
}

export const drachtioProgram = process.env.DRACHTIO

export async function realDrachtio(program: string, sipPort: number): Promise<RealDrachtio> {
  const folder = tempFolder()
  const admin = await freePort()
  const file = join(folder.path, 'drachtio.conf.xml')
  const contact = `sip:127.0.0.1:${sipPort};transport=udp,tcp`
  writeFileSync(
    file,
    `<drachtio><admin port="${admin}" secret="s">127.0.0.1</admin><sip><contacts><contact>${contact}</contact></contacts></sip><logging><console/><loglevel>info</loglevel></logging></drachtio>`,
  )
  const flags = [
    '-f',
    file,
    '--contact',
    contact,
    '--port',
    String(admin),
    '--address',
    '127.0.0.1',
    '--secret',
    's',
  ]
  const child = spawn(program, flags, { stdio: 'ignore' })
  await waitUntil('drachtio listens', () => answers(admin), 10_000)
  return {
    url: `drachtio://:s@127.0.0.1:${admin}`,
    [Symbol.asyncDispose]: async () => {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
      folder[Symbol.dispose]()
    },
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}
