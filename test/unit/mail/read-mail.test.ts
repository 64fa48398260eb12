import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readMail } from '#mail/read-mail.ts'

const read = (text: string) => readMail(Buffer.from(text.replace(/\n/g, '\r\n'), 'latin1'))

test('encoded words, folded headers and quoted-printable become text', async () => {
  const mail = await read(
    'From: =?utf-8?q?Ji=C5=99=C3=AD?= <Jiri@Example.com>\nSubject: =?utf-8?b?xb1sdcWlb3XEjWvDvQ==?=\n  =?utf-8?q?_k=C5=AF=C5=88?=\n' +
      'Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\nDate: Mon, 5 Jan 2026 09:00:00 +0100\n\nAhoj=20sv=C4=9Bte',
  )

  expect(mail).toMatchObject({
    from: { address: 'jiri@example.com', name: 'Jiří' },
    subject: 'Žluťoučký kůň',
    text: 'Ahoj světe',
  })
  expect(mail.date).toBe(Date.UTC(2026, 0, 5, 8))
})

test('M6: a mail of HTML only is shown as text, without scripts, styles and pictures', async () => {
  const mail = await read(
    'From: a@b.c\nContent-Type: text/html\n\n<style>p{}</style><script>alert(1)</script><p>Hello <b>there</b></p><img src="https://track.example/x.gif"><p>Bye</p>',
  )

  expect(mail.text).toBe('Hello there\n\nBye')
})

test('a nameless and an inline part are kept as attachments', async () => {
  const mail = await read(
    'From: a@b.c\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nhi\n--x\nContent-Type: image/png\nContent-Disposition: inline\n\nPNG\n--x\nContent-Type: application/pdf; name="../../etc/passwd"\n\nPDF\n--x--',
  )

  expect(mail.attachments.map((part) => part.type)).toEqual(['image/png', 'application/pdf'])
})

test('no sender is an error with a reason', async () => {
  await expect(read('Subject: x\n\nhi')).rejects.toThrow('it has no readable sender')
})

test('thousands of references, nested divs and a broken charset are read within bounds', async () => {
  const references = Array.from({ length: 5_000 }, (_, i) => `<${i}@x>`).join(' ')
  const html = `${'<div>'.repeat(5_000)}deep${'</div>'.repeat(5_000)}`

  const mail = await read(
    `From: a@b.c\nReferences: ${references}\nContent-Type: text/html; charset=nonsense-9\n\n${html}`,
  )

  expect(mail.references).toHaveLength(100)
  expect(mail.references.at(-1)).toBe('<4999@x>')
})

test('whatever bytes come, the result is a mail or an Error, never a crash', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), async (bytes) => {
      const outcome = await readMail(
        Buffer.concat([
          Buffer.from('From: a@b.c\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n'),
          bytes,
        ]),
      ).catch((err: unknown) => err)
      expect(outcome instanceof Error || typeof outcome === 'object').toBe(true)
    }),
    { numRuns: 200 },
  )
})
