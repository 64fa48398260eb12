interface LogoProps {
  readonly size?: number
}

/** The mark: two jacks joined by a cord. */
export function Logo({ size = 24 }: LogoProps) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" fill="var(--accent)" />
      <path d="M9 11.5c0 9 14 0 14 9" fill="none" stroke="#fff" strokeWidth="2.6" strokeLinecap="round" />
      <circle cx="9" cy="10" r="3.4" fill="#fff" />
      <circle cx="23" cy="22" r="3.4" fill="#fff" />
    </svg>
  )
}
