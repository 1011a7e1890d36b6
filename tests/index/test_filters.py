"""A filter says what it lets through, and refuses what makes no sense."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import UsageError
from index.filters import Filter, date_number, storable


@pytest.mark.parametrize("text", ["yesterday", "2025", "2025-1-2", "2025-02-30", "", "20250102"])
def test_what_is_no_iso_date_is_refused_showing_how_to_write_one(text: str) -> None:
    with pytest.raises(UsageError, match="2025-01-22"):
        Filter(since=text)
    assert date_number(text) is None


def test_a_range_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(UsageError, match="swap them"):
        Filter(since="2025-02-01", until="2025-01-01")


def test_a_filter_without_conditions_is_none_at_all() -> None:
    assert not Filter()
    assert Filter(articles=frozenset({"a"}))
    assert Filter(until="2025-01-01").date_range == (1, 20250101)


@given(st.dates())
def test_dates_are_numbers_in_the_same_order(day: object) -> None:
    assert str(date_number(str(day))).zfill(8) == str(day).replace("-", "")


@given(st.text(st.characters()))
def test_what_is_stored_is_utf8_without_nul_and_otherwise_the_same(text: str) -> None:
    stored = storable(text)
    stored.encode("utf-8")
    assert "\x00" not in stored
    assert len(stored) == len(text)
