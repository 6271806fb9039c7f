"use strict";

const DEFAULT_QUERY = `# Run this with Ctrl-Enter: it needs no account.
#
# To ask as a member, put this into Headers below:
#   { "Authorization": "Bearer TOKEN" }

{
  policy {
    maxConnections
  }
}
`;

const TOKEN_NOTE =
  "TOKEN: as printed by “make serve” or “rapport token HANDLE”, " +
  "or the access token that the mutation signIn returns.";

const LOAD_FAILURE =
  "The explorer's files could not be loaded. Where npm is installed, “make serve” fetches them; " +
  "elsewhere this page needs the internet.";

// The token of the headers editor, which may be another each time, is part of the client for subscriptions.
function fetcher(params, options) {
  const fetch = GraphiQL.createFetcher({
    url: "graphql",
    headers: { accept: "application/graphql-response+json, application/json;q=0.9" },
    enableIncrementalDelivery: false,
    wsClient: graphqlSse.createClient({
      url: "graphql/stream",
      headers: options?.headers,
      retryAttempts: 0,
    }),
  });
  return fetch(params, options);
}

function explorer() {
  return React.createElement(
    GraphiQL,
    {
      fetcher,
      defaultQuery: DEFAULT_QUERY,
      defaultEditorToolsVisibility: "headers",
      schemaDescription: true,
      inputValueDeprecation: true,
    },
    React.createElement(GraphiQL.Logo, null, "Rapport"),
    React.createElement(GraphiQL.Footer, null, TOKEN_NOTE),
  );
}

const root = document.getElementById("explorer");
if (window.GraphiQL) {
  ReactDOM.createRoot(root).render(explorer());
} else {
  root.firstElementChild.textContent = LOAD_FAILURE;
}
