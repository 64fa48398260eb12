import { expect, test } from 'vitest'
import { providerPresets } from '#sip/trunks/provider-preset.ts'
import { trunkInput } from '#sip/trunks/trunk.ts'

test.each(providerPresets.map((preset) => [preset.name, preset] as const))(
  'a trunk made from the preset of %s is accepted once the customer’s own part is filled in',
  (_, preset) => {
    const { id: _id, countries, hint, addresses, server, outboundProxy, name, ...rest } = preset
    const filled = (text: string) => text.replace(/<\w+>/, 'acme')
    const parsed = trunkInput.safeParse({
      ...rest,
      provider: name,
      label: name,
      host: filled(server),
      peers: addresses ?? [],
      username: 'acme',
      password: 'secret',
      ...(outboundProxy === undefined ? {} : { outboundProxy: filled(outboundProxy) }),
    })

    expect(parsed.error).toBeUndefined()
    expect(hint).not.toBe('')
    expect(countries.every((country) => /^[A-Z]{2}$/.test(country))).toBe(true)
  },
)

test('each has an id of its own', () => {
  expect(new Set(providerPresets.map(({ id }) => id)).size).toBe(providerPresets.length)
})
