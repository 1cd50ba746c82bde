-- The talk by files, where a build of Resolve does not let a script start a program.

local CANNOT = "Proxx: this build of Resolve does not let a Lua script start a program (io.popen "
  .. "does not work)"
local EXCHANGE = "`proxx plugin exchange`"

-- What a person can do where an entry has nothing to ask by files.
local INSTEAD = {
  ["render-raw"] = "Camera raw is rendered by Resolve while Proxx steers each step, and that "
    .. "cannot be had by files. The jobs stay where they are. In the Studio edition use the Python "
    .. "entry of this menu, or run `proxx watch` on the folder of these jobs in a terminal; or "
    .. "choose this entry on another machine. Else let Resolve make proxies of these clips by "
    .. "itself (select them, right click, Generate Proxy Media): Proxx does not prove those.",
  ["review"] = "Run `proxx results` in a terminal: it shows the same.",
  ["stop-rendering"] = "Nothing of Proxx's renders here: entry 2 cannot run in this build. What "
    .. "renders now was begun by hand, or from outside: stop it on the Deliver page.",
}

local function is_there(path)
  local file = io.open(path, "rb")
  if file then file:close() end
  return file ~= nil
end

-- The name of an answers file until it is whole: two hosts may write in one second.
local function part_name(folder, action)
  return ("%s/from-resolve/%s-%s.part"):format(folder, action, (tostring({}):gsub("[^%w]", "")))
end

-- The name of an answers file that never was there; asked for when the file is whole, so that no
-- other host takes it meanwhile.
local function whole_name(folder, action)
  local into = folder .. "/from-resolve/"
  local stamp = os.date("!%Y%m%dT%H%M%SZ")
  for count = 1, 999 do
    local whole = ("%s-%s-%03d.answers.jsonl"):format(action, stamp, count)
    if not (
      is_there(into .. whole)
      or is_there(into .. "taking/" .. whole) or is_there(into .. "taken/" .. whole)
    ) then return into .. whole end
  end
  error("too many answers in one second", 0)
end

-- Answer each line of an open file; each request is written too, so that a file tells all of it.
local function answer(requests, host, part)
  local answers = assert(io.open(part, "wb"))
  for line in requests:lines() do
    local _, text = host.answer(line)
    if host.ended then break end
    if text then
      local written, problem = answers:write(line, "\n", text, "\n")
      if not written then
        answers:close()
        error(problem, 0)
      end
    end
  end
  assert(answers:close())
end

return function(action, folder, say, new_host)
  if INSTEAD[action] then return say(CANNOT .. ". " .. INSTEAD[action]) end
  if not folder then
    return say(CANNOT .. ", and this installation has no folder to work by files. Run `python3 "
      .. "install plugin` once more; in the Studio edition use the Python entries of this menu.")
  end
  local requests = io.open(("%s/to-resolve/%s.requests.jsonl"):format(folder, action), "rb")
  if not requests then
    return say(CANNOT .. ", so this entry works by files. Run " .. EXCHANGE .. " in a terminal: it "
      .. "writes what is asked here. Then choose this entry once more.")
  end
  say(CANNOT .. ", so this entry works by files.")
  local part, whole = part_name(folder, action), nil
  local ok, problem = pcall(answer, requests, new_host(), part)
  requests:close()
  if ok then
    whole = whole_name(folder, action)
    ok, problem = os.rename(part, whole)
  end
  if not ok then
    os.remove(part)
    return say("Proxx: what Resolve answered could not be written (" .. tostring(problem)
      .. "). See that " .. folder .. "/from-resolve is there and can be written, and choose this "
      .. "entry once more.")
  end
  say("Proxx: Resolve's answers are in " .. whole .. ". Now run " .. EXCHANGE .. " in a terminal: "
    .. "it goes on from here, and says what comes next.")
end
