r"""Proxx's host: inside DaVinci Resolve it runs the calls of the scripting API that Proxx asks for.

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
"""

import contextlib
import subprocess
import sys

from .calls import Host

ENDING_SECONDS = 10
CREATE_NO_WINDOW = 0x08000000

ALLOWED = frozenset(
    """
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
    """.split()  # noqa: SIM905 - ninety lines otherwise
)


def run(action, locator, names):
    """Start Proxx for an action and answer it to its end; `names`: the menu file's globals."""
    command = [*locator["command"], action]
    try:
        with open(locator["log"], "ab") as log:
            proxx = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                creationflags=CREATE_NO_WINDOW if sys.platform == "win32" else 0,
            )
    except OSError as error:
        say(f"Proxx could not be started ({command[0]}): {error}")
        return
    orderly = False
    try:
        orderly = serve(proxx.stdout, proxx.stdin, find_resolve(names))
    finally:
        for pipe in (proxx.stdin, proxx.stdout):
            with contextlib.suppress(OSError):  # what was not yet written is for nobody
                pipe.close()
        if not orderly:
            say(f"Proxx ended before it was done. What it wrote is in {locator['log']}")
    try:
        proxx.wait(ENDING_SECONDS)
    except subprocess.TimeoutExpired:
        say("Proxx is still at work, but does not talk to Resolve any more.")


def find_resolve(names):
    """Return Resolve as this build gives it to a script, or None."""
    ways = (
        lambda: names["resolve"],
        lambda: names["bmd"].scriptapp("Resolve"),
        lambda: names["app"].GetResolve(),
        lambda: names["fu"].GetResolve(),
    )
    for way in ways:
        try:
            found = way()
        except Exception:  # not in this build; what that throws is nowhere said
            continue
        if found is not None:
            return found
    return None


def say(text):
    """Print in the Console; the stream behind it may be able to do little, or be none."""
    try:
        print(text)
    except UnicodeError:
        print(text.encode("ascii", "backslashreplace").decode("ascii"))
    except Exception:
        return  # there is nobody left to tell


def serve(requests, answers, resolve):
    """Answer each line of a stream; return whether Proxx said bye."""
    host = Host(resolve, ALLOWED, say)
    for line in iter(requests.readline, b""):
        answer = host.answer(line)
        if host.ended:
            return True
        if answer is not None:
            try:
                answers.write(answer)
                answers.flush()
            except OSError:
                return False
    return False
