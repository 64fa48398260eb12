// The ideas of RFC 4475 and RFC 5118 as messages of our own making: each bears the name the RFC gives its idea.
// `VIA` stands for the sender's address, `END` for a blank line.

export interface Torture {
  readonly name: string
  readonly what: string
  /** `taken`: the owner of the stack gets it. A number: the answer. `nothing`: no answer, no owner, no harm. */
  readonly expected: 'taken' | 'nothing' | number
  readonly text: string
}

const via = 'Via: SIP/2.0/UDP VIA;branch=z9hG4bK-NAME;rport'
const from = 'From: Alice <sip:alice@acme.test>;tag=a1'
const to = 'To: Bob <sip:bob@acme.test>'
const contact = 'Contact: <sip:alice@VIA>'

interface Parts {
  readonly start?: string
  readonly method?: string
  readonly via?: string
  readonly from?: string
  readonly to?: string
  readonly callId?: string
  readonly cseq?: string
  readonly hops?: string
  readonly contact?: string
  readonly more?: readonly string[]
  readonly length?: string
  readonly body?: string
}

function build(name: string, parts: Parts): string {
  const { method = 'OPTIONS', body = '' } = parts
  const lines = [
    parts.start ?? `${method} sip:bob@192.0.2.9 SIP/2.0`,
    parts.via ?? via,
    parts.hops ?? 'Max-Forwards: 70',
    parts.from ?? from,
    parts.to ?? to,
    parts.callId ?? `Call-ID: ${name}@torture.test`,
    parts.cseq ?? `CSeq: 7 ${method}`,
    parts.contact ?? contact,
    ...(parts.more ?? []),
    parts.length ?? `Content-Length: ${Buffer.byteLength(body)}`,
  ].filter((line) => line !== '')
  return `${lines.join('\r\n')}\r\n\r\n${body}`.replaceAll('NAME', name)
}

const row = (name: string, what: string, expected: Torture['expected'], parts: Parts): Torture => ({
  name,
  what,
  expected,
  text: build(name, parts),
})

const sdp =
  'v=0\r\no=a 1 1 IN IP4 192.0.2.5\r\ns=-\r\nc=IN IP4 192.0.2.5\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n'
const sdpType = 'Content-Type: application/sdp'
const ok = (more: Parts): Parts => ({ start: 'SIP/2.0 200 OK', cseq: 'CSeq: 7 INVITE', ...more })

/** RFC 4475 §3.1.1: odd but right. */
const valid: readonly Torture[] = [
  {
    name: 'wsinv',
    what: 'short names, folded lines and blanks wherever they are allowed',
    expected: 'taken',
    text: [
      'INVITE sip:bob@desk.acme.test;strange SIP/2.0',
      'tO :',
      '  sip:bob@desk.acme.test  ;',
      '\ttag    = b-77',
      'f  : "A \\\\ \\"lice"    <sip:alice@acme.test>',
      '   ;tag  =  a77',
      'mAx-FoRwArDs: 0070',
      'i : wsinv@torture.test',
      'cseq:  0042',
      '   INVITE',
      'V  : SIP / 2.0',
      '  / UDP',
      '     VIA ;branch=z9hG4bK-wsinv;rport',
      's :',
      'X-Unheard-Of:  one',
      ' two',
      '\t three ;; four = "five',
      ' six"',
      'c: application/sdp',
      'Route:',
      ' <sip:proxy.acme.test;lr;odd=%41b>',
      'v: SIP/2.0/TCP far.acme.test;branch=z9hG4bK-far  ,',
      '  SIP / 2.0 / UDP 192.0.2.77 ; branch = old',
      'm: "Quoted \\"name\\"" <sip:alice@VIA;p=v>  ; q=0.5 ;x="a;b"',
      'L:0',
      '',
      '',
    ].join('\r\n'),
  },
  row('intmeth', 'every character a token, a user and a quoted name may hold', 'taken', {
    start: "!odd-METHOD_0*+`.%tilde'~ sip:1_odd.!~*'()&=+$,;?/%5B:pass&=+$,@acme.test SIP/2.0",
    from: 'From: "=\\" \\\\ !#$%&()*+,-./:;<>?@[]^_`{|}~ žluťoučký" <sip:alice@acme.test>;a_-.!%*+`\'~b="x;y"; tag=_0~a',
    to: 'To: "NUL:\\\u0001 DEL:\\\u007e" <sip:bob@acme.test>',
    cseq: "CSeq: 7 !odd-METHOD_0*+`.%tilde'~",
    more: ["odd-Header.!%*+`'~: ﬂ ☎ naïve"],
  }),
  row('esc01', 'escapes in the user, a header name that holds a per cent sign', 'taken', {
    start: 'INVITE sip:sips%3Abob%40acme.test@192.0.2.9 SIP/2.0',
    to: 'To: <sip:%62ob@acme.test>',
    from: 'From: <sip:I%20have%20blanks@acme.test>;tag=a%20b',
    cseq: 'CSeq: 7 INVITE',
    contact: 'Contact: <sip:%63aller@VIA;x%2Dy=%20>',
  }),
  row('escnull', 'escaped zero bytes in users', 'taken', {
    method: 'REGISTER',
    to: 'To: <sip:null-%00-null@acme.test>',
    contact: 'Contact: <sip:%00@VIA>, <sip:%00%00@VIA>',
  }),
  row('esc02', 'a per cent sign in the method that is no escape', 'taken', {
    method: 'RE%47IST%45R',
    from: 'From: "%Z%45" <sip:alice@acme.test>;tag=f%9',
  }),
  row('lwsdisp', 'no blank between display name and bracket', 'taken', {
    from: 'From: alice<sip:alice@acme.test>;tag=a1',
  }),
  row('longreq', 'a request of some 4 KiB, with values of 500 characters', 'taken', {
    method: 'INVITE',
    to: `To: "${'long '.repeat(80)}" <sip:${'amazingly'.repeat(20)}@acme.test:5060>`,
    callId: `Call-ID: longreq.${'one'.repeat(100)}`,
    more: [
      `X-${'Very'.repeat(40)}Long: ${'value '.repeat(80)}`,
      ...Array.from({ length: 20 }, (_, hop) => `Via: SIP/2.0/UDP hop${hop}.acme.test;branch=z9hG4bK${hop}`),
      sdpType,
    ],
    body: sdp,
  }),
  {
    name: 'dblreq',
    what: 'bytes after the end, here a second request, are no part of the datagram',
    expected: 'taken',
    text: build('dblreq', { method: 'REGISTER' }) + build('dblreq-2', { method: 'INVITE' }),
  },
  row('semiuri', 'a user that looks like a parameter', 'taken', {
    start: 'OPTIONS sip:user;par=u%40example.net@192.0.2.9 SIP/2.0',
  }),
  row('transports', 'Via of transports nobody has heard of', 'taken', {
    more: [
      'Via: SIP/2.0/SCTP a.acme.test;branch=z9hG4bK1, SIP/2.0/UNHEARD b.acme.test;branch=z9hG4bK2',
      'Via: SIP/2.0/TLS c.acme.test;branch=z9hG4bK3',
    ],
  }),
  row('mpart01', 'a body of several parts', 'taken', {
    method: 'MESSAGE',
    more: ['Content-Type: multipart/mixed;boundary="b1"'],
    body: '--b1\r\nContent-Type: text/plain\r\n\r\nHello\r\n--b1\r\nContent-Type: application/octet-stream\r\n\r\n\u0000\u0001\r\n--b1--\r\n',
  }),
  row(
    'unreason',
    'a reason phrase of many scripts',
    'nothing',
    ok({ start: 'SIP/2.0 200 = 2**3 * 5**2 ☎ но' }),
  ),
  row('noreason', 'an empty reason phrase', 'nothing', ok({ start: 'SIP/2.0 100 ' })),
]

/** RFC 4475 §3.1.2: wrong. Where the RFC leaves a choice, what we chose. */
const invalid: readonly Torture[] = [
  row('badinv01', 'separators with nothing between them', 400, {
    method: 'INVITE',
    via: 'Via: SIP/2.0/UDP VIA;branch=z9hG4bK-NAME;;rport;,;,,',
    contact: 'Contact: "Alice" <sip:alice@VIA>;;;;',
  }),
  row('clerr', 'a Content-Length beyond the end of the datagram', 400, {
    length: 'Content-Length: 9999',
    body: sdp,
  }),
  row('ncl', 'a negative Content-Length', 400, { length: 'Content-Length: -999' }),
  row('scalar02', 'numbers no computer holds, in a request', 400, {
    method: 'REGISTER',
    cseq: 'CSeq: 36893488147419103232 REGISTER',
    hops: 'Max-Forwards: 300',
    contact: 'Contact: <sip:alice@VIA>;expires=280297596632815',
    more: ['Expires: 10000000000000000000000'],
  }),
  row(
    'scalarlg',
    'numbers no computer holds, in a response',
    'nothing',
    ok({
      start: 'SIP/2.0 503 Service Unavailable',
      cseq: 'CSeq: 9292394834772304023312 OPTIONS',
      more: ['Retry-After: 949302838503028349304023988', 'Warning: 1812 overture "x"'],
    }),
  ),
  row('quotbal', 'a quote that never closes', 400, {
    method: 'INVITE',
    to: 'To: "Mr. Bob <sip:bob@acme.test>',
  }),
  row('ltgtruri', 'a Request-URI in brackets', 400, {
    start: 'INVITE <sip:bob@192.0.2.9> SIP/2.0',
    cseq: 'CSeq: 7 INVITE',
  }),
  row('lwsruri', 'a blank within the Request-URI', 400, {
    start: 'INVITE sip:bob@192.0.2.9; lr SIP/2.0',
    cseq: 'CSeq: 7 INVITE',
  }),
  row('lwsstart', 'several blanks in the start line', 400, {
    start: 'INVITE  sip:bob@192.0.2.9  SIP/2.0',
    cseq: 'CSeq: 7 INVITE',
  }),
  row('trws', 'a blank at the end of the start line', 400, { start: 'OPTIONS sip:bob@192.0.2.9 SIP/2.0  ' }),
  row('escruri', 'headers in the Request-URI are not looked at', 'taken', {
    start: 'INVITE sip:bob@192.0.2.9?Route=%3Csip:far.acme.test%3E SIP/2.0',
    cseq: 'CSeq: 7 INVITE',
  }),
  row('baddate', 'a time zone SIP does not have is not looked at', 'taken', {
    method: 'INVITE',
    more: ['Date: Fri, 01 Jan 2010 16:00:00 EST'],
  }),
  row('regbadct', 'a Contact with a question mark outside of brackets: the registrar says 400', 'taken', {
    method: 'REGISTER',
    contact: 'Contact: sip:alice@VIA?Route=%3Csip:far.acme.test%3E',
  }),
  row('badaspec', 'blanks within the brackets are let pass', 'taken', {
    to: 'To: "Bob" < sip:bob@acme.test >',
  }),
  row('baddn', 'a display name that needed quotes is let pass', 'taken', {
    from: 'From: Alice, of Acme <sip:alice@acme.test>;tag=a1',
  }),
  row('badvers', 'a version of the future', 505, { start: 'OPTIONS sip:bob@192.0.2.9 SIP/7.0' }),
  row('mismatch01', 'a CSeq of another method', 400, { cseq: 'CSeq: 7 INVITE' }),
  row('mismatch02', 'a CSeq of another method, the first one unknown', 400, {
    method: 'NEWMETHOD',
    cseq: 'CSeq: 7 INVITE',
  }),
  row('bigcode', 'a status code of ten digits', 'nothing', ok({ start: 'SIP/2.0 4294967301 better not' })),
]

/** RFC 4475 §3.2 to §3.4: transactions, the core, what was before. */
const core: readonly Torture[] = [
  row('badbranch', 'a branch that is the magic cookie and nothing else: told apart as in RFC 2543', 'taken', {
    via: 'Via: SIP/2.0/UDP VIA;branch=z9hG4bK;rport',
  }),
  row('insuf', 'no From, To or Call-ID', 400, { method: 'INVITE', from: '', to: '', callId: '' }),
  row('unkscm', 'a Request-URI of an unknown scheme', 'taken', {
    start: 'OPTIONS nobodyknows:totallyopaque SIP/2.0',
  }),
  row('novelsc', 'a Request-URI of a scheme that is no telephone', 'taken', {
    start: 'OPTIONS soap.beep://192.0.2.103:3002 SIP/2.0',
  }),
  row('unksm2', 'unknown schemes in From, To and Contact', 'taken', {
    method: 'REGISTER',
    to: 'To: isbn:2983792873',
    from: 'From: <https://acme.test>;tag=3',
    contact: 'Contact: <name:alice>',
  }),
  row('bext01', 'extensions nobody knows are required', 'taken', {
    method: 'INVITE',
    more: ['Require: nothingSupportsThis, nothingSupportsThisEither', 'Proxy-Require: noProxiesSupportThis'],
  }),
  row('invut', 'a body of an unknown type', 'taken', {
    method: 'INVITE',
    more: ['Content-Type: application/unheardof'],
    body: '<audio>\r\n</audio>\r\n',
  }),
  row('regaut01', 'credentials of an unknown scheme', 'taken', {
    method: 'REGISTER',
    more: ['Authorization: NoOneKnows opaque="data"'],
  }),
  row('multi01', 'several values where one may stand', 400, {
    method: 'INVITE',
    more: ['CSeq: 8 INVITE', 'Call-ID: other@torture.test', 'To: <sip:eva@acme.test>', from],
  }),
  row('mcl01', 'two different Content-Lengths', 400, {
    method: 'INVITE',
    more: ['Content-Length: 5'],
    body: sdp,
  }),
  row(
    'bcast',
    'an answer that would have to go on to everybody',
    'nothing',
    ok({
      via: 'Via: SIP/2.0/UDP 192.0.2.198;branch=z9hG4bK1, SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK2',
    }),
  ),
  row('zeromf', 'no hops left: OPTIONS is ours to answer', 'taken', { hops: 'Max-Forwards: 0' }),
  row('cparam01', 'an unknown parameter of Contact', 'taken', {
    method: 'REGISTER',
    contact: 'Contact: sip:+420123456@VIA;unheardof',
  }),
  row('cparam02', 'an unknown parameter of the URI in Contact', 'taken', {
    method: 'REGISTER',
    contact: 'Contact: <sip:+420123456@VIA;unheardof>',
  }),
  row('regescrt', 'a Contact whose URI holds an escaped Route', 'taken', {
    method: 'REGISTER',
    contact: 'Contact: <sip:alice@VIA?Route=%3Csip:far.acme.test%3E>',
  }),
  row('sdp01', 'a caller who accepts no answer we have', 'taken', {
    method: 'INVITE',
    more: ['Accept: text/unheardof', sdpType],
    body: sdp,
  }),
  row('inv2543', 'an INVITE as RFC 2543 wrote it: no branch, no tag, no length', 'taken', {
    method: 'INVITE',
    via: 'Via: SIP/2.0/UDP VIA;rport',
    from: 'From: <sip:alice@acme.test>',
    to: 'To: sip:bob@acme.test',
    length: sdpType,
    body: sdp,
  }),
]

export const rfc4475: readonly Torture[] = [...valid, ...invalid, ...core]

/** RFC 5118 §4: IPv6 in every place. */
export const rfc5118: readonly Torture[] = [
  row('ipv6-good', 'references in brackets', 'taken', {
    start: 'REGISTER sip:[2001:db8::10] SIP/2.0',
    cseq: 'CSeq: 7 REGISTER',
    contact: 'Contact: <sip:alice@[2001:db8::1]>',
  }),
  row('ipv6-bad', 'an address without brackets in the Request-URI', 400, {
    start: 'REGISTER sip:2001:db8::10 SIP/2.0',
    cseq: 'CSeq: 7 REGISTER',
  }),
  row('port-ambiguous', 'what looks like a port is the last part of the address', 'taken', {
    start: 'OPTIONS sip:[2001:db8::10:5070] SIP/2.0',
  }),
  row('port-unambiguous', 'a port outside of the brackets', 'taken', {
    start: 'OPTIONS sip:[2001:db8::10]:5070 SIP/2.0',
  }),
  row('via-received-param-with-delim', 'received with brackets', 'taken', {
    more: ['Via: SIP/2.0/UDP [2001:db8::9:1];received=[2001:db8::9:255];branch=z9hG4bK2'],
  }),
  row('via-received-param-no-delim', 'received without brackets', 'taken', {
    more: ['Via: SIP/2.0/UDP [2001:db8::9:1];received=2001:db8::9:255;branch=z9hG4bK2'],
  }),
  row('ipv6-in-sdp', 'IPv6 in the session description stays as it is', 'taken', {
    method: 'INVITE',
    more: [sdpType],
    body: sdp.replaceAll('IP4 192.0.2.5', 'IP6 2001:db8::20'),
  }),
  row('mult-ip-in-header', 'both families in Via and Contact', 'taken', {
    more: ['Via: SIP/2.0/UDP [2001:db8::9:1]:6050;branch=z9hG4bK2, SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK3'],
    contact: 'Contact: <sip:alice@[2001:db8::9:1]>, <sip:alice@192.0.2.1>',
  }),
  row('mult-ip-in-sdp', 'both families in the session description', 'taken', {
    method: 'INVITE',
    more: [sdpType],
    body: `${sdp}c=IN IP6 2001:db8::1\r\nm=video 6000 RTP/AVP 31\r\n`,
  }),
  row('ipv4-mapped-ipv6', 'IPv4 addresses within IPv6 ones', 'taken', {
    from: 'From: <sip:alice@[::ffff:192.0.2.10]>;tag=a1',
    contact: 'Contact: <sip:alice@[::ffff:192.0.2.10]>',
  }),
  row('ipv6-bug-abnf-3-colons', 'three colons, as the grammar of RFC 3261 had it by mistake', 400, {
    start: 'OPTIONS sip:[2001:db8:::192.0.2.1] SIP/2.0',
  }),
]
