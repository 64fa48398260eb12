// The test carrier is on this machine: its sound takes the loopback, whatever address our SDP names to the world.

/** The SDP with every address replaced by the loopback one; only for RTP that listens on all addresses. */
export function soundHere(sdp: string, rtpAddress: string): string {
  if (rtpAddress !== '0.0.0.0') return sdp
  return sdp.replace(/^c=IN IP4 \S+/gm, 'c=IN IP4 127.0.0.1').replace(/^(o=.* IN IP4) \S+/gm, '$1 127.0.0.1')
}
