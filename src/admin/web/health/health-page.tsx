import { useQuery } from '@tanstack/react-query'
import type { PartView } from '#admin/health-view.ts'
import { healthQuery } from '../data/health.ts'
import { StateDot } from '../look/state-dot.tsx'
import rows from '../settings/rows.module.css'
import { SettingsPage } from '../settings/settings-page.tsx'

const kinds: Readonly<Record<PartView['kind'], string>> = {
  sip: 'SIP server',
  sound: 'Sound engine',
  'browser-phone': 'Browser phone',
}

/** A4: what carries the calls, and whether it keeps up. */
export function HealthPage() {
  const health = useQuery(healthQuery)
  const loop = health.data?.eventLoop
  return (
    <SettingsPage
      title="Health"
      purpose="The servers that carry your calls, whether each of them runs, and how busy it is."
      list={{ ...health, data: health.data?.parts }}
      empty={null}
    >
      <ul className={rows.rows}>
        {health.data?.parts.map((part) => (
          <PartRow key={`${part.kind} ${part.name}`} part={part} />
        ))}
        {loop ? (
          <li className={rows.row}>
            <div className={rows.main}>
              <div className={rows.name}>This program</div>
              <div className={rows.under}>
                In the last ten seconds its work waited {loop.p99Ms.toFixed(0)} ms at most in 99 of 100 cases,{' '}
                {loop.maxMs.toFixed(0)} ms at worst.
              </div>
            </div>
            <State up={loop.p99Ms < 100} words={loop.p99Ms < 100 ? 'Keeps up' : 'Overloaded'} />
          </li>
        ) : null}
      </ul>
    </SettingsPage>
  )
}

function PartRow({ part }: { readonly part: PartView }) {
  return (
    <li className={rows.row}>
      <div className={rows.main}>
        <div className={rows.name}>
          {kinds[part.kind]}
          <span className={rows.light}>{part.name === 'embedded' ? 'built in' : part.name}</span>
        </div>
        <div className={rows.under}>{part.sentence}</div>
      </div>
      <State up={part.up} words={part.up ? 'Working' : 'Down'} />
    </li>
  )
}

function State({ up, words }: { readonly up: boolean; readonly words: string }) {
  return (
    <div className={rows.side}>
      <span className={rows.state}>
        <StateDot kind={up ? 'green' : 'red'} />
        {words}
      </span>
    </div>
  )
}
