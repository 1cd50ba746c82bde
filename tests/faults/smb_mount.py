"""One SMB client as an ordinary folder: FUSE before, SMB 3 behind, and nothing kept in between.

A program: `python -m tests.faults.smb_mount PORT FOLDER` shows the share of 127.0.0.1:PORT there
until it is unmounted or ended. Each lookup, listing, read and write asks the server. Calls are
served one by one in the kernel's order: a file that was closed is closed at the server before the
next call of the same program gets there. Not passed on: owners, modes, times, links, shared mmap,
and locks (flock holds within one such folder only). fstat asks by name, and finds nothing where
another client removed the file. What is removed while it is open here has a hidden name until then.
"""

from __future__ import annotations

import errno
import os
import struct
import sys
from collections.abc import Iterator
from itertools import count
from typing import Any

os.environ["FUSE_LIBRARY_NAME"] = "fuse3"  # FUSE 2 has no rename that replaces nothing

import mfusepy
from smbprotocol.exceptions import SMBResponseException
from smbprotocol.file_info import (
    FileDispositionInformation,
    FileEndOfFileInformation,
    FileInformationClass,
    FileRenameInformation,
    FileSystemInformationClass,
    InfoType,
)
from smbprotocol.header import NtStatus
from smbprotocol.open import CreateDisposition, CreateOptions, Open
from smbprotocol.open import FilePipePrinterAccessMask as Access

from tests.faults.smb_session import (
    JUST_OPENED,
    Entry,
    Share,
    change,
    name_of,
    query,
    served,
    stat_of,
)

_NOREPLACE = 1


class ShareAsFolder(mfusepy.Operations):  # type: ignore[misc]
    """The file system's operations, each made of requests to the server."""

    use_ns = True

    def __init__(self, share: Share) -> None:
        self._share = share
        self._opened: dict[int, Open] = {}
        self._numbers = count(1)

    @served
    def getattr(self, path: str, fi: Any = None) -> dict[str, int]:
        information = FileInformationClass.FILE_ALL_INFORMATION
        look = query(JUST_OPENED, InfoType.SMB2_0_INFO_FILE, information)
        (answer,) = self._share.once(path, Access.FILE_READ_ATTRIBUTES, look)
        return stat_of(answer)

    @served
    def readdir(self, path: str, fh: int) -> Iterator[Entry]:
        folder = self._share.open(
            path,
            Access.FILE_READ_DATA,
            CreateDisposition.FILE_OPEN,
            CreateOptions.FILE_DIRECTORY_FILE,
        )
        entries: list[Entry] = []
        try:
            while True:
                entries += self._share.listed(folder)
        except SMBResponseException as error:
            if error.status != NtStatus.STATUS_NO_MORE_FILES:
                raise
        finally:
            folder.close()
        return iter(entries)

    @served
    def open(self, path: str, fi: Any) -> None:
        if fi.flags & os.O_TRUNC:
            self._open(path, fi, CreateDisposition.FILE_OVERWRITE)
        else:
            self._open(path, fi, CreateDisposition.FILE_OPEN)

    @served
    def create(self, path: str, mode: int, fi: Any) -> None:
        if fi.flags & os.O_EXCL:
            self._open(path, fi, CreateDisposition.FILE_CREATE)
        elif fi.flags & os.O_TRUNC:
            self._open(path, fi, CreateDisposition.FILE_OVERWRITE_IF)
        else:
            self._open(path, fi, CreateDisposition.FILE_OPEN_IF)

    def _open(self, path: str, fi: Any, disposition: int) -> None:
        access = {
            os.O_RDONLY: Access.GENERIC_READ,
            os.O_WRONLY: Access.GENERIC_WRITE | Access.FILE_READ_ATTRIBUTES,
            os.O_RDWR: Access.GENERIC_READ | Access.GENERIC_WRITE,
        }[fi.flags & os.O_ACCMODE]
        handle = self._share.open(path, access, disposition, CreateOptions.FILE_NON_DIRECTORY_FILE)
        fi.fh = next(self._numbers)
        self._opened[fi.fh] = handle

    @served
    def read(self, path: str, size: int, offset: int, fi: Any) -> bytes:
        try:
            return bytes(self._opened[fi.fh].read(offset, size))
        except SMBResponseException as error:
            if error.status != NtStatus.STATUS_END_OF_FILE:
                raise
            return b""

    @served
    def write(self, path: str, data: bytes, offset: int, fi: Any) -> int:
        return int(self._opened[fi.fh].write(data, offset))

    @served
    def truncate(self, path: str, length: int) -> None:
        end = change(JUST_OPENED, FileEndOfFileInformation(), end_of_file=length)
        self._share.once(path, Access.FILE_WRITE_DATA, end)

    @served
    def fsync(self, path: str, datasync: int, fi: Any) -> None:
        if fi.flags & os.O_ACCMODE != os.O_RDONLY:  # the server flushes only what may be written
            self._opened[fi.fh].flush()

    @served
    def release(self, path: str, fi: Any) -> None:
        self._opened.pop(fi.fh).close()

    @served
    def mkdir(self, path: str, mode: int) -> None:
        options = CreateOptions.FILE_DIRECTORY_FILE
        access = Access.FILE_READ_ATTRIBUTES
        self._share.open(path, access, CreateDisposition.FILE_CREATE, options).close()

    def unlink(self, path: str) -> None:
        self._remove(path, CreateOptions.FILE_NON_DIRECTORY_FILE)

    def rmdir(self, path: str) -> None:
        self._remove(path, CreateOptions.FILE_DIRECTORY_FILE)

    @served
    def _remove(self, path: str, options: int) -> None:
        gone = change(JUST_OPENED, FileDispositionInformation(), delete_pending=True)
        self._share.once(path, Access.DELETE, gone, options=options)

    @served
    def rename(self, old: str, new: str, flags: int = 0) -> None:
        if flags & ~_NOREPLACE:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        # Three messages, as Windows sends them: whatever was opened gets the new name, wherever it
        # has gone meanwhile.
        access = Access.DELETE | Access.FILE_READ_ATTRIBUTES
        handle = self._share.open(old, access, CreateDisposition.FILE_OPEN)
        try:
            renamed = change(
                handle.file_id,
                FileRenameInformation(),
                replace_if_exists=not flags & _NOREPLACE,
                file_name=name_of(new),
            )
            self._share.ask(renamed)
        finally:
            handle.close()

    @served
    def statfs(self, path: str) -> dict[str, int]:
        information = FileSystemInformationClass.FILE_FS_FULL_SIZE_INFORMATION
        look = query(JUST_OPENED, InfoType.SMB2_0_INFO_FILESYSTEM, information)
        (answer,) = self._share.once("/", Access.FILE_READ_ATTRIBUTES, look)
        total, available, free, sectors, sector = struct.unpack_from("<3q2I", answer, 8)
        unit = {"f_bsize": sectors * sector, "f_frsize": sectors * sector, "f_namemax": 255}
        return {**unit, "f_blocks": total, "f_bavail": available, "f_bfree": free}

    def chmod(self, path: str, mode: int) -> None: ...

    def chown(self, path: str, uid: int, gid: int) -> None: ...

    def utimens(self, path: str, times: tuple[int, int] | None = None) -> None: ...


class Fuse(mfusepy.FUSE):  # type: ignore[misc]
    """mfusepy drops the flags of a rename, so that it would replace what it must not."""

    def rename_fuse_3(self, old: bytes, new: bytes, flags: int) -> int:
        self.operations.rename(os.fsdecode(old), os.fsdecode(new), flags)
        return 0


if __name__ == "__main__":
    Fuse(
        ShareAsFolder(Share(int(sys.argv[1]))),
        sys.argv[2],
        raw_fi=True,
        foreground=True,
        nothreads=True,
        fsname="proxx-test-share",
        use_ino=True,
        direct_io=True,  # else the kernel would keep pages
        entry_timeout=0,
        attr_timeout=0,
        negative_timeout=0,
    )
