// The real drachtio-srf, unmodified, as an application of the server under test; its own types miss half of its API.
import { createRequire } from 'node:module'

export interface AppMessage {
  readonly body: string
  readonly raw: string
  readonly method: string
  readonly uri: string
  readonly status: number
  readonly reason: string
  readonly source: string
  readonly source_address: string
  readonly source_port: number
  readonly protocol: string
  readonly receivedOn: string | undefined
  readonly stackTxnId: string
  readonly stackDialogId: string
  get(name: string): string
  has(name: string): boolean
}

export interface AppRequest extends AppMessage {
  on(event: 'response', listener: (res: AppMessage, ack: (options?: object) => void) => void): void
  on(event: 'cancel', listener: (cancel: AppMessage) => void): void
  on(event: 'update', listener: (req: AppRequest, res: AppResponse) => void): void
  cancel(options?: object, callback?: (err: Error | null, req?: AppRequest) => void): void
}

export interface AppResponse extends AppMessage {
  send(
    status: number,
    options?: object,
    callback?: (err: unknown, sent?: AppMessage) => void,
    fnPrack?: (prack: AppRequest) => void,
  ): void
}

export interface AppDialog {
  readonly id: string
  readonly sip: { readonly callId: string; readonly localTag: string; readonly remoteTag: string }
  readonly local: { readonly sdp: string }
  readonly remote: { readonly sdp: string; readonly uri: string }
  readonly connected: boolean
  on(event: 'destroy', listener: (bye: AppMessage, reason: string) => void): this
  on(event: string, listener: (req: AppRequest, res: AppResponse) => void): this
  destroy(options?: object): Promise<AppRequest>
  modify(sdp: string): Promise<string>
  request(options: object): Promise<AppMessage>
}

export interface ProxyResults {
  readonly connected: boolean
  readonly finalStatus: number
  readonly responses: readonly { readonly address: string; readonly msgs: readonly { status: number }[] }[]
}

type Handler = (req: AppRequest, res: AppResponse) => void

export interface App {
  connect(options: { host: string; port: number; secret: string }): void
  disconnect(): void
  on(event: 'connect', listener: (err: Error | null, hostport: string, version: string) => void): this
  on(event: string, listener: (...args: never[]) => void): this
  once(event: string, listener: (...args: never[]) => void): this
  use(method: string, handler: Handler): void
  createUAS(req: AppRequest, res: AppResponse, options: object): Promise<AppDialog>
  createUAC(uri: string, options: object, progress?: object): Promise<AppDialog>
  createB2BUA(
    req: AppRequest,
    res: AppResponse,
    uri: string,
    options: object,
    progress?: object,
  ): Promise<{ uas: AppDialog; uac: AppDialog }>
  proxyRequest(req: AppRequest, to: string | readonly string[], options?: object): Promise<ProxyResults>
  request(uri: string, options: object): Promise<AppRequest>
  readonly idle: boolean
}

const Srf: new () => App = createRequire(import.meta.url)('drachtio-srf')

/** An application connected to the admin port. */
export async function connectApp(adminPort: number, secret = 'test-secret'): Promise<App> {
  const app = new Srf()
  const connected = new Promise<void>((resolve, reject) => {
    app.on('connect', (err) => (err ? reject(err) : resolve()))
    app.on('error', (err: Error) => reject(err))
  })
  app.connect({ host: '127.0.0.1', port: adminPort, secret })
  await connected
  return app
}

/** The final response to a request an application sent. */
export function finalResponse(req: AppRequest): Promise<AppMessage> {
  return new Promise((resolve) => {
    req.on('response', (res) => {
      if (res.status >= 200) resolve(res)
    })
  })
}
