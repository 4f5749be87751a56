"""What can go wrong, one class per answer that people catch."""
from __future__ import annotations

from typing import Any, Mapping, Optional

from ._wire import JSON


class SkaldError(Exception):
    """The server's answer is no. `code` is for machines, `message` for people, `details` what came beside them."""

    def __init__(self, code: str, message: str = "", details: Optional[Mapping[str, JSON]] = None) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.details: dict[str, JSON] = dict(details or {})

    def __str__(self) -> str:
        return f"{self.message} ({self.code})" if self.message else self.code

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.code, self.message, self.details)


class Rejected(SkaldError):
    """The domain said no."""

    @property
    def reason(self) -> str:
        """The domain's code: `insufficient_funds`."""
        return str(self.details.get("reason", ""))


class Conflict(SkaldError):
    """The aggregate is not at the expected version; or a definition of that version has other content."""

    @property
    def expected(self) -> Optional[int]:
        return self.details.get("expected")

    @property
    def actual(self) -> Optional[int]:
        return self.details.get("actual")


class Busy(SkaldError):
    """Too much on its way; nothing was done."""

    @property
    def retry_after(self) -> float:
        """Seconds to wait before trying again."""
        return float(self.details.get("retry_after_ms", 0)) / 1000


class InvalidDefinition(SkaldError):
    """A saga's definition does not pass the check."""

    @property
    def problems(self) -> list[dict[str, JSON]]:
        """`{line, column, message}` each, in the order of their place."""
        return list(self.details.get("problems", []))


class IllegalState(SkaldError):
    """Not possible as things stand."""

    @property
    def reason(self) -> str:
        return str(self.details.get("reason", ""))


class NotFound(SkaldError):
    """No such aggregate, saga, definition or command."""


class Gone(SkaldError):
    """So long ago that nobody can say any more."""


class IdReused(SkaldError):
    """This id was used for something else."""


class Timeout(SkaldError):
    """The server gave up waiting, for a worker say."""


class HandlerFailed(SkaldError):
    """A handler of the aggregate is broken; nothing was stored."""


class TooLarge(SkaldError):
    """More than the server takes in one message."""


class BadRequest(SkaldError):
    """The request does not fit: a field is missing, or of the wrong type."""


class ReadOnly(SkaldError):
    """The server's disk takes no more; nothing was done."""


class Unauthenticated(SkaldError):
    """The server does not know who asks."""


class Forbidden(SkaldError):
    """The server knows who asks, and does not allow it."""


class Unanswered(SkaldError):
    """No answer in time: it may or may not have happened. Ask again with the same `id` safely."""

    def __init__(self, id: str, seconds: float, endpoint: str) -> None:
        super().__init__("unanswered", f"no answer from {endpoint} in {seconds:g} s; it may or may not have happened: "
                         f"ask again with id='{id}'", {"id": id, "seconds": seconds, "endpoint": endpoint})
        self.id = id

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.id, self.details["seconds"], self.details["endpoint"])


class Closed(SkaldError):
    """The client was closed before the answer came: it may or may not have happened."""


BY_CODE: dict[str, type[SkaldError]] = {
    "rejected": Rejected, "conflict": Conflict, "busy": Busy, "invalid_definition": InvalidDefinition,
    "illegal_state": IllegalState, "not_found": NotFound, "gone": Gone, "id_reused": IdReused, "timeout": Timeout,
    "handler_failed": HandlerFailed, "too_large": TooLarge, "bad_request": BadRequest, "read_only": ReadOnly,
    "unauthenticated": Unauthenticated, "forbidden": Forbidden,
}


def error_of(code: str, body: JSON) -> SkaldError:
    """The error of an answer: `{message, …details}` under a code."""
    details = dict(body) if isinstance(body, dict) else {}
    message = str(details.pop("message", ""))
    details.pop("code", None)
    return BY_CODE.get(code, SkaldError)(code, message, details)
