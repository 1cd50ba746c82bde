-- 4 Review Results: shows what came of the jobs.

local ACTION = "review"
local LOCATOR = "proxx_locator.lua"
local SCRIPTS = {
  { "HOME", "/Library/Application Support/Blackmagic Design/DaVinci Resolve/Fusion/Scripts" },
  { "", "/Library/Application Support/Blackmagic Design/DaVinci Resolve/Fusion/Scripts" },
  { "APPDATA", "/Blackmagic Design/DaVinci Resolve/Support/Fusion/Scripts" },
  { "PROGRAMDATA", "/Blackmagic Design/DaVinci Resolve/Fusion/Scripts" },
  { "HOME", "/.local/share/DaVinciResolve/Fusion/Scripts" },
  { "", "/opt/resolve/Fusion/Scripts" },
  { "", "/home/resolve/Fusion/Scripts" },
}

-- Some builds tell a script nowhere where it lies; then the folders that Resolve reads are tried.
local places = { debug.getinfo(1, "S").source:match("^@(.*)[/\\]") }
for _, place in ipairs(SCRIPTS) do
  local home = place[1] == "" and "" or os.getenv(place[1])
  if home then places[#places + 1] = home .. place[2] .. "/Utility/Proxx" end
end
local find, wrong
for _, place in ipairs(places) do
  if not find and (not wrong or wrong:find("^cannot open")) then
    find, wrong = loadfile(place .. "/" .. LOCATOR)
  end
end
local ok, problem = pcall(function()
  local locator = assert(find, wrong)()
  return { assert(loadfile(locator.host .. "/host.lua"))(locator.host), locator }
end)
if ok then
  local host, locator = problem[1], problem[2]
  host.run(ACTION, locator, { resolve = resolve, bmd = bmd, app = app, fu = fu, print = print })
else
  print("Proxx does not find itself (" .. tostring(problem) .. "). Run `python3 install plugin` once more.")
end
