-- JSON for the host: requests as tables, and answers as text.
--
-- A list is a table with `n`, marked by a metatable, so that it is told from an object and may have
-- gaps; null is json.null. Bytes that are not UTF-8 are written as \udc80 to \udcff, and read back.

local json = { deepest = 60, null = setmetatable({}, { __tostring = function() return "null" end }) }

local LIST = {}

function json.list(values, n)
  values.n = n
  return setmetatable(values, LIST)
end

function json.is_list(value)
  return type(value) == "table" and getmetatable(value) == LIST
end

local ORDERED = {}

-- An object that is written in the order of these names.
function json.ordered(names, values)
  return setmetatable({ names = names, values = values }, ORDERED)
end

-- The length of the UTF-8 character that begins at a byte, or nil where none does.
local function character_length(text, at)
  local a, b, c, d = text:byte(at, at + 3)
  local function follows(byte) return byte ~= nil and byte >= 0x80 and byte <= 0xBF end
  if a >= 0xC2 and a <= 0xDF and follows(b) then return 2 end
  if a >= 0xE0 and a <= 0xEF and follows(b) and follows(c)
    and not (a == 0xE0 and b < 0xA0) and not (a == 0xED and b > 0x9F) then return 3 end
  if a >= 0xF0 and a <= 0xF4 and follows(b) and follows(c) and follows(d)
    and not (a == 0xF0 and b < 0x90) and not (a == 0xF4 and b > 0x8F) then return 4 end
  return nil
end

local function escaped(character)
  return ("\\u%04x"):format(character:byte())
end

local function encode_text(text)
  if not text:find('[%c"\\\128-\255]') then return '"' .. text .. '"' end
  local parts, at = { '"' }, 1
  while at <= #text do
    local high = text:find("[\128-\255]", at) or #text + 1
    if high > at then
      parts[#parts + 1] = text:sub(at, high - 1):gsub('["\\]', "\\%0"):gsub("%c", escaped)
    end
    at = high
    if at <= #text then
      local length = character_length(text, at)
      parts[#parts + 1] = length and text:sub(at, at + length - 1)
        or ("\\udc%02x"):format(text:byte(at))
      at = at + (length or 1)
    end
  end
  parts[#parts + 1] = '"'
  return table.concat(parts)
end

local function encode_number(number)
  if number ~= number or number == math.huge or number == -math.huge then return "null" end
  if number % 1 == 0 and math.abs(number) < 2 ^ 53 then return ("%.0f"):format(number) end
  -- A program with windows may have set a language in which numbers have a comma.
  return (("%.17g"):format(number):gsub(",", "."))
end

-- How long a table is as a list, or nil where it is none; the gaps may not be most of it.
function json.length(value)
  local count, last = 0, 0
  for key in pairs(value) do
    if type(key) ~= "number" or key < 1 or key % 1 ~= 0 then return nil end
    count = count + 1
    if key > last then last = key end
  end
  if count == 0 or last > 2 * count + 8 then return nil end
  return last
end

-- Write a value; `replaced(value)` gives what stands for a value that is not plain, else nil.
function json.encode(value, replaced)
  local parts = {}

  local function write(text)
    parts[#parts + 1] = text
  end

  local function encode(one, depth)
    if depth > json.deepest then error("the answer is nested too deep", 0) end
    local kind = type(one)
    if one == nil or one == json.null then
      write("null")
    elseif kind == "boolean" then
      write(tostring(one))
    elseif kind == "number" then
      write(encode_number(one))
    elseif kind == "string" then
      write(encode_text(one))
    elseif getmetatable(one) == ORDERED then
      for index, name in ipairs(one.names) do
        write((index == 1 and "{" or ",") .. encode_text(name) .. ":")
        encode(one.values[name], depth + 1)
      end
      write(#one.names == 0 and "{}" or "}")
    else
      local instead = replaced and replaced(one)
      if instead ~= nil then return encode(instead, depth) end
      local length = json.is_list(one) and one.n or json.length(one)
      if length then
        write("[")
        for index = 1, length do
          if index > 1 then write(",") end
          encode(one[index], depth + 1)
        end
        write("]")
      else
        local first = true
        write("{")
        for key, member in pairs(one) do
          if not first then write(",") end
          first = false
          write(encode_text(type(key) == "number" and encode_number(key) or tostring(key)))
          write(":")
          encode(member, depth + 1)
        end
        write("}")
      end
    end
  end

  encode(value, 0)
  return table.concat(parts)
end

local ESCAPES = {
  ['"'] = '"', ["\\"] = "\\", ["/"] = "/", b = "\b", f = "\f", n = "\n", r = "\r", t = "\t",
}

-- The bytes of a code point; half a surrogate pair is a byte that is not UTF-8, or written as it is.
local function bytes_of(code)
  if code >= 0xDC80 and code <= 0xDCFF then return string.char(code - 0xDC00) end
  if code < 0x80 then return string.char(code) end
  if code < 0x800 then
    return string.char(0xC0 + math.floor(code / 64), 0x80 + code % 64)
  end
  if code < 0x10000 then
    return string.char(
      0xE0 + math.floor(code / 4096), 0x80 + math.floor(code / 64) % 64, 0x80 + code % 64
    )
  end
  return string.char(
    0xF0 + math.floor(code / 262144), 0x80 + math.floor(code / 4096) % 64,
    0x80 + math.floor(code / 64) % 64, 0x80 + code % 64
  )
end

-- Read a text, whole. Raises a text that says what is wrong with it.
function json.decode(text)
  local at = 1
  local decode

  local function wrong(what)
    error(("%s at byte %d"):format(what, at), 0)
  end

  local function skip()
    at = text:find("[^ \t\r\n]", at) or #text + 1
  end

  local function code_unit()
    local digits = text:match("^\\u(%x%x%x%x)", at)
    if digits then at = at + 6 end
    return digits and tonumber(digits, 16)
  end

  local function decode_escape()
    local plain = ESCAPES[text:sub(at + 1, at + 1)]
    if plain then
      at = at + 2
      return plain
    end
    local code = code_unit() or wrong("no such escape")
    if code >= 0xD800 and code <= 0xDBFF then
      local before = at
      local low = code_unit()
      if low and low >= 0xDC00 and low <= 0xDFFF then
        code = 0x10000 + (code - 0xD800) * 0x400 + (low - 0xDC00)
      else
        at = before
      end
    end
    return bytes_of(code)
  end

  local function decode_text()
    local parts = {}
    at = at + 1
    while true do
      local stop = text:find('["\\%c]', at) or wrong("a text without an end")
      parts[#parts + 1] = text:sub(at, stop - 1)
      at = stop
      local found = text:sub(at, at)
      if found == '"' then
        at = at + 1
        return table.concat(parts)
      elseif found == "\\" then
        parts[#parts + 1] = decode_escape()
      elseif found == "\127" then
        parts[#parts + 1] = found
        at = at + 1
      else
        wrong("a control character in a text")
      end
    end
  end

  local function decode_number()
    local digits = text:match("^-?%d+", at)
    if not digits or digits:find("^-?0%d") then wrong("no value") end
    local stop = at + #digits
    local fraction = text:match("^%.%d+", stop) or ""
    local power = text:match("^[eE][+-]?%d+", stop + #fraction) or ""
    at = stop + #fraction + #power
    return tonumber(digits .. fraction .. power)
  end

  -- What lies between two brackets: `member` reads one, up to the comma or the end.
  local function decode_members(ending, member)
    at = at + 1
    skip()
    if text:sub(at, at) == ending then
      at = at + 1
      return
    end
    while true do
      member()
      skip()
      local found = text:sub(at, at)
      if found ~= "," and found ~= ending then wrong("neither a comma nor an end") end
      at = at + 1
      if found == ending then return end
      skip()
    end
  end

  local function decode_list(depth)
    local list, n = {}, 0
    decode_members("]", function()
      n = n + 1
      list[n] = decode(depth + 1)
    end)
    return json.list(list, n)
  end

  local function decode_object(depth)
    local object = {}
    decode_members("}", function()
      if text:sub(at, at) ~= '"' then wrong("a name that is no text") end
      local name = decode_text()
      skip()
      if text:sub(at, at) ~= ":" then wrong("no colon") end
      at = at + 1
      object[name] = decode(depth + 1)
    end)
    return object
  end

  function decode(depth)
    if depth > json.deepest then wrong("nested too deep") end
    skip()
    local first = text:sub(at, at)
    if first == "{" then return decode_object(depth) end
    if first == "[" then return decode_list(depth) end
    if first == '"' then return decode_text() end
    for word, value in pairs({ ["true"] = true, ["false"] = false, null = json.null }) do
      if text:sub(at, at + #word - 1) == word then
        at = at + #word
        return value
      end
    end
    return decode_number()
  end

  local value = decode(0)
  skip()
  if at <= #text then wrong("something after the value") end
  return value
end

return json
