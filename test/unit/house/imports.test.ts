import { expect, test } from 'vitest'
import { findCycle } from './cycle.ts'
import { fileOf, importsOf, sources } from './source.ts'

/** Data goes right, imports go left. */
const order = [
  'lib',
  'config',
  'store',
  'people',
  'sip',
  'media',
  'calls',
  'mail',
  'channels',
  'tasks',
  'admin',
]

const all = sources(['src'], ['.ts', '.tsx']).map(({ path, text }) => ({ path, imports: importsOf(text) }))
const server = all.filter(({ path }) => !path.startsWith('src/admin/web/'))
const folderOf = (path: string) => path.split('/')[1] ?? ''
const packageOf = (name: string) =>
  name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/')

test('imports are read in each of their forms', () => {
  const text = `import a from 'one'
import { b, type C as D } from "two"
import type {
  E,
} from '#lib/three.ts'
import './four.ts'
export { f } from './five.ts'
export * from 'six'
export const g = 'none'
const h = await import('seven')
// import i from 'comment'`

  expect(importsOf(text)).toEqual(['one', 'two', '#lib/three.ts', './four.ts', './five.ts', 'six', 'seven'])
})

test('a file imports its own folder and folders to its left, and main.ts is imported by none', () => {
  const wrong = server.flatMap(({ path, imports }) =>
    imports
      .map((name) => fileOf(path, name))
      .filter((target) => target !== undefined)
      .filter((target) => path !== 'src/main.ts' || !target.startsWith('src/'))
      .filter((target) => !mayImport(path, target))
      .map((target) => `${path} imports ${target}`),
  )

  expect(wrong).toEqual([])
})

function mayImport(path: string, target: string): boolean {
  if (!target.startsWith('src/') || target === 'src/main.ts') return false
  const [from, to] = [order.indexOf(folderOf(path)), order.indexOf(folderOf(target))]
  return to !== -1 && to <= from
}

test('src has no folder without a place in the order', () => {
  const folders = new Set(
    all.filter(({ path }) => path.split('/').length > 2).map(({ path }) => folderOf(path)),
  )

  expect([...folders].filter((folder) => !order.includes(folder))).toEqual([])
})

test('the web app imports nothing of the server but src/admin', () => {
  const wrong = all
    .filter(({ path }) => path.startsWith('src/admin/web/'))
    .flatMap(({ path, imports }) => imports.map((name) => [path, fileOf(path, name)] as const))
    .filter(([, target]) => target !== undefined && !target.startsWith('src/admin/'))

  expect(wrong).toEqual([])
})

test('imports never climb (../): they begin with # or ./ and name the file whole', () => {
  const wrong = server.flatMap(({ path, imports }) =>
    imports
      .filter((name) => name.startsWith('.') || name.startsWith('#'))
      .filter((name) => !/^(#|\.\/)/.test(name) || !/\.(ts|json)$/.test(name))
      .map((name) => `${path}: ${name}`),
  )

  expect(wrong).toEqual([])
})

test('a cycle is found and told as a path', () => {
  const graph = new Map([
    ['a', ['b']],
    ['b', ['c']],
    ['c', ['b']],
  ])

  expect(findCycle(graph)).toEqual(['b', 'c', 'b'])
  expect(
    findCycle(
      new Map([
        ['a', ['b', 'c']],
        ['b', ['c']],
      ]),
    ),
  ).toBeUndefined()
})

test('there is no import cycle', () => {
  const graph = new Map(
    all.map(({ path, imports }) => [
      path,
      imports.map((name) => fileOf(path, name)).filter((target) => target !== undefined),
    ]),
  )

  expect(findCycle(graph)).toBeUndefined()
})

test('each outside package is imported in one file; zod anywhere, hono all over src/admin', () => {
  const importers = new Map<string, string[]>()
  for (const { path, imports } of server) {
    const packages = imports.filter((name) => !/^([#.]|node:)/.test(name)).map(packageOf)
    for (const name of new Set(packages)) importers.set(name, [...(importers.get(name) ?? []), path])
  }
  const free = (name: string, files: readonly string[]) =>
    name === 'zod' || (/^@?hono\b/.test(name) && files.every((file) => file.startsWith('src/admin/')))

  const wrong = [...importers].filter(([name, files]) => files.length > 1 && !free(name, files))
  expect(wrong).toEqual([])
})
