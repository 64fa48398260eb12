import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root, sources } from './source.ts'

const files = sources(['src'], ['.ts', '.tsx'])
const table = readFileSync(join(root, 'docs/errors.md'), 'utf8')
const listed = [...table.matchAll(/^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \|$/gm)].map(([, code]) => code ?? '')

const code = /'([a-z]+\.[a-z-]+)'/g
const fileEnding = /\.(ts|tsx|js|json|db|key|sql|wav|html|local|part)$/

/** Codes a file makes: literal ones, and where the code is a variable, all words of the file that look like one. */
function codesIn(text: string): readonly string[] {
  const made = [...text.matchAll(/(?:new CordboardError|errorBody)\(\s*'([^']+)'/g)]
  const unknown = [...text.matchAll(/unknownThing\(\s*'([^']+)'/g)].map(([, area]) => `${area}.unknown`)
  const literal = [...made.map(([, word]) => word ?? ''), ...unknown]
  if (!/new CordboardError\(\s*[a-z]/.test(text)) return literal
  const likely = [...text.matchAll(code)].map(([, word]) => word ?? '')
  return [...literal, ...likely.filter((word) => !fileEnding.test(word))]
}

const used = new Map(files.flatMap(({ path, text }) => codesIn(text).map((code) => [code, path] as const)))

test('codes are found, also those that pass through a variable', () => {
  expect(codesIn("throw new CordboardError(\n  'store.full',\n 'x')")).toEqual(['store.full'])
  expect(codesIn("fault('store.full'); const fault = (code) => new CordboardError(code, './a.ts')")).toEqual([
    'store.full',
  ])
})

test('a code is area.word in lower case, written as it is', () => {
  expect([...used].filter(([code]) => !/^[a-z]+\.[a-z]+(-[a-z]+)*$/.test(code))).toEqual([])
})

test('every code of src is listed in docs/errors.md', () => {
  expect([...used].filter(([code]) => !listed.includes(code)).map((pair) => pair.join(' in '))).toEqual([])
})

test('every code listed in docs/errors.md is in use, and listed once, in order', () => {
  const text = files.map((file) => file.text).join('\n')

  expect(listed.filter((code) => !used.has(code) && !text.includes(`'${code}'`))).toEqual([])
  expect(listed).toEqual([...new Set(listed)].sort())
})
