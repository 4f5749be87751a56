"""Skald from Python: clients, workers, barriers. See README.md of this package."""
from .aclient import AsyncClient
from .answers import Accepted, AggregateState, StartedSaga
from .client import Client
from .errors import *  # noqa: F403
