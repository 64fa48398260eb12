// A SIP server as the rest of `sip` sees it: requests in and out, dialogs, up or down. drachtio.ts implements it; tests fake it.
import type { Source } from '#lib/events.ts'

export interface Peer {
  readonly protocol: string
  readonly address: string
  readonly port: number
}

interface Message {
  /** The first value as it stood; several headers of one name are joined with commas. */
  header(name: string): string | undefined
  readonly body: string
  readonly source: Peer
}

export interface ReplyOptions {
  readonly reason?: string
  /** A list becomes as many headers of that name. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: string
}

/** A request that came from the network, or (`fromServer`) one the server made up, such as BYE after a missing ACK. */
export interface ReceivedRequest extends Message {
  readonly method: string
  readonly uri: string
  readonly callId: string
  readonly fromTag: string
  readonly cseq: number
  readonly fromServer: boolean
  /** A final response was given, or the request was dropped. */
  readonly settled: boolean
  /** Aborted, with a sentence as its reason, by CANCEL before our final response or when the server is gone. */
  readonly abandoned: AbortSignal
  /** Never throws; a second final response is ignored. */
  reply(status: number, options?: ReplyOptions): void
  /**
   * 200 to an INVITE or SUBSCRIBE that begins a dialog.
   * @throws CordboardError `sip.abandoned` when CANCEL or the server's end came first: no dialog is left behind.
   */
  accept(options: ReplyOptions): Promise<Dialog>
  /** No answer at all: for scanners. */
  drop(): void
}

/** A response that came for a request of ours. */
export interface Answer extends Message {
  readonly status: number
  readonly reason: string
}

export interface OutgoingRequest {
  readonly method: string
  readonly uri: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Next hop, when it is not the URI: `sip:host:port;transport=tcp`. */
  readonly proxy?: string
}

export interface Outcome {
  readonly answer: Answer
  /** Set for a 2xx to an INVITE, which is acknowledged already. */
  readonly dialog: Dialog | undefined
  /** What was sent, for answering a challenge. */
  readonly sent: { readonly callId: string; readonly cseq: number; readonly from: string }
}

export interface Sending {
  /** The final response. @throws CordboardError `sip.unsent` when the server refused the request or went down */
  readonly final: Promise<Outcome>
  /** CANCEL, at once or as soon as the request is out. Idempotent; only for INVITE. */
  cancel(headers?: Readonly<Record<string, string>>): void
}

/**
 * A confirmed dialog. Its owner sets `onRequest` and `onLost`; requests that came before wait for that. An owner that sets
 * `onBack` keeps it while no server has it: nothing can be sent then but a BYE, which goes out when there is one again.
 */
export interface Dialog {
  readonly callId: string
  readonly localTag: string
  readonly remoteTag: string
  onRequest: ((request: ReceivedRequest) => void) | undefined
  /** The server went down (without `onBack`: at once), and none came back in time: nothing more can be sent here. */
  onLost: (() => void) | undefined
  /** A server is there again that knows nothing of it: the owner's next re-INVITE makes it one of its dialogs. */
  onBack: (() => void) | undefined
  /** A request in this dialog; a 2xx to re-INVITE is acknowledged. @throws CordboardError `sip.unsent` */
  request(request: Omit<OutgoingRequest, 'uri' | 'proxy'>): Sending
  /** Later requests of the far end get 481. */
  forget(): void
}

export type ServerNews =
  | { readonly kind: 'up'; readonly listening: readonly Peer[] }
  | { readonly kind: 'down'; readonly reason: string }

/** One server, for the health page. */
export interface ServerState {
  /** `host:port` of its control port, or `embedded`. */
  readonly name: string
  readonly up: boolean
  /** Dialogs and requests it carries now. */
  readonly load: number
  readonly listening: readonly Peer[]
}

export interface SipServer extends AsyncDisposable {
  readonly up: boolean
  /** Each server on its own: one, or all of a pool. */
  readonly states: readonly ServerState[]
  /** Where the server listens for SIP; empty while down. */
  readonly listening: readonly Peer[]
  readonly news: Source<ServerNews>
  /** Called for each new request outside of dialogs; until set they get 503. */
  onRequest: ((request: ReceivedRequest) => void) | undefined
  /** `onProvisional` hears each 1xx. */
  send(request: OutgoingRequest, onProvisional?: (answer: Answer) => void): Sending
}
