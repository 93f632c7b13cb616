"""Which bytes an answer to a range request holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.server.review.ranges import NotSatisfiable, Part, part_of

SIZE = 1000
MOST = 400


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-99", Part(0, 99)),
        ("bytes=0-", Part(0, 399)),
        ("bytes=900-", Part(900, 999)),
        ("bytes=990-2000", Part(990, 999)),
        ("bytes=-10", Part(990, 999)),
        ("bytes=-5000", Part(0, 399)),
        ("bytes = 5 - 6", Part(5, 6)),
        ("bytes=2000-, 10-19", Part(10, 19)),
        ("bytes=10-19, 30-39", Part(10, 19)),
    ],
)
def test_one_part_is_sent_never_more_than_the_most(header: str, part: Part) -> None:
    assert part_of(header, SIZE, MOST) == part


@pytest.mark.parametrize("header", ["", "lines=1-2", "bytes"])
def test_without_a_range_of_bytes_the_whole_is_sent(header: str) -> None:
    assert part_of(header, SIZE, MOST) is None


@pytest.mark.parametrize(
    "header", ["bytes=1000-", "bytes=-0", "bytes=5-4", "bytes=-", "bytes=a-b", "bytes=", "bytes=1-2x", "bytes=--1"]
)
def test_what_cannot_be_satisfied_or_understood_is_refused(header: str) -> None:
    with pytest.raises(NotSatisfiable):
        part_of(header, SIZE, MOST)


def test_an_empty_file_has_no_part() -> None:
    with pytest.raises(NotSatisfiable):
        part_of("bytes=0-", 0, MOST)


@given(st.text(max_size=40) | st.from_regex(r"bytes=[0-9,\- ]{0,30}", fullmatch=True), st.integers(0, 2000))
def test_whatever_is_asked_the_part_lies_in_the_file(header: str, size: int) -> None:
    try:
        part = part_of(header, size, MOST)
    except NotSatisfiable:
        return
    assert part is None or (0 <= part.first <= part.last < size and part.length <= MOST)
