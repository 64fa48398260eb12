import { queryOptions, useQuery } from '@tanstack/react-query'
import { useEffect, useSyncExternalStore } from 'react'
import type { PhoneLegView, PhoneStateView } from '#admin/phone-view.ts'
import { api, take } from '../data/client.ts'
import { type BrowserPhoneView, browserPhone } from './browser-phone.ts'

const preparingMs = 5_000
/** Somebody may be mending it. */
const brokenMs = 60_000

const phoneStateQuery = queryOptions({
  queryKey: ['browser-phone'],
  queryFn: (): Promise<PhoneStateView> => take(api['browser-phone'].$get()),
  // It switches itself on: nobody should have to reload for it.
  refetchInterval: ({ state: { data } }) =>
    data?.kind === 'ready' ? false : data?.kind === 'building' ? preparingMs : brokenMs,
})

/** How the browser phone stands on the server; undefined until that is known. */
export function usePhoneState(): PhoneStateView | undefined {
  return useQuery(phoneStateQuery).data
}

export function useBrowserPhone(): BrowserPhoneView {
  return useSyncExternalStore(browserPhone.subscribe, browserPhone.read)
}

/** This browser's part of a call, if it has one. */
export function usePhoneLeg(callId: string): PhoneLegView | undefined {
  return useBrowserPhone().legs.find((leg) => leg.callId === callId)
}

/** Keeps the phone at work while the frame is on the page. */
export function usePhoneAtWork(): void {
  useEffect(() => browserPhone.start(), [])
}
