"""`footnote`: the command line's root. Commands are imported when they are called.

`footnote --help` answers at once because the table below holds each command's one-line
help; a test compares it with the commands' own. `eval` and `bench` are found through the
entry points that their package declares, because ui and eval do not import each other.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import entry_points, version

import click

from index.errors import FootnoteError

# Command -> (module:attribute, one-line help). In the order in which people need them.
COMMANDS: dict[str, tuple[str, str]] = {
    "index": ("ui.commands.index:index", "Add or update articles: files, folders, web addresses."),
    "ask": ("ui.commands.ask:ask", "Answer a question, every sentence with a footnote."),
    "chat": ("ui.commands.chat:chat", "Open the chat in a browser."),
    "search": ("ui.commands.search:search", "Find passages."),
    "summarise": ("ui.commands.summarise:summarise", "Write the cited key points of articles."),
    "check": ("ui.commands.check:check", "Check a draft's sentences against the library."),
    "extract": ("ui.commands.extract:extract", "Show what is read from a file."),
    "verify": ("ui.commands.verify:verify", "Check an exported answer against the articles."),
    "library": (
        "ui.commands.library:library",
        "List, show, remove, check, repair, export and import.",
    ),
    "models": ("ui.commands.models:models", "List, fetch and choose models."),
}
ENTRY_POINTS = "footnote.commands"
PLUGGED_IN = {
    "eval": "Measure how well answers are grounded.",
    "bench": "Measure speed and memory.",
}
INTERRUPTED = 130


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*COMMANDS, *PLUGGED_IN]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in COMMANDS:
            module, _, attribute = COMMANDS[cmd_name][0].partition(":")
            found = getattr(import_module(module), attribute)
        elif cmd_name in PLUGGED_IN:
            points = entry_points(group=ENTRY_POINTS, name=cmd_name)
            if not points:
                raise FootnoteError(f"`footnote {cmd_name}` is not installed; run pip install .")
            found = next(iter(points)).load()
        else:
            return None
        if not isinstance(found, click.Command):
            raise TypeError(f"{cmd_name} is not a command")
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, text) for name, (_, text) in COMMANDS.items()]
        with formatter.section("Commands"):
            formatter.write_dl(rows + list(PLUGGED_IN.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("footnote"), prog_name="footnote")
def footnote() -> None:
    """Ask your articles. Every sentence of the answer has a footnote.

    Exit codes: 0 done; 1 it could not be done; 2 wrong usage; 3 the articles do not say.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code. Errors are one line on standard error."""
    _quiet_dependencies()
    try:
        result = footnote.main(
            args=list(arguments) if arguments is not None else None,
            prog_name="footnote",
            standalone_mode=False,
        )
    except FootnoteError as error:
        click.echo(f"footnote: {' '.join(str(error).split())}", err=True)
        return error.exit_code
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("footnote: interrupted", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader has gone (`footnote ask ... | head`); nothing more can be said to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return result if isinstance(result, int) else 0


def _quiet_dependencies() -> None:
    """No telemetry, no advertisements: set before anything heavy is imported."""
    for name, value in {
        "ANONYMIZED_TELEMETRY": "False",
        "GRADIO_ANALYTICS_ENABLED": "False",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "TOKENIZERS_PARALLELISM": "false",
    }.items():
        os.environ.setdefault(name, value)
