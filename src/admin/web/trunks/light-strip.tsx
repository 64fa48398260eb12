import type { Light, TrunkView } from '#admin/view.ts'
import { useMinute } from '../time/now.ts'
import css from './light-strip.module.css'

interface LightStripProps {
  readonly strip: TrunkView['strip']
  readonly label: string
}

const dayMs = 24 * 3600_000
const bars = 48
/** The worst state within a bar's half hour is what the bar shows: a short outage must not vanish. */
const badness: Readonly<Record<Light, number>> = { grey: 0, green: 1, amber: 2, red: 3 }
/** Red reaches the full height, so that it is told without colour. */
const heights: Readonly<Record<Light, number>> = { grey: 8, green: 18, amber: 22, red: 26 }

/** The last 24 hours, half an hour per bar. */
export function LightStrip({ strip, label }: LightStripProps) {
  // The last span goes on until the next change is told; a clock that lags must not cut it off.
  const now = Math.max(useMinute(), strip.at(-1)?.to ?? 0)
  const spans = strip.map((span, index) => (index === strip.length - 1 ? { ...span, to: now } : span))
  const start = now - dayMs
  const step = dayMs / bars
  const lights = Array.from({ length: bars }, (_, index) =>
    worst(spans, start + index * step, start + (index + 1) * step),
  )
  const bad = lights.filter((light) => light === 'red').length
  return (
    <div>
      <svg
        className={css.strip}
        viewBox={`0 0 ${bars * 5} 26`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Last 24 hours of ${label}: ${bad === 0 ? 'never down' : `down in ${bad} half hours`}`}
      >
        {lights.map((light, index) => (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place.
            key={index}
            className={css[light]}
            x={index * 5}
            y={26 - heights[light]}
            width={3.4}
            height={heights[light]}
            rx={1}
          />
        ))}
      </svg>
      <div className={css.ends} aria-hidden="true">
        <span>24 h ago</span>
        <span>now</span>
      </div>
    </div>
  )
}

function worst(strip: TrunkView['strip'], from: number, to: number): Light {
  return strip
    .filter((span) => span.from < to && span.to > from)
    .reduce<Light>((light, span) => (badness[span.light] > badness[light] ? span.light : light), 'grey')
}
