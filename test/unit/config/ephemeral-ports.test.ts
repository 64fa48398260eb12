import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ephemeralPortsWarning, readEphemeralPorts } from '#config/ephemeral-ports.ts'
import { tempFolder } from '#test/temp-folder.ts'

test.each([
  [{ first: 20_000, last: 29_999 }, false],
  [{ first: 30_000, last: 32_769 }, true],
  [{ first: 40_000, last: 41_001 }, true],
  [{ first: 10_000, last: 65_535 }, true],
  [{ first: 61_000, last: 62_001 }, false],
])('RTP ports %o are warned about: %s', (rtp, warned) => {
  expect(ephemeralPortsWarning(rtp, { first: 32_768, last: 60_999 }) !== undefined).toBe(warned)
})

test("the kernel's range is read where there is one", () => {
  using folder = tempFolder()
  const file = join(folder.path, 'range')
  writeFileSync(file, '32768\t60999\n')

  expect(readEphemeralPorts(file)).toEqual({ first: 32_768, last: 60_999 })
  expect(readEphemeralPorts(join(folder.path, 'none'))).toBeUndefined()
})
