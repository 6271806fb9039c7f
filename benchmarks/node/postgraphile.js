// PostGraphile 5 with its natural schema over Rapport's tables, on Node's HTTP server.
// As its documentation has it for production: the preset Amber, library mode, grafserv for node:http, no
// GraphiQL (Ruru), no watching, NODE_ENV=production; operations are static documents with variables, so that
// each is parsed, validated and planned once (the caches of grafserv and Grafast hold hundreds by default).
// Statements are prepared: the adaptor for pg does so by itself. The pool has the ten connections that are
// the default here and elsewhere, which stay open between rounds, as those of others do.
//
// Smart tags tell what the tables don't: that `other_id` refers to a member (the database checks the row's
// mirror instead, which takes the name that this relation would have), and that requests may be filtered by
// two columns that no index has by themselves.
import { createServer } from 'node:http'
import pg from 'pg'
import { makePgService } from 'postgraphile/adaptors/pg'
import { grafserv } from 'postgraphile/grafserv/node'
import { postgraphile } from 'postgraphile'
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber'
import { jsonPgSmartTags } from 'postgraphile/utils'

const filtered = { tags: { behavior: '+filterBy' } }
const tags = {
  version: 1,
  config: {
    class: {
      connections: {
        tags: { foreignKey: '(other_id) references members (id)' },
        constraint: { connections_mirror_fkey: { tags: { behavior: '-*' } } }
      },
      connection_requests: { attribute: { state: filtered, ignored: filtered } }
    }
  }
}
const pool = new pg.Pool({ max: 10, idleTimeoutMillis: 0 })
const preset = {
  extends: [PostGraphileAmberPreset],
  plugins: [jsonPgSmartTags(tags)],
  pgServices: [makePgService({ pool, schemas: ['public'] })],
  grafserv: { graphiql: false, watch: false, websockets: false }
}

const instance = postgraphile(preset)
await instance.getSchema()
const server = createServer()
await instance.createServ(grafserv).addTo(server)
server.listen(Number(process.env.PORT), '127.0.0.1')
