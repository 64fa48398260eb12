import { expect, test } from 'vitest'
import { anyEndSdp, farEndSdp, placeOf } from '#media/freeswitch/far-end-sdp.ts'

const options = { version: 3, nowhere: '127.0.0.1' }
const far = { address: '192.0.2.7', port: 4000, codec: 'opus', payloadType: 96, eventType: 97 } as const

test('FreeSWITCH sees one sendrecv line with the far end\u2019s place and numbers, whatever hold was agreed', () => {
  const sdp = farEndSdp(far, options)

  expect(sdp).toMatch(/^o=- 1 3 IN IP4 192\.0\.2\.7\r$/m)
  expect(sdp).toMatch(/^m=audio 4000 RTP\/AVP 96 97\r$/m)
  expect(sdp).toContain('a=rtpmap:96 opus/48000/2')
  expect(sdp).toContain('a=rtpmap:97 telephone-event/8000')
  expect(sdp).toContain('a=sendrecv')
})

test('a far end that is nowhere yet is the discard port', () => {
  expect(farEndSdp({ ...far, address: undefined }, options)).toMatch(/^m=audio 9 /m)
})

test('before an answer every codec we may offer is there, in our order', () => {
  expect(anyEndSdp(undefined, options)).toMatch(/^m=audio 9 RTP\/AVP 8 0 9 111 101\r$/m)
  expect(anyEndSdp(['PCMU'], options)).toMatch(/^m=audio 9 RTP\/AVP 0 101\r$/m)
})

test('an answer without a port for sound is a fault', () => {
  const answer = farEndSdp(far, options).replace('m=audio 4000', 'm=audio 0')

  expect(() => placeOf(answer)).toThrow(expect.objectContaining({ code: 'media.sdp' }))
  expect(placeOf(farEndSdp(far, options))).toEqual({ address: '192.0.2.7', port: 4000 })
})
