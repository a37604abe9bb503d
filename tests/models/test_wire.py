"""Reading what a server sends: a reply or a WireError, whatever the bytes."""

from __future__ import annotations

import json
from email.utils import formatdate
from time import process_time, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sovereign_kernel.errors import BadSetting
from sovereign_kernel.models.habits import Habits
from sovereign_kernel.models.reading import read_reply, read_vectors
from sovereign_kernel.models.refusals import status_error
from sovereign_kernel.models.repairs import Request, repaired
from sovereign_kernel.models.wire import WireError, check_url, endpoint, read_retry_after, scrub

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["choices", "message", "content", "usage", "data", "embedding", "index", "error", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_body_is_a_reply_or_a_wire_error(body: bytes) -> None:
    for read in (read_reply, lambda raw: read_vectors(raw, 2, None)):
        try:
            read(body)
        except WireError as error:
            assert error.fault in {"malformed", "status"}
    assert status_error(500, {}, body, None).status == 500


@given(st.text(max_size=40))
def test_any_retry_after_is_seconds_or_unknown(value: str) -> None:
    seconds = read_retry_after(value)
    assert seconds is None or seconds >= 0


def test_retry_after_as_seconds_and_as_a_date() -> None:
    assert read_retry_after("12") == 12
    in_a_minute = read_retry_after(formatdate(time() + 60, usegmt=True))
    assert in_a_minute is not None and 50 < in_a_minute <= 60
    assert read_retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0
    assert read_retry_after("nan") is None and read_retry_after(None) is None


@pytest.mark.parametrize("secret", ["nvapi-abcdef123456", "sk-proj-abcdef_123456", "Bearer abcdef"])
def test_what_looks_like_a_key_is_scrubbed(secret: str) -> None:
    assert secret not in scrub(f"wrong key {secret}!") and "\n" not in scrub("a\nb\x1b[31m")


def test_a_key_of_any_shape_is_scrubbed_when_it_is_known() -> None:
    assert scrub("it was hunter2", "hunter2") == "it was [key]"


@pytest.mark.parametrize("url", ["", "ftp://host/v1", "host:80/v1", "http://user:pass@host/v1", "http://host/v1?key=1"])
def test_odd_addresses_are_refused_without_showing_them_whole(url: str) -> None:
    with pytest.raises(BadSetting) as caught:
        check_url(url)
    assert "pass" not in str(caught.value)


def test_vectors_are_put_in_order() -> None:
    body = {"data": [{"index": 1, "embedding": [3, 4]}, {"index": 0, "embedding": [1, 2]}]}
    assert read_vectors(json.dumps(body).encode(), 2, 2).rows == ((1.0, 2.0), (3.0, 4.0))


@pytest.mark.parametrize(
    "page",
    ["<" * 100_000, "<a" * 50_000, "<title" * 20_000, "bearer " * 20_000, "bearer" + " " * 100_000, "sk-" * 40_000],
)
def test_an_error_page_takes_no_time(page: str) -> None:
    start = process_time()
    for body in (page.encode(), json.dumps({"error": {"message": page}}).encode()):
        for status in (400, 429, 500):
            repaired(status_error(status, {}, body, "a-key-of-ours"), Request(Habits(), 4096), {})
        with pytest.raises(WireError):
            read_reply(body)
    assert process_time() - start < 1.0


def test_a_pages_title_says_what_is_wrong() -> None:
    page = b"<html><head><title>502 Bad Gateway</title><style>body {color: red}</style></head></html>"
    assert status_error(502, {}, page, None).excerpt == "502 Bad Gateway"


@pytest.mark.parametrize(
    ("indexes", "places"),
    [
        ([None, None, None], [0, 1, 2]),
        ([None, 1, 2], [0, 1, 2]),
        ([0, 0, 0], [0, 1, 2]),
        ([1, 2, 3], [0, 1, 2]),
        (["2", "0", "1"], [2, 0, 1]),
        ([2.0, 1.0, 0.0], [2, 1, 0]),
        ([10, 20, 30], [0, 1, 2]),
    ],
)
def test_vectors_without_usable_indexes_stand_in_order(indexes: list[object], places: list[int]) -> None:
    data = [{"embedding": [float(n)]} | ({} if at is None else {"index": at}) for n, at in enumerate(indexes)]
    rows = read_vectors(json.dumps({"data": data}).encode(), 3, None).rows
    assert [rows[place][0] for place in places] == [0.0, 1.0, 2.0]


@pytest.mark.parametrize("indexes", [[0, 1, 1], [2, 0, 5], [1, 0, 0]])
def test_indexes_that_contradict_each_other_are_refused(indexes: list[int]) -> None:
    data = [{"embedding": [1.0], "index": at} for at in indexes]
    with pytest.raises(WireError, match="indexes"):
        read_vectors(json.dumps({"data": data}).encode(), 3, None)


@pytest.mark.parametrize("url", ["http://[::1", "http://host:99999999/v1", "http://host:0/v1"])
def test_addresses_that_cannot_be_parsed_are_refused(url: str) -> None:
    with pytest.raises(BadSetting, match="not http"):
        check_url(url)


def test_an_address_is_read_as_it_was_meant() -> None:
    assert check_url(' "http://host/v1/" \r\n') == "http://host/v1"
    azure = check_url("https://r.openai.azure.com/openai/deployments/d/?api-version=2024-10-21")
    assert endpoint(azure, "chat/completions").endswith("/deployments/d/chat/completions?api-version=2024-10-21")
