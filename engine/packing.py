"""Values as bytes and back: frozen dataclasses of arrays, numbers and text.

The bytes are one NumPy archive: numbered arrays, and a header, the JSON tree of the value.
What is built comes from the type that the reader asks for. The file can name classes but
never choose one, so that no file can bring code to life.
"""

import io
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from engine.errors import ArtifactError, EngineError

T = TypeVar("T")
Array = NDArray[Any]
Arrays = Mapping[int, Array]
Node = Any
"""What JSON can hold."""

SCALARS: Mapping[type, tuple[type, ...]] = {
    NoneType: (NoneType,),
    bool: (bool,),
    int: (int,),
    float: (float, int),  # a whole number is a float to the type checker as well
    str: (str,),
}
"""Kind of field -> what the header may hold for it."""


class _MisfitError(ValueError):
    """A node is not of the kind that is asked for."""


def pack(value: object) -> bytes:
    """Return a value as bytes; the same value gives the same bytes.

    Parameters
    ----------
    value : object
        A frozen dataclass of arrays, ``csr_matrix``, int, float, str, bool, None, tuples,
        frozen sets, mappings from str, and further dataclasses. Fields that the
        constructor does not take are left out.

    Raises
    ------
    TypeError
        When the value holds anything else, such as an array of objects.
    """
    arrays: list[Array] = []
    header = json.dumps(_tree(value, arrays)).encode()
    buffer = io.BytesIO()
    np.savez(buffer, *arrays, allow_pickle=False, header=np.frombuffer(header, np.uint8))
    return buffer.getvalue()


def unpack(kind: type[T], content: bytes) -> T:
    """Return the value that was packed.

    Raises
    ------
    ArtifactError
        When the bytes are damaged or hold something other than ``kind``.
    TypeError
        When ``kind`` has a field of a kind that is never packed.
    """
    damaged = ArtifactError("artifact_damaged", file=kind.__name__, run_id="")
    try:
        tree, arrays = _read(content)
    except Exception as error:  # what a parser trips over in damaged bytes has no common type
        raise damaged from error
    try:
        value: T = _value(kind, tree, arrays)
    except (EngineError, ValueError) as error:
        raise damaged from error
    return value


def _read(content: bytes) -> tuple[Node, Arrays]:
    with np.load(io.BytesIO(content), allow_pickle=False) as archive:
        arrays = {n: archive[f"arr_{n}"] for n in range(len(archive.files) - 1)}
        return json.loads(archive["header"].tobytes()), arrays


def _tree(value: object, arrays: list[Array]) -> Node:
    """Return the node of a value; its arrays are appended to ``arrays``."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, tuple(SCALARS)):
        return value
    if isinstance(value, tuple):
        return [_tree(item, arrays) for item in value]
    if isinstance(value, frozenset):
        return [_tree(item, arrays) for item in sorted(value)]
    if isinstance(value, Mapping):
        return {"mapping": {_key(key): _tree(item, arrays) for key, item in value.items()}}
    if is_dataclass(value) and not isinstance(value, type):
        taken = [field.name for field in fields(value) if field.init]
        inside = {name: _tree(getattr(value, name), arrays) for name in taken}
        return {"class": type(value).__name__, "fields": inside}
    return _array_node(value, arrays)


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"only text can be a key, not {key!r}")
    return str(key)


def _array_node(value: object, arrays: list[Array]) -> Node:
    if isinstance(value, np.ndarray):
        return {"array": _place(value, arrays)}
    if isinstance(value, sparse.csr_matrix):
        parts = (value.data, value.indices, value.indptr)
        n_rows, n_columns = map(int, value.shape)
        return {"sparse": [_place(part, arrays) for part in parts], "shape": [n_rows, n_columns]}
    raise TypeError(f"{type(value).__name__} cannot be packed")


def _place(array: Array, arrays: list[Array]) -> int:
    if array.dtype.hasobject:
        raise TypeError("an array of objects cannot be packed")
    arrays.append(array)
    return len(arrays) - 1


def _value(kind: Any, node: Node, arrays: Arrays) -> Any:
    """Return the value of a node, which must be of ``kind``."""
    origin = get_origin(kind) or kind
    if origin in (Union, UnionType):
        return _first_that_fits(get_args(kind), node, arrays)
    if origin is Literal:
        return _checked(node, node in get_args(kind))
    if origin in SCALARS:
        return _checked(node, isinstance(node, SCALARS[origin]))
    if origin is np.ndarray:
        return _array(node, arrays)
    if origin is sparse.csr_matrix:
        return _sparse(node, arrays)
    if is_dataclass(origin):
        return _instance(origin, node, arrays)
    return _container(origin, get_args(kind), node, arrays)


def _checked(value: Any, fits: bool) -> Any:
    if not fits:
        raise _MisfitError
    return value


def _first_that_fits(kinds: tuple[Any, ...], node: Node, arrays: Arrays) -> Any:
    for kind in kinds:
        try:
            return _value(kind, node, arrays)
        except _MisfitError:
            continue
    raise _MisfitError


def _array(node: Node, arrays: Arrays) -> Array:
    match node:
        case {"array": int(place)} if place in arrays:
            return arrays[place]
    raise _MisfitError


def _sparse(node: Node, arrays: Arrays) -> sparse.csr_matrix:
    match node:
        case {"sparse": [int(), int(), int()] as places, "shape": [int(n_rows), int(n_columns)]}:
            data, indices, indptr = (_array({"array": place}, arrays) for place in places)
            matrix = sparse.csr_matrix((data, indices, indptr), shape=(n_rows, n_columns))
            # An index outside the shape would read foreign memory, not raise.
            matrix.check_format(full_check=True)
            return matrix
    raise _MisfitError


def _instance(kind: Any, node: Node, arrays: Arrays) -> Any:
    hints = get_type_hints(kind)
    taken = {field.name for field in fields(kind) if field.init}
    match node:
        case {"class": kind.__name__, "fields": dict(inside)} if set(inside) == taken:
            return kind(**{name: _value(hints[name], inside[name], arrays) for name in inside})
    raise _MisfitError


def _container(origin: Any, inner: tuple[Any, ...], node: Node, arrays: Arrays) -> Any:
    if origin is tuple:
        items = _checked(node, isinstance(node, list))
        kinds = inner[:1] * len(items) if inner[1:] == (...,) else inner
        _checked(items, len(items) == len(kinds))
        return tuple(_value(kind, item, arrays) for kind, item in zip(kinds, items, strict=True))
    if origin is frozenset:
        items = _checked(node, isinstance(node, list))
        return frozenset(_value(inner[0], item, arrays) for item in items)
    if origin in (dict, Mapping):
        match node:
            case {"mapping": dict(items)}:
                return {key: _value(inner[1], item, arrays) for key, item in items.items()}
        raise _MisfitError
    raise TypeError(f"{origin} is never packed")
