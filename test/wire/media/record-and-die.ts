// Records a leg until it is killed: the child of repair.test.ts. Prints the SDP answer when the recording runs, then
// each event of the leg, a line each.
import { recordLeg } from '#media/recordings.ts'
import { openTestMedia } from '#test/media-peers.ts'

const [folder, offer] = [process.argv[2] ?? '', process.argv[3] ?? '']
const engine = await openTestMedia()
const leg = await engine.openFromOffer(offer, { owner: 'test' })
leg.events.on((event) => console.log(JSON.stringify(event)))
await recordLeg(leg, folder, 'killed')
console.log(JSON.stringify(leg.localSdp))
