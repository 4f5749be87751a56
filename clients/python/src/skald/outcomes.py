"""What a handler says about a task: returned when it is done, raised when it is not."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Optional

from ._wire import JSON, check_name


@dataclass(frozen=True)
class Undo:
    """How to undo what was just done, known only now; replaces the undo of the definition."""

    form: dict[str, JSON]

    @classmethod
    def call(cls, action: str, body: JSON = None) -> Undo:
        """A worker's action."""
        return cls({"call": check_name(action, "action"), "with": {} if body is None else body})

    @classmethod
    def command(cls, command: str, key: str, body: JSON = None) -> Undo:
        """A command of an aggregate the server knows: `hotel.release` to the hotel `key`."""
        return cls({"command": command, "key": key, "with": {} if body is None else body})


@dataclass(frozen=True)
class Done:
    """It took effect. A handler may return its bare result instead."""

    result: JSON = None
    undo: Optional[Undo] = None

    @property
    def body(self) -> dict[str, JSON]:
        body: dict[str, JSON] = {"result": {} if self.result is None else self.result}
        if self.undo is not None:
            body["undo"] = self.undo.form
        return body

    @classmethod
    def of(cls, returned: object) -> Done:
        return returned if isinstance(returned, Done) else cls(returned)

    @classmethod
    def of_body(cls, body: dict[str, JSON]) -> Done:
        return cls(body["result"], Undo(body["undo"]) if "undo" in body else None)


class Outcome(Exception):
    """Raised by a handler to say anything but done."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Refuse(Outcome):
    """A definite no: no attempt of this operation has had or will have an effect. The saga rolls back."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(message)
        self.code = check_name(code, "code")

    def __str__(self) -> str:
        return f"{self.message} ({self.code})" if self.message else self.code

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.code, self.message)


class NotNow(Outcome):
    """Nothing happened in this attempt: send it again, `after` seconds from now (at most a day)."""

    def __init__(self, after: float = 0.0, message: str = "") -> None:
        super().__init__(message)
        self.after = min(max(0.0, float(after)), 86_400.0)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.after, self.message)


class Unknown(Outcome):
    """Nobody knows whether it took effect. So does any other exception that leaves a handler."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
