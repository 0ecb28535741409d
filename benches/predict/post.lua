-- wrk posts the lines of a file one after the other; each thread starts elsewhere in it.
local bodies, position, threads = {}, 0, 0
local headers = { ["Content-Type"] = "application/json" }

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(arguments)
  for body in io.lines(arguments[1]) do
    bodies[#bodies + 1] = body
  end
  position = (number * 7919) % #bodies
end

function request()
  position = position % #bodies + 1
  return wrk.format("POST", nil, headers, bodies[position])
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\nRESULT {"requests": %d, "seconds": %.3f, "p50_ms": %.3f, "p99_ms": %.3f, "refused": %d, "broken": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
