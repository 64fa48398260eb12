import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { codeOnly, root, sources } from './source.ts'

const code = ['.ts', '.tsx']
const written = [...code, '.js', '.mjs', '.css', '.html', '.sql', '.sh', '.xml', '.md']

test('no file is longer than 400 lines', () => {
  const long = sources(['src', 'test', 'bench', 'bin'], written)
    .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
    .filter(({ lines }) => lines > 400)

  expect(long).toEqual([])
})

test('file names are kebab-case words that say what is inside', () => {
  const vague = /^(index|utils?|helpers?|manager|common|types|misc|shared)\./
  const wrong = sources(['src', 'test', 'bench', 'bin'], code)
    .map(({ path }) => path)
    .filter(
      (path) => vague.test(basename(path)) || !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)+$/.test(basename(path)),
    )

  expect(wrong).toEqual([])
})

test('code is told from comments and strings', () => {
  const text = "const a = 'x as Y' // b as C\n/* d as E */ f(`http://f as G`, /[`'] as H/) as const"

  expect(codeOnly(text)).not.toMatch(/[YCEGH]/)
  expect(codeOnly(text)).toContain('as const')
})

test('no type is asserted: `as` only before const, or to rename an import', () => {
  const asserted = /(?<![\w.'#])as\s+(?!const\b)[\w{([]/
  const wrong = sources(['src', 'bin', 'bench'], code).flatMap(({ path, text }) =>
    codeOnly(text)
      .replace(/^(import|export)\s[^;=(]*?(\}|\* as \w+)/gm, ' ')
      .split('\n')
      .filter((line) => asserted.test(line))
      .map((line) => `${path}: ${line.trim()}`),
  )

  expect(wrong).toEqual([])
})

test('the words of the project and its deviations from RFCs are written down', () => {
  expect(existsSync(join(root, 'docs/glossary.md'))).toBe(true)
  const listed = sources(['docs'], ['rfcs.md'])
    .map(({ text }) => text)
    .join('\n')

  const deviations = sources(['src'], code)
    .flatMap(({ text }) => [...text.matchAll(/Deviates from (RFC \d+ §[\d.]*\d)/g)])
    .map(([, place]) => place ?? '')
  expect(deviations.filter((place) => !listed.includes(place))).toEqual([])
})
