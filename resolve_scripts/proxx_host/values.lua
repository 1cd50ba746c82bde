-- Values as the API and JSON have them, and requests as they must be.

local json = ...

local values = {}
local REFUSAL = {}

function values.refusal(kind, text)
  return setmetatable({ kind = kind, text = text }, REFUSAL)
end

function values.is_refusal(value)
  return type(value) == "table" and getmetatable(value) == REFUSAL
end

function values.refuse(kind, text)
  error(values.refusal(kind, text), 0)
end

function values.words_of(problem)
  local ok, text = pcall(tostring, problem)
  return ok and text or "something without words"
end

function values.is_object(value)
  local kind = type(value)
  if kind == "cdata" then return tonumber(value) == nil end
  if kind ~= "table" then return kind == "userdata" or kind == "function" or kind == "thread" end
  if json.is_list(value) or values.is_refusal(value) then return false end
  if getmetatable(value) ~= nil then return value ~= json.null end
  for _, member in pairs(value) do
    if type(member) == "function" then return true end
  end
  return false
end

function values.is_number(value)
  return type(value) == "number" and value % 1 == 0
end

-- A list as the API or a step has it, and its length.
function values.entries(value)
  if type(value) ~= "table" or values.is_object(value) or values.is_refusal(value) then
    return {}, 0
  end
  if json.is_list(value) then return value, value.n end
  return value, json.length(value) or 0
end

function values.listed(request, key)
  local value = request[key]
  if value == nil then return json.list({}, 0) end
  if not json.is_list(value) then values.refuse("bad_request", key .. " is a list") end
  return value
end

function values.text_of(request, key)
  local value = request[key]
  if type(value) ~= "string" then values.refuse("bad_request", key .. " is text") end
  return value
end

-- An object without the fields that are null.
function values.given(fields)
  for key, value in pairs(fields) do
    if value == json.null then fields[key] = nil end
  end
  return fields
end

function values.read(line)
  local ok, request = pcall(json.decode, line)
  if not ok then
    values.refuse("bad_request", "the line is no JSON: " .. values.words_of(request))
  end
  if type(request) ~= "table" or json.is_list(request) or request == json.null then
    values.refuse("bad_request", "the line is no JSON object")
  end
  return values.given(request)
end

function values.flat(value)
  local joined, n = {}, 0
  local list, length = values.entries(value)
  for index = 1, length do
    local one = list[index]
    local inner, inner_length = values.entries(one)
    if json.is_list(one) or inner_length > 0 then
      for place = 1, inner_length do joined[n + place] = inner[place] end
      n = n + inner_length
    elseif one ~= nil and (type(one) ~= "table" or values.is_object(one) or next(one) ~= nil) then
      n = n + 1
      joined[n] = one
    end
  end
  return json.list(joined, n)
end

return values
