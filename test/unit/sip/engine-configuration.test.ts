// What our configuration of drachtio and FreeSWITCH must never lose: both obey whoever reaches their ports.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const read = (path: string) =>
  readFileSync(fileURLToPath(new URL(`../../../docker/${path}`, import.meta.url)), 'utf8')

test('drachtio: its admin port is on loopback, its secret comes from outside, large INVITEs stay on UDP', () => {
  const xml = read('drachtio/drachtio.conf.xml')

  expect(xml).toMatch(/<admin port="9022">127\.0\.0\.1<\/admin>/)
  expect(xml).not.toMatch(/secret=|cymru/)
  expect(Number(/<udp-mtu>(\d+)<\/udp-mtu>/.exec(xml)?.[1])).toBeGreaterThanOrEqual(4096)
})

test('FreeSWITCH: SIP, sound and event socket are on loopback, its secret is random, and no command leads to a shell', () => {
  const xml = read('freeswitch/freeswitch.xml')

  for (const name of ['esl_address', 'sip_address', 'rtp_address'])
    expect(xml).toContain(`<X-PRE-PROCESS cmd="set" data="${name}=127.0.0.1"/>`)
  expect(xml).toMatch(/cmd="exec-set" data="esl_secret=\/usr\/bin\/head -c 33 \/dev\/urandom/)
  expect(xml).not.toMatch(/ClueCon|JambonzR0ck/)
  const allowed = [...xml.matchAll(/<allow name="([\w.]+)"/g)].map(([, name]) => name ?? '')
  expect(allowed.length).toBeGreaterThan(20)
  expect(allowed.filter((name) => /mod_commands$|system|\.load|originate|expand|lua/.test(name))).toEqual([])
})
