// A program to be killed: writes facts for ever, says each number once it is committed, and follows them by writing down what it saw.
import { systemClock } from '#lib/clock.ts'
import { silentLog } from '#lib/log.ts'
import { appendFact, followFacts } from '#store/facts.ts'
import { openStore } from '#store/store.ts'

const dataFolder = process.argv[2]
if (dataFolder === undefined) throw new Error('name a data folder')

const { system: db } = openStore({ dataFolder, clock: systemClock, log: silentLog })
db.script(
  'CREATE TABLE IF NOT EXISTS seen (number INTEGER) STRICT; CREATE TABLE IF NOT EXISTS wrote (number INTEGER) STRICT',
)
followFacts({
  db,
  name: 'seer',
  clock: systemClock,
  log: silentLog,
  handle: (fact) => void db.run('INSERT INTO seen SELECT :body', { body: Number(fact.body) }),
})

const first = Number(process.argv[3])
function writeNext(number: number): void {
  db.transaction(() => {
    db.run('INSERT INTO wrote VALUES (?)', [number])
    appendFact(db, { kind: 'number', at: systemClock.now(), body: number })
  })
  process.stdout.write(`${number}\n`)
  setImmediate(writeNext, number + 1)
}
writeNext(first)
