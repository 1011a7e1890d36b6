"""A table of text with its title, as the commands that print figures show it."""

from __future__ import annotations

import click

Table = list[tuple[str, ...]]


def show(title: str, table: Table) -> None:
    """Print a table with its title."""
    widths = [max(len(row[n]) for row in table) for n in range(len(table[0]))]
    click.echo(f"\n{title}")
    for row in table:
        click.echo(
            "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        )
