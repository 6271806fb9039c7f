// Mercurius with JIT, and the part of Rapport's schema that the subscribers select from.
// POST /publish {"envelope": {…}, "events": 200, "every": 0.05} publishes, and answers when that is done.
import { setTimeout } from 'node:timers/promises'
import Fastify from 'fastify'
import mercurius from 'mercurius'

const schema = `
  type Query { ready: Boolean! }
  type Subscription { viewerEvents(topics: [EventTopic!]): EventEnvelope! }
  enum EventTopic { MESSAGES }
  type EventEnvelope { cursor: String!, occurredAt: String!, replayed: Boolean!, event: ViewerEvent! }
  union ViewerEvent = MessageChanged | StreamCaughtUp
  type MessageChanged { message: Message! }
  type StreamCaughtUp { replayedCount: Int! }
  type Message { id: ID!, body: String, sentAt: String!, author: Member }
  type Member { id: ID!, displayName: String! }
`

const resolvers = {
  Query: { ready: () => true },
  Subscription: { viewerEvents: { subscribe: (_root, _args, { pubsub }) => pubsub.subscribe('EVENTS') } },
  ViewerEvent: { resolveType: event => event.__typename }
}

const app = Fastify()
app.register(mercurius, { schema, resolvers, jit: 1, subscription: true })
app.get('/readyz', async () => 'ready')
app.post('/publish', async ({ body: { envelope, events, every } }) => {
  for (let index = 0; index < events; index++) {
    app.graphql.pubsub.publish({ topic: 'EVENTS', payload: { viewerEvents: envelope } })
    if (every) await setTimeout(1000 * every)
  }
  return {}
})
await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) })
