"""The group of commands, and how every failure becomes a sentence and an exit code."""

import importlib
import os
import sys
import traceback
from collections.abc import Sequence

import click

from engine.errors import EngineError
from engine.reporting.text import error_sentence, t

from .output import locale

INTERNAL, BAD_INPUT = 1, 2
DEBUG = "REVLENS_DEBUG"

VERBS = {
    "import": "loading:import_command",
    "sample": "loading:sample_command",
    "check": "loading:check_command",
    "train": "learning:train_command",
    "recommend": "learning:recommend_command",
    "evaluate": "learning:evaluate_command",
    "value": "worth:value_command",
    "simulate": "money:simulate_command",
    "scenario": "money:scenario_group",
    "serve": "serving:serve_command",
}
"""Verb -> module of this package and command in it."""


class Verbs(click.Group):
    """Imports the module of a verb when it is asked for: ``serve`` needs no LightGBM."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the verbs in the order of work."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of a verb; None when there is no such verb."""
        if cmd_name not in VERBS:
            return None
        module, _, name = VERBS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(f"engine.cli.{module}"), name)
        return command


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """RevLens: what recommendation lists learned from your logs would earn."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 2 bad input, 1 internal error."""
    try:
        code = cli.main(args=arguments, prog_name="python -m engine", standalone_mode=False)
    except (EngineError, click.ClickException) as error:
        return _refuse(error)
    except (KeyboardInterrupt, click.Abort):
        return _say(t("cli.stopped", locale()), INTERNAL)
    except BrokenPipeError:
        # the reader (`| head`) has left; a second write at exit would complain again
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115
        return INTERNAL
    except Exception as error:
        return _internal(error)
    return code if isinstance(code, int) else 0


def _refuse(error: EngineError | click.ClickException) -> int:
    if isinstance(error, EngineError):
        _trace()
        return _say(error_sentence(error, locale()), BAD_INPUT)
    return _say(error.format_message(), BAD_INPUT)


def _internal(error: Exception) -> int:
    _trace()
    name = type(error).__name__
    return _say(t("cli.internal", locale(), error=name, variable=DEBUG), INTERNAL)


def _trace() -> None:
    if os.environ.get(DEBUG) == "1":
        traceback.print_exc()


def _say(sentence: str, code: int) -> int:
    click.echo(sentence, err=True)
    return code
