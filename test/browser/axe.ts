// The one importer of axe-core: the rules of WCAG 2.2 AA that a program can check.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { z } from 'zod'
import type { Page } from './chromium.ts'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const results = z.object({
  violations: z.array(
    z.object({
      id: z.string(),
      help: z.string(),
      nodes: z.array(z.object({ html: z.string(), failureSummary: z.string() })),
    }),
  ),
})

/** Each broken rule with the elements that break it; empty when the page is clean. */
export async function axeViolations(page: Page): Promise<readonly string[]> {
  // Through the debugger, for the page's own policy forbids foreign scripts.
  await page.evaluate(source)
  const found: unknown = await page.evaluate(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })`,
  )
  return results
    .parse(found)
    .violations.flatMap(({ id, help, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id} (${help}): ${html.slice(0, 200)} ${failureSummary}`),
    )
}
