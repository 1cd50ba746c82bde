--[==[
Proxx's host: inside DaVinci Resolve it runs the calls of the scripting API that Proxx asks for.

It decides nothing. It exists in Python and in Lua, with these words in both. What it is given: an
action, and a locator with `command` (the words that start Proxx), `log` (a file for what Proxx
writes on standard error), and for Lua `answers` and `files` (folders with an ASCII path).

The host starts the command with the action as one more word, and Proxx asks on its standard
output, one JSON object a line, in ASCII. To Python, answers go as lines on the standard input of
Proxx. Lua has pipes of one direction only: two more words, `--answers FOLDER`, name a folder that
is not there yet; Proxx makes it, and the answer to request 7 is written there as 7.part and renamed
to 7.json. When the requests end without `bye`, the host says so in the Console and ends. When the
host is gone, Proxx cannot write any more, and ends.

Where a build does not let Lua start a program, the talk is held by files, a file at a time: what
`proxx plugin exchange` left in `files` as to-resolve/ACTION.requests.jsonl, the same lines, is
answered into from-resolve/ACTION-WHEN.answers.jsonl, each request followed by its answer. That file
has another name until it is whole, and never one that was there.

Requests are {"v": 1, "id": n, "op": ...}; ids are whole numbers from 1. A field that is null is as
one that is not there, and one that nothing is told of here is passed over.
  hello                     {language, runtime, host_version, product, version, resolve}; the last
                            three are null where there is no Resolve, or where it does not say
  call {on, method, args}   what the method answered; `on` is a handle's number, 0 is Resolve
  walk {steps}              {name: value} of every step, in one answer; see below
  open_scope                a number
  close_scope {scope}       null; frees the handles that were made since, and the scopes within
  free {handles}            null; a number that is no handle is passed over
  say {text}                null; prints the text in the Console
  beat                      no answer; sent each second, so that Proxx notices a host that is gone
  bye                       no answer; the host ends, and so does Proxx

`call` and `walk` may have `project`: the id of the project that must be open, else nothing is
called. In a walk it is looked at before each step and after the last, so that no answer mixes two.

Answers are {"v": 1, "id": n, "value": ...} or {"v": 1, "id": n, "error": {"kind", "text"}}, the id
being 0 where the request's cannot be read. The kinds: bad_request, version (not 1), not_allowed (no
method of the table below), no_handle, wrong_project, no_method (this Resolve does not have it),
raised. That a call failed is told by Resolve as None, False, "", [] or {}: here these are values.

Values are JSON. An object of the API, or whatever else is not plain, is {"$h": n}: a handle, good
until it is freed; in arguments it stands for the object. A number that JSON does not know is null.
A byte that is not UTF-8 is \udc80 to \udcff, as Python's surrogateescape has it, both ways. Keys
of an object are text. In Lua an empty table is {}, one with whole numbers from 1 as keys is a list
whose gaps are null, and a None at the end of a list, or under a key, is lost.

A step of a walk is {"as": name} and
  on         a handle's number, or the name of an earlier step whose value is one object; or
  each       the name of an earlier step whose value is a list: what follows is for every entry
  method     what is called; without it the values are taken as they are
  args       its arguments, [] if not given; or
  args_each  a list of lists: the method is called with each, and its answers become a list; or
  args_by    {method, with, args}: this method is called first, with the list `with`, [] if not
             given; where its answer is a key of args, the step's method is called with the list
             below it, or without a method the thing itself is taken; elsewhere the value is null
  flatten    true: the lists in the value are joined to one list; null and {} add nothing to it
  distinct   a method such as GetUniqueId: of the entries that are objects, only the first is kept
             for each text that it answers; other entries are left out
What is no object answers null, so that a list stays aligned with the one it comes from. A call that
fails otherwise is told in its place as {"$e": {"kind", "text"}}, and the walk goes on.
]==]

local HOST_VERSION = "1.0"

local ALLOWED = {}
for name in ([[
  AddRenderJob AddSubFolder AppendToTimeline ClearMarkInOut CreateEmptyTimeline DeleteFolders
  DeleteRenderJob DeleteRenderPreset DeleteTimelines ExportRenderPreset GetAudioMapping
  GetClipEnabled GetClipList GetClipProperty GetCurrentFolder GetCurrentPage GetCurrentProject
  GetCurrentRenderFormatAndCodec GetCurrentRenderMode GetCurrentTimecode GetCurrentTimeline
  GetDuration GetEnd GetEndFrame GetIsTrackEnabled GetItemListInTrack GetMarkInOut GetMediaId
  GetMediaPool GetMediaPoolItem GetMetadata GetName GetProductName GetProjectManager GetProperty
  GetRenderCodecs GetRenderFormats GetRenderJobList GetRenderJobStatus GetRenderPresetList
  GetRenderResolutions GetRootFolder GetSelectedClips GetSetting GetSettings GetSourceStartFrame
  GetStart GetStartFrame GetStartTimecode GetSubFolderList GetTimeline GetTimelineByIndex
  GetTimelineCount GetTrackCount GetTrackName GetTrackTypeAndIndex GetType GetUniqueId GetVersion
  GetVersionString ImportRenderPreset IsRenderingInProgress IsStudio LinkProxyMedia
  LoadRenderPreset OpenPage SaveAsNewRenderPreset SetCurrentFolder SetCurrentRenderFormatAndCodec
  SetCurrentRenderMode SetCurrentTimecode SetCurrentTimeline SetMarkInOut SetRenderSettings
  SetProperty SetSetting SetStartTimecode StartRendering StopRendering UnlinkProxyMedia
]]):gmatch("%S+") do
  ALLOWED[name] = true
end

-- The menu file loads this file with the folder that it lies in.
local folder = ...
local json = assert(loadfile(folder .. "/json.lua"))()
local values = assert(loadfile(folder .. "/values.lua"))(json)
local new_host = assert(loadfile(folder .. "/calls.lua"))(json, values, ALLOWED, HOST_VERSION)

local by_files = assert(loadfile(folder .. "/by_files.lua"))()

local host = { allowed = ALLOWED, json = json, new = new_host, by_files = by_files }

-- Resolve as this build gives it to a script, or nil; `names` are the menu file's globals.
function host.find_resolve(names)
  local ways = {
    function() return names.resolve end,
    function() return names.bmd.scriptapp("Resolve") end,
    function() return names.app:GetResolve() end,
    function() return names.fu:GetResolve() end,
  }
  for _, way in ipairs(ways) do
    local ok, found = pcall(way)
    if ok and found ~= nil then return found end
  end
  return nil
end

-- Whether this build lets a script start a program.
function host.canary(popen)
  local ok, line = pcall(function()
    local pipe = assert(popen("echo proxx"))
    local found = pipe:read("*l")
    pipe:close()
    return found
  end)
  return ok and type(line) == "string" and line:find("^proxx") ~= nil
end

-- The words of a command as the shell of the system reads them; `log` takes what is complained.
function host.command_line(words, log, windows)
  local quoted = {}
  for index, word in ipairs(words) do
    if windows then
      quoted[index] = '"' .. word .. '"'
    else
      quoted[index] = "'" .. word:gsub("'", "'\\''") .. "'"
    end
  end
  -- cmd.exe takes the first and the last quote of its line away.
  if windows then return '"' .. table.concat(quoted, " ") .. ' 2>>"' .. log .. '""' end
  log = "'" .. log:gsub("'", "'\\''") .. "'"
  return "exec " .. table.concat(quoted, " ") .. " </dev/null 2>>" .. log
end

-- Answer each line that `next_line` gives; whether Proxx said bye, else what went wrong here if
-- anything did. `write(id, text)` is true if it could, else it says why not.
function host.serve(next_line, write, resolve, say)
  local served = new_host(resolve, say)
  for line in next_line do
    local id, text = served.answer(line)
    if served.ended then return true end
    if id then
      local written, problem = write(id, text)
      if not written then return false, problem end
    end
  end
  return false
end

-- Writes answers into a folder, each under another name first.
function host.writer(answers)
  return function(id, text)
    local part = ("%s/%.0f.part"):format(answers, id)
    local file, problem = io.open(part, "wb")
    if not file then return false, problem end
    local written, lacking = file:write(text)
    local closed, unclosed = file:close()
    if not (written and closed) then return false, lacking or unclosed end
    return os.rename(part, ("%s/%.0f.json"):format(answers, id))
  end
end

-- Start Proxx for an action and answer it to its end.
function host.run(action, locator, names)
  local function say(text)
    pcall(names.print or print, text)
  end

  if not host.canary(io.popen) then
    local ok, problem = pcall(by_files, action, locator.files, say, function()
      return new_host(host.find_resolve(names), say)
    end)
    if not ok then say("Proxx could not go on by files: " .. tostring(problem)) end
    return
  end
  local windows = package.config:sub(1, 1) == "\\"
  local answers = ("%s/talk-%d-%s"):format(
    locator.answers, os.time(), (tostring({}):gsub("[^%w]", ""))
  )
  local words = {}
  for _, word in ipairs(locator.command) do words[#words + 1] = word end
  for _, word in ipairs({ action, "--answers", answers }) do words[#words + 1] = word end
  local proxx = io.popen(host.command_line(words, locator.log, windows), "r")
  if not proxx then return say("Proxx could not be started (" .. words[1] .. ")") end
  local found = host.find_resolve(names)
  local ok, orderly, problem = pcall(host.serve, proxx:lines(), host.writer(answers), found, say)
  if not ok then problem = orderly end
  if problem then say("Proxx was not told what Resolve answered: " .. tostring(problem)) end
  if not (ok and orderly) then
    say("Proxx ended before it was done. What it wrote is in " .. locator.log)
  end
  proxx:close()
end

return host
