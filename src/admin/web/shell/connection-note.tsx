import { Loader } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useConnection } from './connection.ts'
import css from './connection-note.module.css'

/** A blink of the network is nobody's business; after this long we say so. */
const calmMs = 2_500

export function ConnectionNote() {
  const connection = useConnection()
  const [shown, setShown] = useState(false)
  useEffect(() => {
    if (connection !== 'away') {
      setShown(false)
      return
    }
    const timer = window.setTimeout(() => setShown(true), calmMs)
    return () => window.clearTimeout(timer)
  }, [connection])
  return (
    <div role="status">
      {shown ? (
        <div className={css.note}>
          <Loader size={14} color="gray" />
          The server is away. What you see stays; trying again.
        </div>
      ) : null}
    </div>
  )
}
