"""SKALD1 frames: one header line, a newline, a JSON body. No socket, no clock."""
from __future__ import annotations

import json
import re
import urllib.parse
from dataclasses import dataclass
from typing import Any, Mapping, Optional, Union

JSON = Any
"""What `json` reads and writes: dict, list, str, int, float, bool, None."""

LONGEST_BODY = 1 << 20
LONGEST_HEAD = 4096
_SAFE = "".join(chr(byte) for byte in range(0x21, 0x7F) if chr(byte) not in "%=")
_HEADER = re.compile(r"[a-z][a-z0-9_-]*\Z")
_NAME = re.compile(r"[a-z][a-z0-9_.-]{0,62}\Z")
Word = Union[str, int, None]


class Malformed(ValueError):
    """What came is not SKALD1."""


def word(value: Word) -> str:
    """A header word; None is `-`, so a lone `-` is written out."""
    if value is None:
        return "-"
    text = str(value)
    return "%2D" if text == "-" else urllib.parse.quote(text, safe=_SAFE)


def unword(raw: str) -> Optional[str]:
    return None if raw == "-" else urllib.parse.unquote(raw, errors="strict")


def encode(body: JSON) -> bytes:
    """JSON as the server takes it; ValueError or TypeError for what it would refuse."""
    encoded = json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8")
    if len(encoded) > LONGEST_BODY:
        raise ValueError(f"{len(encoded)} bytes of JSON, at most {LONGEST_BODY}: keep what is large elsewhere, send its address")
    return encoded


def frame(verb: str, id: Optional[str], *words: Word, body: Optional[bytes] = None,
          headers: Optional[Mapping[str, str]] = None) -> bytes:
    """One message; `body` is JSON already (`encode`)."""
    parts = ["SKALD1", verb, word(id), *map(word, words)]
    for name, value in (headers or {}).items():
        if not _HEADER.match(name):
            raise ValueError(f"'{name}' is no header name: traceparent, tracestate, correlation, causation, deadline_ms or x-…")
        parts.append(f"{name}={word(value)}")
    head = " ".join(parts).encode("ascii")
    if len(head) > LONGEST_HEAD:
        raise ValueError(f"a header line of {len(head)} bytes, at most {LONGEST_HEAD}: shorten the key or the headers")
    return head if body is None else head + b"\n" + body


def check_name(text: str, what: str) -> str:
    """`text`, when it can name an action, an aggregate, an event or a code."""
    if not _NAME.match(text):
        raise ValueError(f"'{text}' is no {what}: lower-case letters, digits and _ . -, at most 63, the first a letter")
    return text


def check_id(id: str) -> str:
    if not 1 <= len(id.encode("utf-8")) <= 64 or id == "-" or id.startswith("$"):
        raise ValueError(f"'{id[:80]}' is no id: 1 to 64 bytes, not '-', not beginning with '$'")
    return id


@dataclass(frozen=True)
class Message:
    """One frame from the server."""

    verb: str
    id: Optional[str]
    words: tuple[Optional[str], ...]
    headers: Mapping[str, str]
    raw_body: bytes

    @property
    def body(self) -> JSON:
        try:
            return json.loads(self.raw_body) if self.raw_body else {}
        except ValueError as error:
            raise Malformed(f"the body of '{self.verb}' is not JSON: {error}") from None


def parse(raw: bytes) -> Message:
    """Reads one frame; Malformed when it is none of ours."""
    head, _, body = raw.partition(b"\n")
    try:
        protocol, verb, id, *rest = head.decode("ascii").split(" ")
        words = tuple(unword(text) for text in rest if "=" not in text)
        pairs = (text.partition("=") for text in rest if "=" in text)
        headers = {name: unword(value) or "" for name, _, value in pairs if value != "-"}
        identity = unword(id)
    except ValueError:
        raise Malformed(f"not a SKALD1 frame: {head[:80]!r}") from None
    if protocol != "SKALD1":
        raise Malformed(f"'{protocol[:20]}' is spoken there, not SKALD1")
    return Message(verb, identity, words, headers, body)
