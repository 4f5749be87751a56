"""Skald from Python: clients, workers, barriers. See README.md of this package."""
from .aclient import AsyncClient
from .aggregate import Aggregate, Command, Context, Decision, Event
from .answers import Accepted, AggregateState, StartedSaga
from .aworker import AsyncWorker
from .client import Client
from .errors import (
    BadRequest, Busy, Closed, Conflict, Forbidden, Gone, HandlerFailed, IdReused, IllegalState, InvalidDefinition, NotFound,
    ReadOnly, Rejected, SkaldError, Timeout, TooLarge, Unanswered, Unauthenticated,
)
from .outcomes import Done, NotNow, Outcome, Refuse, Undo, Unknown
from .postgres import PostgresBarrier
from .sqlite import SQLiteBarrier
from .task import DoneOperation, Task
from .worker import Worker

__all__ = [
    "Accepted", "Aggregate", "AggregateState", "AsyncClient", "AsyncWorker", "BadRequest", "Busy", "Client", "Closed", "Command",
    "Conflict", "Context", "Decision", "Done", "DoneOperation", "Event", "Forbidden", "Gone", "HandlerFailed", "IdReused",
    "IllegalState", "InvalidDefinition", "NotFound", "NotNow", "Outcome", "PostgresBarrier", "ReadOnly", "Refuse", "Rejected",
    "SQLiteBarrier", "SkaldError", "StartedSaga", "Task", "Timeout", "TooLarge", "Unanswered", "Unauthenticated", "Undo",
    "Unknown", "Worker",
]
