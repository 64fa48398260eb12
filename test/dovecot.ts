// A real Dovecot of our own: IMAP and LMTP on loopback, one user, all files in a temporary folder.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { waitUntil } from './wait-until.ts'

export interface Dovecot extends AsyncDisposable {
  readonly imapPort: number
  readonly address: string
  readonly username: string
  readonly password: string
  /** Hands a message over by LMTP, as a mail server does; resolves when Dovecot has taken it. */
  deliver(message: string): Promise<void>
  stop(): Promise<void>
  start(): Promise<void>
  /** Gives the INBOX a new UIDVALIDITY, as after a server move. */
  renumber(): Promise<void>
}

export async function startDovecot(options: { password?: string } = {}): Promise<Dovecot> {
  const folder = mkdtempSync(join(tmpdir(), 'dovecot-'))
  const [imapPort, lmtpPort] = [await freePort(), await freePort()]
  const password = options.password ?? 'box-pa55'
  const username = 'office'
  for (const name of ['run', 'state', 'mail']) mkdirSync(join(folder, name))
  const root = process.getuid?.() === 0
  const owner = root ? 'mail' : String(process.getuid?.())
  writeFileSync(join(folder, 'users'), `${username}:{PLAIN}${password}\n`)
  writeFileSync(join(folder, 'dovecot.conf'), configuration({ folder, imapPort, lmtpPort, owner, root }))
  if (root) await run('chown', ['-R', 'mail', join(folder, 'mail')])
  await run('chmod', ['755', folder])

  let child: ChildProcess | undefined
  const start = async () => {
    child = spawn('dovecot', ['-F', '-c', join(folder, 'dovecot.conf')], { stdio: 'ignore' })
    await waitUntil('Dovecot listens', () => canConnect(imapPort), 10_000)
  }
  const stop = async () => {
    const running = child
    child = undefined
    if (running === undefined || running.exitCode !== null) return
    const exited = new Promise((resolve) => running.once('exit', resolve))
    running.kill('SIGTERM')
    await exited
  }
  await start()
  return {
    imapPort,
    username,
    password,
    address: 'office@acme.example',
    deliver: (message) => deliver(lmtpPort, message),
    start,
    stop,
    renumber: async () => {
      await stop()
      await run('sh', ['-c', `rm -f ${join(folder, 'mail')}/Maildir/dovecot*`])
      await start()
    },
    [Symbol.asyncDispose]: async () => {
      await stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function configuration(o: {
  folder: string
  imapPort: number
  lmtpPort: number
  owner: string
  root: boolean
}): string {
  return `
protocols = imap lmtp
base_dir = ${o.folder}/run
state_dir = ${o.folder}/state
log_path = ${o.folder}/log
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_username_format = %n
mail_location = maildir:${o.folder}/mail/Maildir
first_valid_uid = 1
mail_uid = ${o.owner}
mail_gid = mail
${o.root ? '' : `default_internal_user = ${o.owner}\ndefault_login_user = ${o.owner}\n`}
namespace inbox {
  inbox = yes
  mailbox Sent {
    auto = create
    special_use = \\Sent
  }
}
passdb {
  driver = passwd-file
  args = ${o.folder}/users
}
userdb {
  driver = static
  args = uid=${o.owner} gid=mail home=${o.folder}/mail
}
service imap-login {
  chroot =
  inet_listener imap {
    address = 127.0.0.1
    port = ${o.imapPort}
  }
  inet_listener imaps {
    port = 0
  }
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = ${o.lmtpPort}
  }
}
service anvil {
  chroot =
}
`
}

/** RFC 2033, as much of it as one message needs. */
async function deliver(port: number, message: string): Promise<void> {
  const socket = createConnection(port, '127.0.0.1')
  let heard = ''
  socket.on('data', (chunk) => {
    heard += chunk.toString('latin1')
  })
  const expectReply = (code: string) =>
    waitUntil(`LMTP ${code} (heard ${heard})`, () => {
      const line = heard.split('\r\n').find((text) => /^\d{3} /.test(text))
      if (line === undefined) return false
      heard = ''
      if (!line.startsWith(code)) throw new Error(`LMTP said: ${line}`)
      return true
    })
  const say = async (line: string, code: string) => {
    socket.write(`${line}\r\n`)
    await expectReply(code)
  }
  await expectReply('220')
  await say('LHLO test.example', '250')
  await say('MAIL FROM:<alice@example.com>', '250')
  await say('RCPT TO:<office@acme.example>', '250')
  await say('DATA', '354')
  await say(`${message.replace(/\r?\n/g, '\r\n').replace(/^\./gm, '..')}\r\n.`, '250')
  await say('QUIT', '221')
  socket.destroy()
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

function run(command: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    spawn(command, args).once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`${command} ended with ${code}`)),
    )
  })
}
