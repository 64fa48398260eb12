import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { queryClient } from './data/query-client.ts'
import { giveNonceToScrollLock, styleNonce } from './look/nonce.ts'
import { cssVariables, theme } from './look/theme.ts'
import { router } from './router.tsx'

giveNonceToScrollLock()

export function App() {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={styleNonce}
    >
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
      <Notifications position="bottom-center" limit={3} />
    </MantineProvider>
  )
}
