import { Outlet } from '@tanstack/react-router'
import { CallBar } from '../calls/call-bar.tsx'
import { DialSheet } from '../calls/dial-sheet.tsx'
import { NewTaskSheet } from '../task/new-task-sheet.tsx'
import css from './app-frame.module.css'
import { BottomBar } from './bottom-bar.tsx'
import { useLive } from './connection.ts'
import { ConnectionNote } from './connection-note.tsx'
import { HelpSheet } from './help-sheet.tsx'
import { useFrameKeys } from './keys.ts'
import { TopBar } from './top-bar.tsx'

/** What stays while pages change: the bar on top, the call bar, and the sheets any page may open. */
export function AppFrame() {
  useLive()
  useFrameKeys()
  return (
    <div className={css.frame}>
      <a className={css.skip} href="#page">
        Skip to the page
      </a>
      <TopBar />
      <div id="page" className={css.page} tabIndex={-1}>
        <Outlet />
      </div>
      <footer>
        <CallBar />
        <BottomBar />
      </footer>
      <ConnectionNote />
      <DialSheet />
      <NewTaskSheet />
      <HelpSheet />
    </div>
  )
}
