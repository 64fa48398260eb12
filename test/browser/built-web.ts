// The web app as it is served: built anew when its sources are newer than what was built.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')
const sources = join(root, 'src/admin/web')
const page = join(root, 'dist/web/index.html')

export function buildWebWhenOld(): void {
  const newest = Math.max(
    ...readdirSync(sources, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs),
  )
  if (existsSync(page) && statSync(page).mtimeMs > newest) return
  const vite = join(root, 'node_modules/vite/bin/vite.js')
  const config = join(sources, 'vite.config.ts')
  execFileSync(process.execPath, [vite, 'build', sources, '--config', config, '--logLevel', 'error'], {
    cwd: root,
  })
}
