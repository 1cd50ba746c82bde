"""The few requests to an SMB 3 server that a file system is made of; nothing is remembered here.

No oplock and no lease is ever asked for, so the server is asked each time.
"""

from __future__ import annotations

import errno
import functools
import stat
import struct
import sys
import uuid
from collections.abc import Callable
from typing import Any

from smbprotocol.connection import Connection
from smbprotocol.exceptions import SMBException, SMBResponseException
from smbprotocol.file_info import FileInformationClass
from smbprotocol.header import NtStatus
from smbprotocol.open import CreateDisposition, ImpersonationLevel, Open
from smbprotocol.open import SMB2QueryDirectoryRequest as QueryDirectory
from smbprotocol.open import SMB2QueryInfoRequest as QueryInfo
from smbprotocol.open import SMB2SetInfoRequest as SetInfo
from smbprotocol.session import Session
from smbprotocol.tree import TreeConnect

JUST_OPENED = b"\xff" * 16
"""In messages that are sent as one: the file that the first of them opened."""
Entry = tuple[str, dict[str, int], int]

_NUMBERS = {
    NtStatus.STATUS_OBJECT_NAME_NOT_FOUND: errno.ENOENT,
    NtStatus.STATUS_OBJECT_PATH_NOT_FOUND: errno.ENOENT,
    NtStatus.STATUS_DELETE_PENDING: errno.ENOENT,
    NtStatus.STATUS_OBJECT_NAME_COLLISION: errno.EEXIST,
    NtStatus.STATUS_OBJECT_NAME_INVALID: errno.EINVAL,
    NtStatus.STATUS_ACCESS_DENIED: errno.EACCES,
    NtStatus.STATUS_SHARING_VIOLATION: errno.EBUSY,
    NtStatus.STATUS_FILE_IS_A_DIRECTORY: errno.EISDIR,
    NtStatus.STATUS_NOT_A_DIRECTORY: errno.ENOTDIR,
    NtStatus.STATUS_DIRECTORY_NOT_EMPTY: errno.ENOTEMPTY,
    NtStatus.STATUS_DISK_FULL: errno.ENOSPC,
}
_SHARED_WITH_ALL = 7  # read, write, and delete, which is also rename: what POSIX clients ask for
_IS_FOLDER = 0x10
_LISTED_AT_ONCE = 256 * 1024
_YEAR_1970 = 116_444_736_000_000_000  # in units of 100 ns since 1601
_ALL = struct.Struct("<4q2I2qI4xQ")  # FileAllInformation up to the index number
_LISTED = struct.Struct("<2I6q3I4xQ")  # FileIdFullDirectoryInformation up to the name


class Share:
    """A session of its own with the server. Raises: SMBException."""

    def __init__(self, port: int) -> None:
        self._connection = Connection(uuid.uuid4(), "127.0.0.1", port, require_signing=False)
        self._connection.connect()
        session = Session(self._connection, "guest", "guest", require_encryption=False)
        session.connect()
        self._tree = TreeConnect(session, r"\\127.0.0.1\share")
        self._tree.connect(require_secure_negotiate=False)  # a guest has no key to verify with

    def open(self, path: str, access: int, disposition: int, options: int = 0) -> Open:
        """Open or make a file or folder and keep it open."""
        handle = Open(self._tree, name_of(path))
        handle.create(*_wish(access, disposition, options))
        return handle

    def once(self, path: str, access: int, *steps: Any, options: int = 0) -> list[bytes]:
        """Open what is there, do each step on it, close it: one message there and one back."""
        handle = Open(self._tree, name_of(path))
        create, _ = handle.create(*_wish(access, CreateDisposition.FILE_OPEN, options), send=False)
        close, _ = handle.close(send=False)
        return self.ask(create, *steps, close)[1:-1]

    def ask(self, *messages: Any) -> list[bytes]:
        """Send messages as one and return their answers; the first failure of them is raised."""
        answers: list[bytes] = []
        failure: SMBResponseException | None = None
        ids = (self._tree.session.session_id, self._tree.tree_connect_id)
        for sent in self._connection.send_compound(messages, *ids, related=True):
            try:
                answers.append(self._connection.receive(sent)["data"].get_value())
            except SMBResponseException as error:
                failure = failure or error
        if failure is not None:
            raise failure
        return answers

    def listed(self, folder: Open) -> list[Entry]:
        """Return the next entries of an open folder: name, kind, 0. None are left: it raises."""
        query = QueryDirectory()
        query["file_information_class"] = FileInformationClass.FILE_ID_FULL_DIRECTORY_INFORMATION
        query["file_id"], query["output_buffer_length"] = folder.file_id, _LISTED_AT_ONCE
        query["buffer"] = "*".encode("utf-16-le")
        (answer,) = self.ask(query)
        entries: list[Entry] = []
        at, further = 8, 1
        while further:
            further, *_, attributes, length, _, number = _LISTED.unpack_from(answer, at)
            start = at + _LISTED.size
            name = answer[start : start + length].decode("utf-16-le", "surrogatepass")
            entries.append((name, _kind(attributes, number), 0))
            at += further
        return entries


def name_of(path: str) -> str:
    """Return a path from the root of the share as the server calls it."""
    return path.strip("/").replace("/", "\\")


def query(file_id: bytes, kind: int, information: int) -> QueryInfo:
    """Return a question about an open file."""
    message = QueryInfo()
    message["info_type"], message["file_info_class"] = kind, information
    message["file_id"], message["output_buffer_length"] = file_id, 4096
    return message


def change(file_id: bytes, information: Any, **fields: object) -> SetInfo:
    """Return a change of an open file."""
    for name, value in fields.items():
        information[name] = value
    message = SetInfo()
    message["info_type"], message["file_info_class"] = information.INFO_TYPE, information.INFO_CLASS
    message["file_id"], message["buffer"] = file_id, information.pack()
    return message


def stat_of(answer: bytes) -> dict[str, int]:
    """Return what FileAllInformation says, by the names of `stat`; times in nanoseconds."""
    _, read, written, changed, attributes, _, _, size, links, number = _ALL.unpack_from(answer, 8)
    return {
        **_kind(attributes, number),
        "st_nlink": links,
        "st_size": size,
        "st_atime": (read - _YEAR_1970) * 100,
        "st_mtime": (written - _YEAR_1970) * 100,
        "st_ctime": (changed - _YEAR_1970) * 100,
    }


def served(operation: Callable[..., Any]) -> Callable[..., Any]:
    """Let a file system's operation fail with the number that fits the server's answer."""

    @functools.wraps(operation)
    def serve(*arguments: Any) -> Any:
        try:
            return operation(*arguments)
        except SMBException as error:
            number = _NUMBERS.get(getattr(error, "status", None))
            if number is None:
                print(f"{operation.__name__}: told as EIO: {error}", file=sys.stderr, flush=True)
            raise OSError(number or errno.EIO, str(error)) from error

    return serve


def _wish(access: int, disposition: int, options: int) -> tuple[int, ...]:
    return ImpersonationLevel.Impersonation, access, 0, _SHARED_WITH_ALL, disposition, options


def _kind(attributes: int, number: int) -> dict[str, int]:
    kind = stat.S_IFDIR if attributes & _IS_FOLDER else stat.S_IFREG
    return {"st_mode": kind | 0o755, "st_ino": number}
