"""Link Finished Proxies: each clip of the open project gets the newest proxy that is proven for it.

What Resolve answers to a link counts for nothing: only what the clip says of its proxy afterwards.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from proxx_engine import PathMap, inspect_proxy, now_utc
from sidecar.config import read_config
from sidecar.resolve.clip_properties import clean
from sidecar.resolve.linking.candidates import (
    Candidate,
    Candidates,
    find_candidates,
    is_source_changed,
    of_clips,
)
from sidecar.resolve.linking.checks import Fit, compare, facts_of, shows_another
from sidecar.resolve.linking.endings import Ending, other_proxy, told_before
from sidecar.resolve.linking.ledger import LinkLedger
from sidecar.resolve.linking.project_clips import (
    ProjectClip,
    ProjectClips,
    is_online,
    look_at_proxy,
    read_project_clips,
)
from sidecar.resolve.linking.records import LinkOutcome, LinkRecord
from sidecar.resolve.linking.summary import Summary, exit_code_of, told_of
from sidecar.resolve.media_paths import path_key
from sidecar.resolve.session import Project, Session
from sidecar.resolve.talk.values import NOT_ASKED, HostRefused, TalkError

_REQUEST_WRONG = 2


@dataclass(frozen=True, slots=True)
class _Proxy:
    """A proxy that stands on the disk as it was proven."""

    candidate: Candidate
    path: Path
    size_bytes: int
    modified_at: str

    def is_of(self, record: LinkRecord) -> bool:
        """Whether a record is about this file as it is now."""
        return (
            path_key(record.proxy) == path_key(str(self.path))
            and record.size_bytes == self.size_bytes
            and record.modified_at == self.modified_at
            and record.sha256 == self.candidate.entry.clip.output_sha256
        )


def link_proxies(session: Session) -> int:
    """Link the finished proxies to the clips of the open project; nothing else of it is changed.

    Raises: TalkError when Resolve does not answer any more; what was linked is recorded by then.
    """
    project = session.project
    if project is None:
        session.say("Link Finished Proxies: no project is open in Resolve.")
        return _REQUEST_WRONG
    config = session.settings.config
    act = _Act(session, project, read_config(config).path_maps if config else ())
    try:
        with session.talk.scope(), session.talk.in_project(project.id):
            act.run()
    except TalkError as error:
        if not isinstance(error, HostRefused) or error.kind != "wrong_project":
            act.summary.stopped = str(error)
            for line in told_of(act.summary, project.name):
                session.log(line)
            raise
        act.summary.stopped = "another project was opened in Resolve"
    session.say(*told_of(act.summary, project.name))
    return exit_code_of(act.summary)


@dataclass
class _Act:
    """One run over the project, and what came of it so far."""

    session: Session
    project: Project
    maps: tuple[PathMap, ...]
    summary: Summary = field(default_factory=Summary)
    _ledger: LinkLedger = field(init=False)
    _looked: dict[int, _Proxy | str] = field(default_factory=dict)

    def run(self) -> None:
        """Link what can be linked. Raises: TalkError."""
        pool = read_project_clips(self.session.talk)
        made = find_candidates(self.session.settings, pool.clips, self.maps)
        matched = of_clips(made, pool.clips, clean(self.project.id))
        self._tell(pool, made, matched)
        self._ledger = LinkLedger(
            clean(self.project.id), made.made_at, self.summary.unread, self.summary.unkept
        )
        try:
            for clip in pool.clips:
                self.summary.endings += self._end(clip, matched.get(clip.item_id, ()))
        finally:
            self._ledger.end()

    def _tell(
        self,
        pool: ProjectClips,
        made: Candidates,
        matched: Mapping[str, tuple[Candidate, ...]],
    ) -> None:
        summary, taken = self.summary, {id(one) for own in matched.values() for one in own}
        summary.proxy_mode, summary.unlisted = pool.proxy_mode, pool.unlisted
        summary.places, summary.missing = made.places, made.missing
        summary.unread += made.unread
        summary.elsewhere = sum(id(one) not in taken for one in made.newest_first)
        summary.lacking = sum(
            clip.told.is_movie and clip.item_id not in matched for clip in pool.clips
        )

    def _end(self, clip: ProjectClip, candidates: Iterable[Candidate]) -> Iterable[Ending]:
        """Return what came of a clip: of each proxy that is passed by, and of the one that counts.

        What is not proven, or does not fit, is passed by in favour of an older one.
        """
        tried: list[tuple[Ending, str]] = []
        for candidate in candidates:
            path = candidate.entry.clip.output.path
            proxy = candidate.unproven or self._look(clip, candidate)
            if isinstance(proxy, str):
                tried.append((Ending("unproven", clip.name, f"{path}: {proxy}"), path))
                continue
            ending = self._settle(clip, proxy)
            if ending.kind != "unlinkable":
                return (*told_before(tried, ending), ending)
            tried.append((ending, str(proxy.path)))
        return told_before(tried, None)

    def _settle(self, clip: ProjectClip, proxy: _Proxy) -> Ending:
        facts = facts_of(proxy.candidate.entry.clip)
        fit = compare(facts, clip.told)
        if fit.problems:
            return self._note(clip, proxy, "unlinkable", fit, fit.words, codes=tuple(fit.problems))
        told, path = clip.told, str(proxy.path)
        here = path_key(told.proxy_path) == path_key(path)
        if (told.proxy_path or told.has_proxy) and not here and not self._is_ours(clip, proxy):
            return other_proxy(clip.name, told.proxy, told.proxy_path)
        known = self._ledger.known(clip.item_id, path, proxy.candidate.stored)
        links = [record for record in known if record.is_link]
        seen = any(link.outcome == "linked" and proxy.is_of(link) for link in links)
        another = bool(links) and not proxy.is_of(links[-1])
        replaced = here and (another or (not seen and shows_another(facts, told.proxy)))
        if here and told.has_proxy and not replaced:
            ending = self._note(clip, proxy, "already", fit)
            content = proxy.candidate.entry.clip.output_sha256
            unsure = not seen and self._ledger.held_another(path, content)
            return replace(ending, kind="unsure", reason=path) if unsure else ending
        last = known[-1] if known else None
        if last and last.outcome == "refused" and last.certain and proxy.is_of(last):
            return Ending("remembered", clip.name, last.reason or "", codes=last.codes)
        asked = proxy.candidate.asked
        if asked is not None and is_source_changed(asked, self.maps):
            reason = f"{path}: the clip's own file has changed since; make its proxy anew"
            return Ending("unproven", clip.name, reason)
        # Reading proxies whole takes its time, in which somebody may have changed it by hand.
        shown, now = look_at_proxy(self.session.talk, clip.item)
        if (path_key(now), is_online(shown)) != (path_key(told.proxy_path), told.has_proxy):
            if path_key(now) != path_key(path) and (now or is_online(shown)):
                return other_proxy(clip.name, shown, now)
            reason = f"its proxy is {now} now" if now else "it has no proxy now"
            return Ending("meanwhile", clip.name, reason)
        return self._link(clip, proxy, fit, unlink=replaced)

    def _link(self, clip: ProjectClip, proxy: _Proxy, fit: Fit, *, unlink: bool) -> Ending:
        """Link a proxy; with `unlink`, let Resolve forget the file that stood there before."""
        said, held = "Resolve refuses it and gives no reason", unlink
        try:
            if unlink:
                clip.item.UnlinkProxyMedia()
                held = bool(look_at_proxy(self.session.talk, clip.item)[1])
            if not held:
                clip.item.LinkProxyMedia(str(proxy.path))
        except HostRefused as refused:
            if refused.kind == NOT_ASKED:
                return Ending("planned", clip.name)
            said = str(refused)  # and in another project the next question is refused as well
        shown, path = read_back = look_at_proxy(self.session.talk, clip.item)
        linked = is_online(shown) and path_key(path) == path_key(str(proxy.path))
        if linked and not held:
            return self._note(clip, proxy, "linked", fit, read_back=read_back)
        if held:
            said += "; it still holds the file that stood there before"
        elif path:
            said += f"; the clip's proxy is {path} ({shown or 'nothing is told of it'})"
        elif unlink:
            said += "; the link that the clip had was taken away first, so it has no proxy now"
        codes = ("LINK_REFUSED",)
        return self._note(clip, proxy, "refused", fit, said, codes=codes, read_back=read_back)

    def _look(self, clip: ProjectClip, candidate: Candidate) -> _Proxy | str:
        """Return the proxy if it is still what was proven, else what is wrong with it.

        It is read whole, unless it was linked before and its size and time are as they were then.
        """
        known = self._looked.get(id(candidate))
        if known is None:
            known = self._looked[id(candidate)] = self._inspect(clip, candidate)
        return known

    def _inspect(self, clip: ProjectClip, candidate: Candidate) -> _Proxy | str:
        stored, made = candidate.stored, candidate.entry.clip
        seen = inspect_proxy(stored, made)
        try:
            status = os.stat(seen.path)
        except OSError:
            return seen.state if seen.state != "there" else "gone"
        changed = datetime.fromtimestamp(status.st_mtime, UTC).isoformat()
        proxy = _Proxy(candidate, seen.path, status.st_size, changed)
        known = self._ledger.known(clip.item_id, str(seen.path), stored)
        linked = any(record.is_link and proxy.is_of(record) for record in known)
        if seen.state == "there" and not linked:
            seen = inspect_proxy(stored, made, rehash=True)
        return proxy if seen.state == "there" else seen.state

    def _is_ours(self, clip: ProjectClip, proxy: _Proxy) -> bool:
        """Whether it was recorded that a clip got the proxy here that it has."""
        known = self._ledger.known(clip.item_id, clip.told.proxy_path, proxy.candidate.stored)
        return any(record.is_link for record in known)

    def _note(
        self,
        clip: ProjectClip,
        proxy: _Proxy,
        outcome: LinkOutcome,
        fit: Fit,
        reason: str | None = None,
        *,
        codes: tuple[str, ...] = (),
        read_back: tuple[str, str] | None = None,
    ) -> Ending:
        made = proxy.candidate.entry.clip
        record = LinkRecord(
            at=now_utc(),
            project_id=clean(self.project.id),
            project_name=clean(self.project.name),
            item_id=clip.item_id,
            media_id=clip.media_id,
            clip_name=clip.name,
            clip_index=made.index,
            proxy=str(proxy.path),
            size_bytes=proxy.size_bytes,
            modified_at=proxy.modified_at,
            sha256=made.output_sha256,
            outcome=outcome,
            codes=codes,
            reason=reason and clean(reason),
            read_back=read_back and (clean(read_back[0]), clean(read_back[1])),
        )
        self._ledger.keep(proxy.candidate.stored, record)
        return Ending(outcome, clip.name, reason or "", codes=codes, unknown=fit.unknown)
