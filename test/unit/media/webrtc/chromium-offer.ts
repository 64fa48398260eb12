// What Chromium 156 offers when it is asked for the telephone's codecs.
export const fingerprint =
  'C2:D4:F2:E6:CA:A5:91:B7:66:1E:38:D6:9E:0B:7C:72:50:F0:D8:0B:DB:15:C9:A4:43:37:75:C6:17:58:B4:46'

export const chromiumOffer = [
  'v=0',
  'o=- 5397602881292541019 2 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0',
  'a=extmap-allow-mixed',
  'a=msid-semantic: WMS',
  'm=audio 9 UDP/TLS/RTP/SAVPF 0 126',
  'c=IN IP4 0.0.0.0',
  'a=rtcp:9 IN IP4 0.0.0.0',
  'a=ice-ufrag:tMfS',
  'a=ice-pwd:Mi/G7YoBz7PkzuHCZSNd2q0a',
  'a=ice-options:trickle',
  `a=fingerprint:sha-256 ${fingerprint}`,
  'a=setup:actpass',
  'a=mid:0',
  'a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  'a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid',
  'a=sendrecv',
  'a=msid:- 8a1051c1-b303-4569-b01a-dc952d8fcefb',
  'a=rtcp-mux',
  'a=rtcp-rsize',
  'a=rtpmap:0 PCMU/8000',
  'a=rtpmap:126 telephone-event/8000',
  'a=ssrc:723229688 cname:kPAYOij9KBo5LPT1',
  'a=ssrc:723229688 msid:- 8a1051c1-b303-4569-b01a-dc952d8fcefb',
  '',
].join('\r\n')
