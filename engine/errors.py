"""Every error the engine raises on purpose: a code and facts, never a sentence."""

from typing import ClassVar


class EngineError(Exception):
    """Base class. ``code`` names a translated message; ``details`` fill its blanks.

    The sentence is looked up in the locales under ``errors.<code>``.
    """

    code: ClassVar[str] = "engine"

    def __init__(self, code: str | None = None, **details: object) -> None:
        self.reason = code or type(self).code
        self.details = details
        super().__init__(f"{self.reason}: {details}")


class UsageError(EngineError):
    """The request itself cannot be carried out as asked."""

    code = "usage"


class DataContractError(EngineError):
    """A file does not fit the data contract."""

    code = "data_contract"


class NotEnoughDataError(EngineError):
    """The log cannot carry what was asked of it."""

    code = "not_enough_data"


class ScenarioError(EngineError):
    """A scenario holds a value outside its range."""

    code = "scenario"


class ArtifactError(EngineError):
    """A stored model is missing, damaged or belongs to other data."""

    code = "artifact"


class StoreError(EngineError):
    """The database cannot be opened or used."""

    code = "store"
