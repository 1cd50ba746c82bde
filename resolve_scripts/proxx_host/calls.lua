-- What a request comes to: the handles, the calls and the walks of the protocol in host.lua.

local json, values, allowed, host_version = ...

local PROTOCOL = 1
local unpack = unpack or table.unpack

local function method_of(request, key)
  local method = values.text_of(request, key)
  if not allowed[method] then
    values.refuse("not_allowed", method .. " is not among the methods that may be called")
  end
  return method
end

-- Whether a step has arguments by key; refuses what is none.
local function is_keyed(step)
  local by = step.args_by
  if by == nil then return false end
  local is_object = type(by) == "table" and not json.is_list(by)
  if not is_object or type(by.args) ~= "table" or json.is_list(by.args) or by.args == json.null then
    values.refuse("bad_request", "args_by has a method, and args by key")
  end
  method_of(values.given(by), "method")
  return true
end

-- What a method answers, or the refusal that tells why it did not.
local function attempt(thing, method, args)
  local ok, member = pcall(function() return thing[method] end)
  if ok and member == nil then return values.refusal("no_method", method .. " is not there") end
  if ok and (type(member) == "number" or type(member) == "string" or type(member) == "boolean") then
    return values.refusal("no_method", method .. " is a value")
  end
  if not ok then return values.refusal("raised", method .. ": " .. values.words_of(member)) end
  local answer
  ok, answer = pcall(member, thing, unpack(args, 1, args.n))
  if not ok then return values.refusal("raised", method .. ": " .. values.words_of(answer)) end
  return answer
end

local function distinct(value, method)
  local known, kept, n = {}, {}, 0
  local list, length = values.entries(value)
  for index = 1, length do
    local thing = list[index]
    if values.is_object(thing) then
      local answer = attempt(thing, method, { n = 0 })
      local told = type(answer) == "string" and answer ~= ""
      if not (told and known[answer]) then
        if told then known[answer] = true end
        n = n + 1
        kept[n] = thing
      end
    end
  end
  return json.list(kept, n)
end

-- A host's `answer(line)`: the id and the text of the answer, or nothing where none is due.
return function(resolve, say)
  local objects, made = { [0] = resolve }, 0
  local scopes, opened = {}, 0
  local host = { ended = false }

  local function object_of(number)
    local object = values.is_number(number) and objects[number]
    if not object then values.refuse("no_handle", "no object has that handle") end
    return object
  end

  -- An argument as the API takes it: objects in place of handles, plain tables, nil for null.
  local function taken(value)
    if value == json.null then return nil end
    if type(value) ~= "table" then return value end
    if json.is_list(value) then
      local list = {}
      for index = 1, value.n do list[index] = taken(value[index]) end
      return list
    end
    local name, number = next(value)
    if name == "$h" and next(value, name) == nil then return object_of(number) end
    local object = {}
    for key, member in pairs(value) do object[key] = taken(member) end
    return object
  end

  local function arguments(list)
    local args = taken(list)
    args.n = list.n
    return args
  end

  local function replaced(value)
    if values.is_refusal(value) then
      return { ["$e"] = { kind = value.kind, text = value.text } }
    end
    if type(value) == "cdata" and not values.is_object(value) then return tonumber(value) end
    if not values.is_object(value) then return nil end
    made = made + 1
    objects[made] = value
    return { ["$h"] = made }
  end

  local function hold_to(project)
    if project == nil then return end
    local thing = resolve
    for _, method in ipairs({ "GetProjectManager", "GetCurrentProject", "GetUniqueId" }) do
      thing = values.is_object(thing) and attempt(thing, method, { n = 0 }) or nil
    end
    if type(thing) ~= "string" or thing ~= project then
      values.refuse("wrong_project", "the project that was meant is not the open one")
    end
  end

  local function check_args(args)
    if not json.is_list(args) then
      values.refuse("bad_request", "args_each and args_by have lists of arguments")
    end
    taken(args)
  end

  local function check_step(step, names)
    local is_step = type(step) == "table" and not json.is_list(step) and step ~= json.null
    if not is_step or (values.given(step).on == nil) == (step.each == nil) then
      values.refuse("bad_request", "a step has either on or each")
    end
    local name = values.text_of(step, "as")
    local source = step.each or step.on
    if step.each ~= nil or type(source) == "string" then
      if type(source) ~= "string" or not names[source] then
        values.refuse("bad_request", "no earlier step has the name that on or each has")
      end
    else
      object_of(source)
    end
    if names[name] then values.refuse("bad_request", "two steps have one name") end
    if step.method ~= nil then method_of(step, "method") end
    if step.distinct ~= nil then method_of(step, "distinct") end
    local ways = (step.args and 1 or 0) + (step.args_each and 1 or 0) + (step.args_by and 1 or 0)
    if ways > 1 then
      values.refuse("bad_request", "a step has one of args, args_each and args_by")
    end
    taken(values.listed(step, "args"))
    local each = values.listed(step, "args_each")
    for index = 1, each.n do check_args(each[index]) end
    if is_keyed(step) then
      taken(values.listed(step.args_by, "with"))
      for _, args in pairs(step.args_by.args) do check_args(args) end
    end
    names[name] = true
  end

  local function value_by_key(thing, step)
    local by = step.args_by
    if not values.is_object(thing) then return nil end
    local key = attempt(thing, by.method, arguments(values.listed(by, "with")))
    if values.is_refusal(key) then return key end
    local args = type(key) == "string" and by.args[key]
    if not args then return nil end
    if not step.method then return thing end
    return attempt(thing, step.method, arguments(args))
  end

  local function step_value(step, found)
    local calls = step.args_each or json.list({ values.listed(step, "args") }, 1)

    local function value_of(thing)
      if step.args_by then return value_by_key(thing, step) end
      if not step.method then return thing end
      if not values.is_object(thing) then return nil end
      if not step.args_each then return attempt(thing, step.method, arguments(calls[1])) end
      local answers = {}
      for index = 1, calls.n do
        answers[index] = attempt(thing, step.method, arguments(calls[index]))
      end
      return json.list(answers, calls.n)
    end

    local value
    if step.each then
      local list, length = values.entries(found[step.each])
      value = {}
      for index = 1, length do value[index] = value_of(list[index]) end
      value = json.list(value, length)
    elseif type(step.on) == "string" then
      value = value_of(found[step.on])
    else
      value = value_of(object_of(step.on))
    end
    if step.flatten == true then value = values.flat(value) end
    if step.distinct then value = distinct(value, step.distinct) end
    return value
  end

  local operations = {}

  function operations.hello()
    local told = { language = "lua", runtime = jit and jit.version or _VERSION }
    told.host_version, told.resolve = host_version, json.null
    told.product, told.version = json.null, json.null
    if resolve == nil then return told end
    told.resolve = { ["$h"] = 0 }
    for name, method in pairs({ product = "GetProductName", version = "GetVersion" }) do
      local answer = attempt(resolve, method, { n = 0 })
      if answer ~= nil and not values.is_refusal(answer) then told[name] = answer end
    end
    return told
  end

  function operations.call(request)
    local method = method_of(request, "method")
    local args = arguments(values.listed(request, "args"))
    local thing = object_of(request.on)
    hold_to(request.project)
    local answer = attempt(thing, method, args)
    if values.is_refusal(answer) then error(answer, 0) end
    return answer
  end

  function operations.walk(request)
    local steps, names, found, order = values.listed(request, "steps"), {}, {}, {}
    for index = 1, steps.n do check_step(steps[index], names) end
    for index = 1, steps.n do
      hold_to(request.project)
      local name = steps[index].as
      order[index] = name
      found[name] = step_value(steps[index], found)
    end
    hold_to(request.project)
    return json.ordered(order, found)
  end

  function operations.open_scope()
    opened = opened + 1
    scopes[#scopes + 1] = { number = opened, made_before = made }
    return opened
  end

  function operations.close_scope(request)
    for place, scope in ipairs(scopes) do
      if scope.number == request.scope then
        for handle = scope.made_before + 1, made do objects[handle] = nil end
        for index = #scopes, place, -1 do scopes[index] = nil end
        return nil
      end
    end
    return values.refuse("bad_request", "scope is none that is open")
  end

  function operations.free(request)
    local handles = values.listed(request, "handles")
    for index = 1, handles.n do
      local number = handles[index]
      if values.is_number(number) and number ~= 0 then objects[number] = nil end
    end
  end

  function operations.say(request)
    say(values.text_of(request, "text"))
  end

  function operations.bye()
    host.ended = true
  end

  local function value_of(request)
    if request.v ~= PROTOCOL then
      values.refuse("version", "this host speaks version " .. PROTOCOL)
    end
    local operation = type(request.op) == "string" and operations[request.op]
    if not operation then values.refuse("bad_request", "op is none that this host knows") end
    return operation(request)
  end

  function host.answer(line)
    local id, told, beat = 0, nil, false
    local ok, problem = pcall(function()
      local request = values.read(line)
      if values.is_number(request.id) and request.id >= 1 then id = request.id end
      beat = request.op == "beat"
      if not beat then
        told = json.encode(value_of(request), replaced)
      end
    end)
    if beat or host.ended then return nil end
    local head = ('{"v":1,"id":%.0f,'):format(id)
    if ok then return id, head .. '"value":' .. told .. "}" end
    if not values.is_refusal(problem) then
      problem = values.refusal("raised", values.words_of(problem))
    end
    local error_told = { kind = problem.kind, text = problem.text }
    return id, head .. '"error":' .. json.encode(error_told) .. "}"
  end

  return host
end
