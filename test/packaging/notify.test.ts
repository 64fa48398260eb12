// What systemd hears of the program when cordboard.service starts it.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder } from '#test/temp-folder.ts'
import { freeRtpRange, freeSipPort } from '#test/udp-ports.ts'
import { waitUntil } from '#test/wait-until.ts'
import { checkout, run } from './run.ts'

// Node has no unix datagram sockets, so Perl listens: it prints each message on a line of its own.
const listener = `use Socket; socket(S, AF_UNIX, SOCK_DGRAM, 0); bind(S, pack_sockaddr_un($ARGV[0])) or die; $| = 1;
print "listening\n"; while (defined recv(S, $_, 4096, 0)) { print "$_\n" }`

async function listen(path: string) {
  const child = spawn('perl', ['-e', listener, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  let heard = ''
  child.stdout.on('data', (chunk: Buffer) => {
    heard += chunk.toString('utf8')
  })
  await waitUntil('somebody listens', () => heard.startsWith('listening\n'))
  return {
    heard: () => heard.split('\n').slice(1, -1),
    [Symbol.dispose]: () => void child.kill('SIGKILL'),
  }
}

test('systemd hears READY, beats of the watchdog, and STOPPING, from the process it started', async () => {
  using folder = tempFolder()
  const socket = join(folder.path, 'notify')
  using systemd = await listen(socket)
  const rtp = freeRtpRange(20)
  const program = spawn('systemd/with-notify', [process.execPath, 'src/main.ts'], {
    cwd: checkout,
    stdio: 'ignore',
    env: {
      PATH: process.env.PATH,
      NOTIFY_SOCKET: socket,
      WATCHDOG_USEC: '900000',
      DATA_FOLDER: join(folder.path, 'data'),
      HTTP_ADDRESS: '127.0.0.1',
      HTTP_PORT: String(await freeSipPort('127.0.0.1')),
      SIP_ADDRESS: '127.0.0.1',
      SIP_PORT: String(await freeSipPort('127.0.0.1')),
      RTP_ADDRESS: '127.0.0.1',
      RTP_PORTS: `${rtp.first}-${rtp.last}`,
      TEST_CARRIER: 'off',
      BROWSER_PHONE: 'off',
    },
  })
  const ended = new Promise((resolve) => program.once('exit', resolve))
  using _ = { [Symbol.dispose]: () => void program.kill('SIGKILL') }

  const beats = () => systemd.heard().filter((message) => message === 'WATCHDOG=1').length
  await waitUntil('the watchdog was fed three times', () => beats() > 2, 40_000)
  expect(systemd.heard().slice(0, 3)).toEqual(['READY=1', 'STATUS=Running.', 'WATCHDOG=1'])
  program.kill('SIGTERM')

  expect(await ended).toBe(0)
  await waitUntil('it says that it stops', () => systemd.heard().at(-1) === 'STOPPING=1')
})

test('a frozen event loop feeds no watchdog', async () => {
  using folder = tempFolder()
  const socket = join(folder.path, 'notify')
  using systemd = await listen(socket)
  const code = `import { openSupervisor } from '#lib/sd-notify.ts'
    import { systemClock as clock } from '#lib/clock.ts'
    import { silentLog as log } from '#lib/log.ts'
    const supervisor = openSupervisor({ environment: process.env, clock, log })
    supervisor.ready(() => [])
    const until = Date.now() + 1000
    while (Date.now() < until);
    supervisor.stopping()`

  await run('systemd/with-notify', [process.execPath, '--input-type=module', '-e', code], {
    NOTIFY_SOCKET: socket,
    WATCHDOG_USEC: '300000',
  })

  const told = [
    'READY=1',
    'STATUS=Running.',
    'WATCHDOG=1',
    'STATUS=Stopping: calls may end by themselves.',
    'STOPPING=1',
  ]
  await waitUntil('all is heard', () => systemd.heard().length >= told.length)
  expect(systemd.heard()).toEqual(told)
})

test('a program that the program starts can tell systemd nothing', async () => {
  using folder = tempFolder()
  const socket = join(folder.path, 'notify')
  using _systemd = await listen(socket)
  const shell = 'test -e /proc/$$/fd/$CORDBOARD_NOTIFY_FD && echo open || echo closed; env'
  const code = `require('node:child_process').execFileSync('sh', ['-c', '${shell}'], { stdio: 'inherit' })`

  const said = await run('systemd/with-notify', [process.execPath, '-e', code], { NOTIFY_SOCKET: socket })

  expect(said).toMatch(/^closed\n/)
  expect(said).not.toContain('NOTIFY_SOCKET=')
})

test('a start without systemd goes on without it', async () => {
  const said = await run('systemd/with-notify', [process.execPath, '-p', 'process.env.CORDBOARD_NOTIFY_FD'])

  expect(said.trim()).toBe('undefined')
})
