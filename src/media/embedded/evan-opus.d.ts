// What we use of @evan/opus: libopus as WebAssembly, whose mistakes with a hostile packet end in its own memory.
declare module '@evan/opus/wasm/index.mjs' {
  export class Encoder {
    constructor(options: { channels: 1; sample_rate: number; application: 'voip' })
    /** libopus' opus_encoder_ctl. */
    ctl(request: number, value: number): number
    encode(samples: Int16Array): Uint8Array
    drop(): void
  }
  export class Decoder {
    constructor(options: { channels: 1; sample_rate: number })
    /** @throws Error when it is no opus packet */
    decode(packet: Uint8Array): Uint8Array
    drop(): void
  }
}
