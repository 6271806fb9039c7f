// Follows an operation with graphql-sse and prints each result, then how it ended. Arguments: the address,
// the operation as JSON, and tokens: the next is used whenever the client (re)connects. It resumes behind
// the cursor of the last event.
import { createClient } from "graphql-sse";

const [url, request, ...tokens] = process.argv.slice(2);
const operation = JSON.parse(request);
const client = createClient({
  url,
  headers: () => ({ authorization: `Bearer ${tokens.length > 1 ? tokens.shift() : tokens[0]}` }),
  retryAttempts: 3,
  retry: () => new Promise((resolve) => setTimeout(resolve, 100)),
});
client.subscribe(operation, {
  next(result) {
    const envelope = result.data?.viewerEvents;
    if (envelope) operation.variables.after = envelope.cursor;
    console.log(JSON.stringify(result));
  },
  error: (error) => console.log(JSON.stringify({ error: error.message })),
  complete: () => console.log(JSON.stringify("complete")),
});
