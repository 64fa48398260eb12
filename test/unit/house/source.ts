// The project's own files as text, for the rules it keeps about itself.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

export const root = join(import.meta.dirname, '../../..')

export interface Source {
  /** From the project's root, with slashes. */
  readonly path: string
  readonly text: string
}

/** Files under the folders whose names end with one of `endings`. */
export function sources(folders: readonly string[], endings: readonly string[]): readonly Source[] {
  return folders
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/\/(node_modules|dist)\//.test(path))
    .map((path) => ({ path: relative(root, path), text: readFileSync(path, 'utf8') }))
}

/** What a file imports or re-exports, statically or by `import('…')`, types too. */
export function importsOf(text: string): readonly string[] {
  const statements = /^(?:import|export)\s(?:[^'"`;=(]*\sfrom\s+)?['"]([^'"]+)['"]/gm
  const calls = /\bimport\(\s*['"]([^'"]+)['"]/g
  return [...text.matchAll(statements), ...text.matchAll(calls)].flatMap(([, name]) => name ?? [])
}

/** The file an import leads to, from the project's root; undefined for packages and node: builtins. */
export function fileOf(importer: string, name: string): string | undefined {
  if (name.startsWith('./') || name.startsWith('../')) return join(importer, '..', name)
  if (name.startsWith('#test/')) return `test/${name.slice('#test/'.length)}`
  return name.startsWith('#') ? `src/${name.slice(1)}` : undefined
}

const comment = /\/\*[\s\S]*?\*\/|(?<![:\\])\/\/[^\n]*/
const string = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\[\s\S])*`/
// A slash begins a regular expression where no value can have ended before it.
const pattern =
  /(?<=(?:[(=,:!&|?{};[]|=>|return)\s*)\/(?![*/])(?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/
const noCode = new RegExp([comment, string, pattern].map((part) => part.source).join('|'), 'g')

/** The text without comments, strings, template texts and regular expressions, each replaced by a space. */
export function codeOnly(text: string): string {
  return text.replace(noCode, ' ')
}
