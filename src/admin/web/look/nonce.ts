// The page's nonce lets the component library make style elements under our content security policy.

export function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? ''
}

/** The scroll lock of dialogs reads its nonce from this global (package get-nonce). */
export function giveNonceToScrollLock(): void {
  Reflect.set(globalThis, '__webpack_nonce__', styleNonce())
}
