// A real SMTP server that keeps what it is given; it asks for a password like a provider does.
import { SMTPServer } from 'smtp-server'

export interface SmtpSink extends AsyncDisposable {
  readonly port: number
  readonly messages: readonly { readonly to: readonly string[]; readonly raw: string }[]
  /** Answers the next messages with this status instead of taking them; undefined: takes them. */
  refuseWith: number | undefined
}

export async function startSmtpSink(account: { username: string; password: string }): Promise<SmtpSink> {
  const messages: { to: string[]; raw: string }[] = []
  const sink: { refuseWith: number | undefined } = { refuseWith: undefined }
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: (auth, _session, done) => {
      const right = auth.username === account.username && auth.password === account.password
      done(right ? null : new Error('535 no'), right ? { user: account.username } : undefined)
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        if (sink.refuseWith !== undefined) {
          done(Object.assign(new Error('not now'), { responseCode: sink.refuseWith }))
          return
        }
        messages.push({
          to: session.envelope.rcptTo.map((rcpt) => rcpt.address),
          raw: Buffer.concat(chunks).toString('utf8'),
        })
        done()
      })
    },
  })
  const port = await new Promise<number>((resolve, reject) => {
    server.on('error', reject)
    const listening = server.listen(0, '127.0.0.1', () => {
      const address = listening.address()
      if (typeof address === 'object' && address) resolve(address.port)
    })
  })
  return Object.assign(sink, {
    port,
    messages,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  })
}
