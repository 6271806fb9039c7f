// Asks over one socket with graphql-ws and prints what comes, a line of JSON each. Arguments: the address, then
// tokens: the next is used whenever the client (re)connects. Ends when an event is the text "end".
import { createClient } from "graphql-ws";
import WebSocket from "ws";

const [url, ...tokens] = process.argv.slice(2);
const print = (value) => console.log(JSON.stringify(value));
const client = createClient({
  url,
  webSocketImpl: WebSocket,
  connectionParams: () => ({ authorization: `Bearer ${tokens.length > 1 ? tokens.shift() : tokens[0]}` }),
  retryWait: () => new Promise((resolve) => setTimeout(resolve, 100)),
  on: {
    closed: ({ code, reason }) => print({ closed: code, reason }),
  },
});

function run(query) {
  return new Promise((resolve) => {
    const sink = {
      next(result) {
        print(result);
        if (result.data?.ticks === "end") stop();
      },
      error: (error) => resolve(print({ refused: error[0]?.extensions?.code ?? String(error.reason) })),
      complete: () => resolve(print("complete")),
    };
    const stop = client.subscribe({ query }, sink);
  });
}

const following = run("subscription { ticks }");
await run("{ me }");
await run("mutation { slow(seconds: 0) }");
await run("{ nope }");
await following;
await client.dispose();
