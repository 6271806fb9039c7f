// Mercurius with JIT over Fastify, with a schema of its own over Rapport's tables.
// As its documentation has it: `jit: 1`, a loader for each relation, no GraphiQL. Caching in loaders is off,
// which spares serializing each parent ("Disabling caching has the advantage to avoid the serialization");
// a loader asks for each id once instead. Statements are named, so that node-postgres prepares each of them
// once for each connection. The pool has the ten connections that are the default here and elsewhere, which
// stay open between rounds, as those of others do.
import Fastify from 'fastify'
import { GraphQLScalarType } from 'graphql'
import mercurius from 'mercurius'
import pg from 'pg'

const schema = `
  scalar DateTime
  type Query { member(id: Int!): Member }
  type Member {
    id: Int!
    handle: String!
    givenName: String!
    familyName: String!
    headline: String
    followerCount: Int!
    connections(first: Int! = 20): [Connection!]!
    receivedRequests(first: Int! = 20): [ConnectionRequest!]!
  }
  type Connection { connectedAt: DateTime!, member: Member! }
  type ConnectionRequest { note: String, sentAt: DateTime!, sender: Member! }
`

const MEMBERS = `
  SELECT id, handle, given_name AS "givenName", family_name AS "familyName", headline,
    follower_count AS "followerCount"
  FROM members WHERE id = ANY ($1::int[])`
const CONNECTIONS = `
  SELECT owner.id AS "ownerId", page.* FROM unnest($1::int[]) AS owner (id) CROSS JOIN LATERAL (
    SELECT other_id AS "otherId", connected_at AS "connectedAt" FROM connections
    WHERE member_id = owner.id ORDER BY connected_at DESC, other_id LIMIT $2
  ) AS page`
const REQUESTS = `
  SELECT owner.id AS "ownerId", page.* FROM unnest($1::int[]) AS owner (id) CROSS JOIN LATERAL (
    SELECT sender_id AS "senderId", note, sent_at AS "sentAt" FROM connection_requests
    WHERE recipient_id = owner.id AND state = 'PENDING' AND NOT ignored
    ORDER BY sent_at DESC, id LIMIT $2
  ) AS page`

const pool = new pg.Pool({ max: 10, idleTimeoutMillis: 0 })
const rows = async (name, text, values) => (await pool.query({ name, text, values })).rows

async function membersById (ids) {
  const found = new Map()
  for (const row of await rows('members', MEMBERS, [[...new Set(ids)]])) found.set(row.id, row)
  return ids.map(id => found.get(id))
}

// All parents of one loader call come from fields with the same arguments in these operations; others would
// need a statement for each page size, which this does as well.
async function pages (name, text, queries) {
  const sizes = new Map()
  for (const { obj, params } of queries) {
    if (!sizes.has(params.first)) sizes.set(params.first, new Map())
    sizes.get(params.first).set(obj.id, [])
  }
  await Promise.all([...sizes].map(async ([first, lists]) => {
    for (const row of await rows(name, text, [[...lists.keys()], first])) lists.get(row.ownerId).push(row)
  }))
  return queries.map(({ obj, params }) => sizes.get(params.first).get(obj.id))
}

const uncached = loader => ({ loader, opts: { cache: false } })
const loaders = {
  Member: {
    connections: uncached(queries => pages('connections', CONNECTIONS, queries)),
    receivedRequests: uncached(queries => pages('requests', REQUESTS, queries))
  },
  Connection: { member: uncached(queries => membersById(queries.map(({ obj }) => obj.otherId))) },
  ConnectionRequest: { sender: uncached(queries => membersById(queries.map(({ obj }) => obj.senderId))) }
}
const resolvers = {
  DateTime: new GraphQLScalarType({ name: 'DateTime', serialize: value => value.toISOString() }),
  Query: { member: async (_root, { id }) => (await membersById([id]))[0] }
}

const app = Fastify()
app.register(mercurius, { schema, resolvers, loaders, jit: 1 })
app.get('/readyz', async () => 'ready')
await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) })
