// Writes the closing lines of bin/test: what did not run and why, then "N passed, N failed".
import { writeFileSync } from 'node:fs'
import type { Reporter, TestModule } from 'vitest/node'
import { drachtioIsInstalled } from './drachtio.ts'
import { freeswitchIsInstalled } from './freeswitch.ts'

export class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const path = process.env.CORDBOARD_TEST_SUMMARY
    if (path === undefined) return
    let passed = 0
    let failed = unhandledErrors.length
    for (const module of modules) {
      // A file that could not be loaded has no tests to count, and is a failure all the same.
      if (module.state() === 'failed' && module.errors().length > 0) failed += 1
      for (const test of module.children.allTests()) {
        const state = test.result().state
        if (state === 'passed') passed += 1
        else failed += 1
      }
    }
    if (passed === 0 && failed === 0) failed = 1
    const notes = [
      ...(drachtioIsInstalled ? [] : ['Not run on drachtio-server: it is not installed on this machine.']),
      ...(freeswitchIsInstalled ? [] : ['Not run on FreeSWITCH: it is not installed on this machine.']),
    ]
    writeFileSync(path, `${[...notes, `${passed} passed, ${failed} failed`].join('\n')}\n`)
  }
}
