-- 6 About Proxx: says what is installed, and why other entries may not be listed.

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
  local found = host.find_resolve({ resolve = resolve, bmd = bmd, app = app, fu = fu })
  local told, words = pcall(function() return found:GetProductName() .. " " .. found:GetVersionString() end)
  print("Proxx " .. locator.version .. " in " .. (told and words or "a Resolve that does not say which"))
  if host.canary(io.popen) then
    print("Scripts in Lua may start programs here: every entry works.")
  else
    print("Scripts in Lua may start no program here: 1 and 3 work by files, with `proxx plugin exchange`.")
  end
  print("What is installed, and what is missing, says `proxx doctor`. The log: " .. locator.log)
  print("Where the entries 1 to 5 are not listed, this Resolve finds no Python for them:")
  print("  python3 install plugin --menu lua")
else
  print("Proxx does not find itself (" .. tostring(problem) .. "). Run `python3 install plugin` once more.")
end
