"""The API as OpenAPI 3.1, made from the contract's own dataclasses, so that it cannot say anything else."""

import dataclasses
import types
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

import kiosk
from kiosk.contract import receipt, wire

PATH: Final = f"{wire.ROOT}/openapi.json"

_ERASED: Final = (404, 410)
_DENIED: Final = (400, 401, 403, 503)
_LENGTH: Final = (411, 413)
_ONE: Final = wire.recording_path("{recording}")
_CHUNK: Final = f"{_ONE}/segments/{{segment}}/chunks/{{number}}"

# (path, method, what it does, body, answers by status, refusals)
OPERATIONS: Final[tuple[tuple[str, str, str, Any, dict[int, Any], tuple[int, ...]], ...]] = (
    (
        wire.ENROL,
        "post",
        "Redeem a one-time code for this kiosk's token",
        wire.EnrolRequest,
        {201: wire.Enrolled},
        (400, 403, 429, 503, *_LENGTH),
    ),
    (
        wire.ASSIGNMENTS,
        "get",
        "What this kiosk is to ask whom",
        None,
        {200: wire.Assignments, 304: None},
        (*_DENIED, 409),
    ),
    (
        wire.HEARTBEAT,
        "post",
        "How the kiosk is; what it is to delete",
        wire.Heartbeat,
        {200: wire.HeartbeatAnswer},
        (*_DENIED, 409, *_LENGTH),
    ),
    (
        _ONE,
        "put",
        "Open a recording; the same again changes nothing",
        wire.OpenRequest,
        {201: wire.Opened, 200: wire.Opened},
        (*_DENIED, 409, *_ERASED, *_LENGTH, 422),
    ),
    (
        _CHUNK,
        "put",
        "Send one chunk; acknowledged when it is durable",
        bytes,
        {201: wire.HeldChunk, 200: None},
        (*_DENIED, 409, *_ERASED, *_LENGTH, 507),
    ),
    (
        f"{_ONE}/chunks",
        "get",
        "What the server really holds",
        None,
        {200: wire.Held},
        (*_DENIED, 409, *_ERASED),
    ),
    (
        f"{_ONE}/complete",
        "post",
        "Say what the whole is; the server verifies and stores it",
        wire.CompleteRequest,
        {202: wire.Opened},
        (*_DENIED, 409, *_ERASED, *_LENGTH, 422),
    ),
    (
        f"{_ONE}/receipt",
        "get",
        "The signed receipt, once everything is stored",
        None,
        {200: receipt.Receipt, 202: wire.Pending},
        (*_DENIED, 409, *_ERASED),
    ),
)


def description() -> dict[str, Any]:
    """The whole document."""
    schemas: dict[str, Any] = {}
    paths: dict[str, Any] = {}
    for path, method, what, body, answers, refusals in OPERATIONS:
        paths.setdefault(path, {})[method] = _operation(schemas, path, what, body, answers, refusals)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Interview Kiosk Recorder: what kiosks say to their server",
            "version": str(wire.VERSION),
            "description": f"Served by interview-kiosk-recorder {kiosk.__version__}.",
        },
        "paths": paths,
        "security": [{"token": []}],
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": dict(sorted(schemas.items())),
        },
    }


def _operation(
    schemas: dict[str, Any], path: str, what: str, body: Any, answers: dict[int, Any], refusals: tuple[int, ...]
) -> dict[str, Any]:
    anonymous = path == wire.ENROL
    responses = {str(status): _response(schemas, kind) for status, kind in answers.items()}
    responses |= {str(status): _response(schemas, wire.Refusal) for status in sorted(refusals)}
    operation: dict[str, Any] = {
        "summary": what,
        "parameters": _parameters(path, body, anonymous=anonymous),
        "responses": responses,
    }
    if anonymous:
        operation["security"] = []
    if body is bytes:
        media = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
        operation["requestBody"] = {"required": True, "content": media}
    elif body is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": _schema(schemas, body)}},
        }
    return operation


def _parameters(path: str, body: Any, *, anonymous: bool) -> list[dict[str, Any]]:
    found = []
    for part in path.split("/"):
        if part.startswith("{"):
            kind = {"type": "string", "format": "uuid"} if part == "{recording}" else {"type": "integer"}
            found.append({"name": part.strip("{}"), "in": "path", "required": True, "schema": kind})
    if not anonymous:
        found.append({"name": wire.INSTANCE_HEADER, "in": "header", "required": True, "schema": {"type": "string"}})
    if body is bytes:
        found.append({"name": wire.DIGEST_HEADER, "in": "header", "required": True, "schema": {"type": "string"}})
    if path.endswith("/receipt"):
        found.append({"name": "check", "in": "query", "required": False, "schema": {"enum": ["1"]}})
    return found


def _response(schemas: dict[str, Any], kind: Any) -> dict[str, Any]:
    if kind is None:
        return {"description": "Done; it was so already"}
    words = "Refused" if kind is wire.Refusal else kind.__name__
    return {"description": words, "content": {"application/json": {"schema": _schema(schemas, kind)}}}


def _schema(schemas: dict[str, Any], hint: Any) -> dict[str, Any]:
    """JSON Schema of a type in the contract; dataclasses are put into `schemas` and referred to."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in {Union, types.UnionType}:
        return {"anyOf": [_schema(schemas, one) for one in arguments]}
    if origin is tuple:
        if len(arguments) == 2 and arguments[1] is not Ellipsis:
            return {"type": "array", "prefixItems": [_schema(schemas, one) for one in arguments]}
        return {"type": "array", "items": _schema(schemas, arguments[0])}
    if origin is dict:
        return {"type": "object"}
    if not dataclasses.is_dataclass(hint):
        names = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}
        return {"type": names[hint]}
    name = hint.__name__  # type: ignore[union-attr]  # a dataclass's type has one
    if name not in schemas:
        schemas[name] = {}
        hints = get_type_hints(hint)
        schemas[name] = {
            "type": "object",
            "properties": {field.name: _schema(schemas, hints[field.name]) for field in dataclasses.fields(hint)},
            "required": [
                field.name
                for field in dataclasses.fields(hint)
                if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
            ],
        }
    return {"$ref": f"#/components/schemas/{name}"}
