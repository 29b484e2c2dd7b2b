-- For wrk: `entity` reads of records picked at random. IDS names a file with an id on each line;
-- PAUSE_MS, where it is set, is how long each connection waits before a request, on average.
local credentials = {Authorization = "Basic bG9hZDpsb2Fk"} -- load:load
local pause_ms = tonumber(os.getenv("PAUSE_MS") or "0")
local requests = {}

function init()
  math.randomseed(os.time())
  for id in io.lines(os.getenv("IDS")) do
    requests[#requests + 1] = wrk.format("GET", "/entity?type_name=user&id=" .. id, credentials)
  end
end

function request()
  return requests[math.random(#requests)]
end

if pause_ms > 0 then
  -- wrk takes whole milliseconds: evenly between nothing and twice the average.
  function delay()
    return math.floor(math.random() * 2 * pause_ms + 0.5)
  end
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("%.0f %.0f %.0f %d\n", summary.requests / summary.duration * 1e6,
    latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
