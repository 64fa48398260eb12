import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Frame, Framer } from '#sip/embedded/framing.ts'
import { requestText } from './sip-text.ts'

const limit = 65_536

/** What came out, as text: the frames' bytes do not outlive the push. */
function feed(framer: Framer, ...chunks: readonly (string | Buffer)[]): string[] {
  const show = (frame: Frame) => (frame.kind === 'message' ? frame.bytes.toString() : frame.kind)
  return chunks.flatMap((chunk) => framer.push(Buffer.from(chunk)).map(show))
}

const hello = requestText({ body: 'v=0\r\n' })
const options = requestText({ method: 'OPTIONS' })

test('messages and pings come out the same however the stream is cut', () => {
  const stream = Buffer.from(`${hello}\r\n\r\n${options}\r\n${requestText({ body: 'ž' })}${hello}`)
  const whole = feed(new Framer(limit), stream)
  expect(whole).toEqual([hello, 'ping', options, requestText({ body: 'ž' }), hello])

  fc.assert(
    fc.property(fc.array(fc.nat(stream.length), { maxLength: 40 }), (cuts) => {
      const edges = [0, ...cuts.toSorted((a, b) => a - b), stream.length]
      const chunks = edges.slice(1).map((end, index) => stream.subarray(edges[index], end))

      expect(feed(new Framer(limit), ...chunks)).toEqual(whole)
    }),
  )
})

test('a stream that comes byte by byte is read', () => {
  const stream = hello + options

  expect(feed(new Framer(limit), ...stream)).toEqual([hello, options])
})

test('a single line break between messages is no ping, and leaves nothing half read', () => {
  const framer = new Framer(limit)

  expect(feed(framer, '\r\n')).toEqual([])
  expect(framer.partial).toBe(false)
  expect(feed(framer, '\r\n')).toEqual(['ping'])
})

test('a flood of line breaks in one read is answered once', () => {
  expect(feed(new Framer(limit), '\r\n'.repeat(1_000))).toEqual(['ping'])
})

test('the short form of Content-Length counts too', () => {
  const short = hello.replace('Content-Length', 'l')

  expect(feed(new Framer(limit), short + options)).toEqual([short, options])
})

test('a message without Content-Length has no body', () => {
  const bare = options.replace(/Content-Length.*\r\n/, '')

  expect(feed(new Framer(limit), bare + options)).toEqual([bare, options])
})

test.each(['x', '-1', '1, 2', '99999999999', ''])('Content-Length "%s" ends the stream', (length) => {
  const text = options.replace('Content-Length: 0', `Content-Length: ${length}`)

  expect(feed(new Framer(limit), text, options)).toEqual(['broken'])
})

test('two lengths that differ end the stream: the next start is anybody’s guess', () => {
  expect(feed(new Framer(limit), requestText({ extra: ['l: 7'] }))).toEqual(['broken'])
})

test('a body beyond the limit ends the stream as soon as its length is known', () => {
  const [frame] = new Framer(limit).push(Buffer.from(options.replace('Length: 0', 'Length: 70000')))

  expect(frame).toMatchObject({ kind: 'broken', reason: 'oversized' })
})

test('headers without an end stop at the limit', () => {
  const framer = new Framer(1_000)
  const frames = Array.from({ length: 20 }, () => framer.push(Buffer.alloc(100, 'x'))).flat()

  expect(frames).toMatchObject([{ kind: 'broken', reason: 'oversized' }])
})
