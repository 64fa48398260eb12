// Which address a leg's sound may come from (symmetric RTP, RFC 4961): learns it once, then lets no stranger in.

/** Packets in a row, in sequence, that an address other than the SDP's must send before we believe it: 100 ms. */
const probation = 5

/**
 * Before it is locked, a packet from the SDP's address locks at once; another source (NAT) must send `probation`
 * packets in sequence with one SSRC. Locked, only `expect` with a new address opens it again (no "RTP bleed").
 */
export class Latch {
  address: string | undefined
  port = 0
  locked = false
  #candidateAddress = ''
  #candidatePort = 0
  #candidateSsrc = 0
  #nextSequence = 0
  #run = 0
  #expectedAddress: string | undefined
  #expectedPort = 0

  /** The far end's SDP names this address (none: unknown, or 0.0.0.0). The same address again keeps the lock. */
  expect(address: string | undefined, port: number): void {
    const same = address === this.#expectedAddress && port === this.#expectedPort
    if (same || address === undefined) return
    this.#expectedAddress = address
    this.#expectedPort = port
    this.address = address
    this.port = port
    this.locked = false
    this.#run = 0
  }

  /** Whether a packet from there is the far end's. */
  from(address: string, port: number, sequence: number, ssrc: number): boolean {
    if (this.locked) return address === this.address && port === this.port
    if (address === this.#expectedAddress && port === this.#expectedPort) return this.#lock(address, port)
    const follows =
      address === this.#candidateAddress &&
      port === this.#candidatePort &&
      ssrc === this.#candidateSsrc &&
      sequence === this.#nextSequence
    this.#nextSequence = (sequence + 1) & 0xffff
    if (!follows) {
      this.#candidateAddress = address
      this.#candidatePort = port
      this.#candidateSsrc = ssrc
      this.#run = 1
      return false
    }
    this.#run += 1
    return this.#run >= probation ? this.#lock(address, port) : false
  }

  /** A packet from there was proven to be the far end's (SRTP): it is where it is now, also when it moved. */
  prove(address: string, port: number): void {
    if (!this.locked || this.address !== address || this.port !== port) this.#lock(address, port)
  }

  #lock(address: string, port: number): boolean {
    this.address = address
    this.port = port
    this.locked = true
    return true
  }
}
