import { useEffect, useRef } from 'react'
import css from './level-meter.module.css'

interface LevelMeterProps {
  readonly stream: MediaStream | undefined
  readonly label: string
}

/** How loud a stream is now. Drawn past React: sixty times a second. */
export function LevelMeter({ stream, label }: LevelMeterProps) {
  const meter = useRef<HTMLMeterElement>(null)
  useEffect(() => {
    if (!stream) return
    const context = new AudioContext()
    const analyser = context.createAnalyser()
    context.createMediaStreamSource(stream).connect(analyser)
    const samples = new Float32Array(analyser.fftSize)
    let frame = requestAnimationFrame(function draw() {
      analyser.getFloatTimeDomainData(samples)
      if (meter.current) meter.current.value = levelOf(samples)
      frame = requestAnimationFrame(draw)
    })
    return () => {
      cancelAnimationFrame(frame)
      void context.close()
    }
  }, [stream])
  return <meter ref={meter} className={css.meter} min={0} max={1} aria-label={label} />
}

/** 0 at -60 dBFS and below, 1 at full scale. */
function levelOf(samples: Float32Array): number {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length
  return Math.max(0, 1 + (10 * Math.log10(power + 1e-9)) / 60)
}
