import { Door } from './door.tsx'
import css from './setup-link-hint.module.css'

/** Somebody found the box before its owner set it up: only the printed link opens the set-up. */
export function SetupLinkHint() {
  return (
    <Door wide title="Open the set-up link">
      <div className={css.words}>
        <p>
          This Cordboard is not set up yet. So that nobody else on the network can claim it, set-up opens only
          by the link that was printed where it was started:
        </p>
        <code className={css.sample}>{`${window.location.origin}/setup?token=…`}</code>
        <p>
          Started in the background? Look into its log, or start it again: a new link is printed each time.
        </p>
      </div>
    </Door>
  )
}
