"""Values survive as bytes; bytes that are not such a value are refused."""

import json
import math
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from io import BytesIO
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import sparse

from engine.errors import ArtifactError, NotEnoughDataError
from engine.packing import pack, unpack

Matrix = NDArray[np.float32] | sparse.csr_matrix


@dataclass(frozen=True, kw_only=True, eq=False)
class Part:
    left: Matrix
    share: float | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Other:
    left: Matrix
    share: float | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Whole:
    numbers: NDArray[np.float64]
    words: NDArray[np.str_]
    flags: NDArray[np.bool_]
    nothing: NDArray[np.int64]
    moments: NDArray[np.datetime64]
    matrix: sparse.csr_matrix
    parts: dict[str, Part]
    either: Part | Other
    tables: Mapping[str, NDArray[np.int8]]
    codes: dict[str, str]
    count: int
    rate: float
    name: str
    on: bool
    missing: str | None
    effort: Literal["quick", "normal"]
    names: tuple[str, ...]
    sizes: tuple[int, ...]
    rates: tuple[float, ...]
    span: tuple[float, float] | None
    pinned: frozenset[str]
    derived: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "derived", self.name.upper())


@dataclass(frozen=True, kw_only=True)
class Strict:
    share: float

    def __post_init__(self) -> None:
        if self.share > 1.0:
            raise NotEnoughDataError(share=self.share)


@dataclass(frozen=True, kw_only=True)
class Scalars:
    number: float
    count: int
    text: str
    rates: tuple[float, ...]
    labels: frozenset[str]
    costs: dict[str, float | None]


def a_matrix() -> sparse.csr_matrix:
    return sparse.csr_matrix(np.array([[0, 2, 0], [1, 0, 0]], np.float32))


def a_whole() -> Whole:
    return Whole(
        numbers=np.array([[1.5, np.nan], [np.inf, -0.0]]),
        words=np.array(["", "Füße", "推荐"]),
        flags=np.array([True, False]),
        nothing=np.zeros((0, 4), np.int64),
        moments=np.array(["2026-01-31T10:00:00", "NaT"], "datetime64[s]"),
        matrix=a_matrix(),
        parts={
            "z": Part(left=np.ones((2, 1), np.float32)),
            "a": Part(left=sparse.csr_matrix((3, 0), dtype=np.float32), share=math.nan),
        },
        either=Other(left=a_matrix(), share=0.25),
        tables={"ä": np.array([1, -1], np.int8)},
        codes={"sales": "no_prices"},
        count=-(2**70),
        rate=math.inf,
        name="a\ud800\u2028b",
        on=True,
        missing=None,
        effort="quick",
        names=("a", ""),
        sizes=(),
        rates=(0.1, math.nan, 2),
        span=(0.0, 5.0),
        pinned=frozenset({"b", "a"}),
    )


def assert_same(one: Any, other: Any) -> None:
    assert type(one) is type(other)
    if isinstance(one, np.ndarray):
        assert one.dtype == other.dtype
        assert one.shape == other.shape
        assert one.tobytes() == other.tobytes()
    elif isinstance(one, sparse.csr_matrix):
        assert one.shape == other.shape
        for name in ("data", "indices", "indptr"):
            assert_same(getattr(one, name), getattr(other, name))
    elif isinstance(one, dict):
        assert list(one) == list(other)
        assert_same(tuple(one.values()), tuple(other.values()))
    elif isinstance(one, frozenset):
        assert one == other
    elif isinstance(one, tuple):
        assert len(one) == len(other)
        for left, right in zip(one, other, strict=True):
            assert_same(left, right)
    elif hasattr(one, "__dataclass_fields__"):
        for each in fields(one):
            assert_same(getattr(one, each.name), getattr(other, each.name))
    else:
        assert repr(one) == repr(other)


def test_everything_comes_back_as_it_was() -> None:
    whole = a_whole()
    assert_same(unpack(Whole, pack(whole)), whole)


@given(
    number=st.floats(),
    count=st.integers(),
    text=st.text(),
    rates=st.lists(st.floats()).map(tuple),
    labels=st.frozensets(st.text()),
    costs=st.dictionaries(st.text(), st.none() | st.floats()),
)
def test_any_numbers_and_words_come_back(**values: Any) -> None:
    scalars = Scalars(**values)
    assert_same(unpack(Scalars, pack(scalars)), scalars)


def test_a_numpy_number_comes_back_as_a_plain_one() -> None:
    assert unpack(Strict, pack(Strict(share=np.float64(0.5)))) == Strict(share=0.5)


def test_a_field_that_is_derived_is_not_packed() -> None:
    content = pack(a_whole())
    header = np.load(BytesIO(content))["header"].tobytes().decode()
    assert '"name"' in header
    assert "derived" not in header
    assert unpack(Whole, content).derived == a_whole().derived


def test_the_same_value_gives_the_same_bytes_at_any_time(monkeypatch: pytest.MonkeyPatch) -> None:
    before = pack(a_whole())
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 86_400.0)
    assert pack(a_whole()) == before
    assert pack(unpack(Whole, before)) == before


def test_text_that_only_looks_like_a_node_stays_text() -> None:
    scalars = Scalars(
        number=1.0, count=1, text='{"array": 0}', rates=(), labels=frozenset(), costs={"array": 0.0}
    )
    assert unpack(Scalars, pack(scalars)) == scalars


@pytest.mark.parametrize(
    "value",
    [
        Part(left=np.array([{}], dtype=object)),
        Part(left=np.zeros(2, dtype=[("a", "f4"), ("b", "O")])),
        Part(left=[1.0]),
        Part(left={1: 2.0}),
        Part(left=sparse.csc_matrix((2, 2))),
        Part(left=Part),
        Part(left=b"bytes"),
    ],
    ids=["objects", "objects inside", "list", "number as key", "csc", "class", "bytes"],
)
def test_what_cannot_come_back_is_refused_when_it_is_packed(value: Part) -> None:
    with pytest.raises(TypeError):
        pack(value)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x80\x04K\x01.", b"\x93NUMPY\x01\x00"])
def test_bytes_that_were_never_packed_are_damaged(content: bytes) -> None:
    with pytest.raises(ArtifactError) as caught:
        unpack(Whole, content)
    assert caught.value.reason == "artifact_damaged"
    assert caught.value.details == {"file": "Whole", "run_id": ""}


def test_no_cut_or_changed_byte_gives_another_value() -> None:
    content = pack(a_whole())
    chance = random.Random(1)
    for place in chance.sample(range(len(content)), 400):
        changed = bytearray(content)
        changed[place] ^= 1 << chance.randrange(8)
        for damaged in (content[:place], bytes(changed)):
            try:
                back = unpack(Whole, damaged)
            except ArtifactError:
                continue
            # a date or a size that is written twice may change without harm
            assert pack(back) == content


def test_a_pickle_inside_an_archive_is_never_opened() -> None:
    buffer = BytesIO()
    tree = json.dumps({"class": "Part", "fields": {"left": {"array": 0}, "share": None}})
    header = np.frombuffer(tree.encode(), np.uint8)
    np.savez(buffer, np.array([print], dtype=object), header=header)
    with pytest.raises(ArtifactError):
        unpack(Part, buffer.getvalue())


@pytest.mark.parametrize(
    "left",
    [
        None,
        1.0,
        {"array": 3},
        {"array": -1},
        {"array": "0"},
        {"sparse": [0, 0], "shape": [1, 1]},
        {"sparse": [0, 1, 2], "shape": [2]},
        {"sparse": [0, 1, 2], "shape": [2, 1]},
        {"sparse": [0, 1, 2], "shape": [7, 3]},
        {"sparse": [0, 1, 2], "shape": [-2, 3]},
        {"class": "Part", "fields": {}},
    ],
)
def test_a_tree_that_does_not_fit_is_damaged(left: Any) -> None:
    matrix = a_matrix()
    tree = {"class": "Part", "fields": {"left": left, "share": None}}
    buffer = BytesIO()
    parts = (matrix.data, matrix.indices, matrix.indptr)
    np.savez(buffer, *parts, header=np.frombuffer(json.dumps(tree).encode(), np.uint8))
    with pytest.raises(ArtifactError):
        unpack(Part, buffer.getvalue())


def test_a_value_of_another_class_is_damaged() -> None:
    with pytest.raises(ArtifactError):
        unpack(Other, pack(Part(left=a_matrix())))


def test_a_value_that_its_own_class_refuses_is_damaged() -> None:
    allowed = Strict(share=0.5)
    object.__setattr__(allowed, "share", 2.0)
    with pytest.raises(ArtifactError):
        unpack(Strict, pack(allowed))


def test_a_kind_of_field_that_is_never_packed_is_named() -> None:
    @dataclass(frozen=True)
    class Loose:
        share: complex

    content = pack(Loose(share=1.0))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="complex"):
        unpack(Loose, content)
