from __future__ import annotations

import time
from urllib.parse import parse_qsl, unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopgraph.api.percent import parameters, unquoted

PIECES = st.lists(st.sampled_from([b"%", b"2", b"5", b"aF", b"%41", b"%e5%AE%9d", b"x", b"+"]))


@given(PIECES.map(b"".join), st.integers(0, 3))
def test_long_texts_are_read_as_the_standard_library_does(data, rest):
    data = data + b"x" * 1030 + data + b"%" * rest
    assert unquoted(data) == unquote_to_bytes(data)


@given(st.dictionaries(st.text(min_size=1), st.text(), max_size=5), st.booleans())
def test_parameters_come_back(wanted, long):
    from urllib.parse import urlencode

    wanted = {name: value * (500 if long else 1) for name, value in wanted.items()}
    sent = urlencode(wanted).encode()
    assert parameters(sent) == list(wanted.items())
    assert parameters(sent) == parse_qsl(sent.decode(), keep_blank_values=True)


@pytest.mark.parametrize("bad", [b"\xff", b"q=%ff", b"q=" + b"%e5" * 2000, b"&" * 1000])
def test_what_is_no_utf8_or_too_many_is_refused(bad):
    with pytest.raises(ValueError):
        parameters(bad)


def test_the_longest_take_milliseconds():
    begin = time.perf_counter()
    for piece in (b"%20", b"a%20", b"%F0%9F%98%80"):
        parameters(b"query=" + piece * (800_000 // len(piece)))
    assert time.perf_counter() - begin < 0.2
