-- Sends the requests of a file in turn: lines of a token (or none), a tab and a body.
-- Prints at the end what came of it, as JSON.
local prepared, last = {}, 0

function init(arguments)
  for line in io.lines(arguments[1]) do
    local token, body = line:match("^(.-)\t(.*)$")
    local headers = { ["Content-Type"] = "application/json" }
    if token ~= "" then headers["Authorization"] = "Bearer " .. token end
    prepared[#prepared + 1] = wrk.format("POST", "/graphql", headers, body)
  end
end

function request()
  last = last % #prepared + 1
  return prepared[last]
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '{"requests": %d, "seconds": %.6f, "bytes": %d, "failed": %d, "socket_errors": %d}\n',
    summary.requests, summary.duration / 1e6, summary.bytes, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout
  ))
end
