// The whole API put together. `AppType` is what the web app's typed client is made from.
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { CordboardError } from '#lib/errors.ts'
import { newId } from '#lib/id.ts'
import { browserPhoneRoutes } from './browser-phone.ts'
import { callingRoutes } from './calling.ts'
import { callRoutes } from './calls.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { answerFault } from './fault.ts'
import { mailRoutes, recordingRoutes } from './files.ts'
import { type Allow, isSecure, openGate, routeTable } from './gate.ts'
import { healthRoutes, partsRoutes } from './health.ts'
import { liveRoutes } from './live.ts'
import { mailboxRoutes } from './mailboxes.ts'
import { meRoutes } from './me.ts'
import { numberRoutes } from './numbers.ts'
import { peopleRoutes } from './people.ts'
import { phoneRoutes } from './phones.ts'
import { hoursRoutes, planRoutes } from './plans.ts'
import {
  callRecordingRoutes,
  keptRecordingRoutes,
  recordingRuleRoutes,
  taskRecordingRoutes,
} from './recordings.ts'
import { securityHeaders } from './security-headers.ts'
import { setupRoutes } from './setup.ts'
import { signInRoutes } from './sign-in.ts'
import { skillRoutes } from './skills.ts'
import { maxUploadBytes, soundRoutes } from './sounds.ts'
import { statisticsRoutes } from './statistics.ts'
import { taskRoutes } from './tasks.ts'
import { teamActRoutes, teamCallRoutes } from './team-calls.ts'
import { trunkRoutes } from './trunks.ts'

/** A reply with a long quoted thread is some 100 KB; files are sent to /api/sounds only. */
const maxBodyBytes = 512 * 1024

const routes = (parts: ApiParts, allow: Allow) =>
  new Hono<ApiEnv>()
    .route('/api/setup', setupRoutes(parts, allow))
    .route('/api/sign-in', signInRoutes(parts, allow))
    .route('/api/me', meRoutes(parts, allow))
    .route('/api/people', peopleRoutes(parts, allow))
    .route('/api/skills', skillRoutes(parts, allow))
    .route('/api/phones', phoneRoutes(parts, allow))
    .route('/api/numbers', numberRoutes(parts, allow))
    .route('/api/plans', planRoutes(parts, allow))
    .route('/api/hours', hoursRoutes(parts, allow))
    .route('/api/sounds', soundRoutes(parts, allow))
    .route('/api/trunks', trunkRoutes(parts, allow))
    .route('/api/tasks', taskRoutes(parts, allow))
    .route('/api/calling', callingRoutes(parts, allow))
    .route('/api/calls', callRoutes(parts, allow))
    .route('/api/calls', teamActRoutes(parts, allow))
    .route('/api/team-calls', teamCallRoutes(parts, allow))
    .route('/api/browser-phone', browserPhoneRoutes(parts, allow))
    .route('/api/mailboxes', mailboxRoutes(parts, allow))
    .route('/api/recordings', recordingRoutes(parts, allow))
    .route('/api/recordings', keptRecordingRoutes(parts, allow))
    .route('/api/recording-rules', recordingRuleRoutes(parts, allow))
    .route('/api/tasks', taskRecordingRoutes(parts, allow))
    .route('/api/calls', callRecordingRoutes(parts, allow))
    .route('/api/statistics', statisticsRoutes(parts, allow))
    .route('/api/mails', mailRoutes(parts, allow))
    .route('/api/live', liveRoutes(parts, allow))
    .route('/api/health', partsRoutes(parts, allow))
    .route('/health', healthRoutes(parts, allow))

export type AppType = ReturnType<typeof routes>

/** The API as one handler. Throws at once when a route was made without a permission. */
export function createApi(parts: ApiParts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  app.onError((err, c) => answerFault(parts.log, err, c))
  app.use('*', async (c, next) => {
    c.set('ref', newId(parts.clock.now()).slice(-12))
    await next()
  })
  app.use('*', securityHeaders({ https: isSecure(parts.publicUrl) }))
  const [usual, upload] = [limitOf(maxBodyBytes), limitOf(maxUploadBytes)]
  app.use('/api/*', (c, next) => (c.req.path === '/api/sounds' ? upload : usual)(c, next))
  app.route('/', routes(parts, openGate(parts)))
  routeTable(app)
  return app
}

function limitOf(maxSize: number) {
  return bodyLimit({
    maxSize,
    onError: () => {
      throw new CordboardError('request.too-large', 'This is too large to be sent here.', { blame: 'user' })
    },
  })
}
