"""Finds every sentence that another room of the kiosk can bring to the proctor's panel, so that all can be translated.

Errors, problems and findings are made in other processes and rooms, in English, with figures, names and paths filled
in. This reads the source and runs nothing: a sentence becomes a pattern, `The camera gives only {fps} pictures a
second.`, and what a constructor of a message is given is followed to the literals that it can be. `make.py` writes
the patterns into `sentences.json`, for the screens (`kiosk/ui/told.py`), and hands them to Qt's lupdate.
"""

import ast
import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

KIOSK = Path(__file__).parents[2] / "kiosk"
SILENT = (
    "ui",  # has its own texts
    "cli",  # speaks in a terminal
    "config/files.py",  # the same, before any screen is there
    "config/keys.py",
    "config/kinds.py",
    "config/reference.py",
    "config/secrets.py",
    "config/shown.py",
    "logs",
    "demo.py",
    "domain/usage.py",
    "doctor/report.py",  # written to a file for whoever maintains the kiosk
    "doctor/lockdown.py",  # `kiosk doctor` alone asks it
    "devices/simulated",  # IT's trials only
    "media",  # of `kiosk inspect`, `export` and `verify`, and of the server; but see below
    "files/verification.py",
    "interviews/load.py",  # the mistakes of a file, line by line, for `kiosk check`
    "interviews/fields.py",
    "outbox/metrics.py",  # Prometheus
    "outbox/enrolment.py",  # of `kiosk enrol`
    "server",
    "server/receive/openapi.py",
)
"""What never reaches a screen of the kiosk."""
HEARD = ("media/quality.py", "server/receive")
"""Of these all the same: the verdict on a rehearsal, and what the server answers a kiosk."""
MESSAGES = {
    "KioskError": (0, 1),
    "WorldFailed": (0, 1),
    "BadRequest": (0, 1),
    "DeviceFailed": (0, 1),
    "NoSpace": (0, 1),
    "VoiceFailed": (0, 1),
    "Interrupted": (0, 1),
    "PictureDamaged": (0, 1),
    "Later": (0, 1),
    "NotAllowed": (0, 1),
    "Parked": (0, 1),
    "Problem": (1, 2),
    "Trouble": (1, 2),
    "Failed": (2, 3),
    "Finding": (2, 3),
    "Assessment": (1, 2),
    "Refusal": (1, 2),
    "Readiness": (1, 2),
    "SelfTest": (2, 3),
    "broken": (0, 1),
    "lost": (0, 1),
    "_done": (0, 1),
}
"""Constructors of messages, and what takes their words: which arguments are for people."""
QUALITY = {"Finding": (1, 2)}
"""Of `media/quality.py`, whose findings are parts of a sentence."""
WORDS = frozenset({"what", "remedy", "fact", "sentence", "message"})
SENTENCE = re.compile(r"(?=.* )(['A-Z{].*[.]|[A-Z].*[.:] \{\w+\})", re.DOTALL)
FEW = 4
"""So many forms of a part are written out, so that each can be a sentence of its own; more stay a hole."""
MOST = 12
"""Forms of one expression; more are no sentence with alternatives but something else."""
_FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(slots=True)
class _Module:
    """One file: its functions, and what its names can stand for."""

    path: Path
    tree: ast.Module
    names: dict[str, list[ast.expr]] = field(default_factory=dict)
    functions: dict[str, ast.AST] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.names = _assigned(self.tree.body)
        self.functions = {node.name: node for node in ast.walk(self.tree) if isinstance(node, _FUNCTION)}


def sentences() -> list[str]:
    """All patterns, sorted; a pattern's holes are named in braces."""
    found: set[str] = set()
    for path in sources():
        found |= _of_file(path)
    return sorted({form.strip() for form in found if _says_something(form)})


def sources() -> list[Path]:
    """The files whose sentences can reach a screen."""
    kept = []
    for path in sorted(KIOSK.rglob("*.py")):
        name = path.relative_to(KIOSK).as_posix()
        if _depth(name, HEARD) >= _depth(name, SILENT):
            kept.append(path)
    return kept


def _depth(name: str, places: Iterable[str]) -> int:
    """How exactly one of these places names it; 0 when none does."""
    return max((len(place) for place in places if name == place or name.startswith(f"{place}/")), default=0)


def constructed(path: Path) -> Iterator[tuple[int, str, list[str]]]:
    """(line, source, forms) of each text that a message of this file is made of; no forms: it is passed on."""
    module = _Module(path, ast.parse(path.read_text(encoding="utf-8")))
    places = MESSAGES | (QUALITY if path.name == "quality.py" else {})
    for scope in _scopes(module.tree):
        local = _assigned(scope.body)
        for call in _calls(scope):
            function = call.func
            name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
            at = places.get(name, ())
            if name == "Finding" and _is_well(call):
                continue
            texts = [argument for number, argument in enumerate(call.args) if number in at]
            texts += [argument for argument in call.args if at and isinstance(argument, ast.Starred)]
            texts += [keyword.value for keyword in call.keywords if at and keyword.arg in WORDS]
            for text in texts:
                yield call.lineno, ast.unparse(text), _forms(text, module, local)


def _of_file(path: Path) -> set[str]:
    module = _Module(path, ast.parse(path.read_text(encoding="utf-8")))
    found = {form for _, _, forms in constructed(path) for form in forms}
    unspoken = set(_unspoken(module.tree))
    for scope in _scopes(module.tree):
        local = _assigned(scope.body)
        for node in _own(scope):
            if isinstance(node, ast.Constant | ast.JoinedStr) and id(node) not in unspoken:
                found |= {form for form in _forms(node, module, local) if SENTENCE.fullmatch(form.strip())}
            if isinstance(node, ast.JoinedStr):
                found |= set(_pieces(node, module, local))
    return found


def _pieces(text: ast.JoinedStr, module: _Module, local: dict[str, list[ast.expr]]) -> Iterator[str]:
    """What functions of this file fill into a sentence: `{minutes} min {rest} s`."""
    for value in text.values:
        call = value.value if isinstance(value, ast.FormattedValue) else None
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name)):
            continue
        yield from _forms(call, module, local)


# ── what an expression can be ───────────────────────────────────────────────────────────────────────────


def _forms(node: ast.expr, module: _Module, local: dict[str, list[ast.expr]], depth: int = 0) -> list[str]:
    """Every text that it can be, as patterns; empty when it comes from elsewhere."""
    found: list[str] = []
    again = depth + 1
    if depth > 6:
        return found
    match node:
        case ast.Constant(value=str(text)):
            found = [text]
        case ast.JoinedStr():
            found = _filled(node, module, local, again)
        case ast.IfExp():
            found = [*_forms(node.body, module, local, again), *_forms(node.orelse, module, local, again)]
        case ast.BoolOp():
            found = [form for value in node.values for form in _forms(value, module, local, again)]
        case ast.Tuple() | ast.List():
            found = [form for each in node.elts for form in _forms(each, module, local, again)]
        case ast.Dict():
            found = [form for each in node.values for form in _forms(each, module, local, again)]
        case ast.Starred() | ast.Subscript():
            found = _forms(node.value, module, local, again)
        case ast.Name():
            values = local.get(node.id) or module.names.get(node.id, [])
            found = [form for value in values for form in _forms(value, module, local, again)]
        case ast.BinOp(op=ast.Add()):
            left, right = (_forms(side, module, local, again) or ["{more}"] for side in (node.left, node.right))
            found = [_unique(f"{one}{other}") for one, other in itertools.product(left, right)]
        case ast.Call(func=ast.Attribute(attr="format" | "strip" | "rstrip" | "get")):
            assert isinstance(node.func, ast.Attribute)
            found = _forms(node.func.value, module, local, again)
        case ast.Call(func=ast.Name()) if isinstance(node.func, ast.Name) and node.func.id in module.functions:
            found = _returned(module.functions[node.func.id], module, again)
        case _:
            pass
    return list(dict.fromkeys(re.sub(r"\{(\w+):[^}]*\}", r"{\1}", form) for form in found))[:MOST]


def _returned(function: ast.AST, module: _Module, depth: int) -> list[str]:
    """What a function of this file can give back."""
    assert isinstance(function, _FUNCTION)
    local = _assigned(function.body)
    values = [node.value for node in _own(function) if isinstance(node, ast.Return) and node.value is not None]
    each = [_forms(value, module, local, depth) for value in values]
    return [form for forms in each for form in forms] if all(each) else []


def _filled(text: ast.JoinedStr, module: _Module, local: dict[str, list[ast.expr]], depth: int) -> list[str]:
    parts: list[list[str]] = []
    for value in text.values:
        if isinstance(value, ast.Constant):
            parts.append([str(value.value)])
        elif isinstance(value, ast.FormattedValue):
            parts.append(_inside(value.value, module, local, depth))
    return [_unique("".join(form)) for form in itertools.islice(itertools.product(*parts), MOST)]


def _inside(node: ast.expr, module: _Module, local: dict[str, list[ast.expr]], depth: int) -> list[str]:
    """What fills a hole: the few texts that it can be, or the hole itself."""
    hole = "{" + _name(node) + "}"
    if isinstance(node, ast.IfExp):
        either = [_inside(branch, module, local, depth) for branch in (node.body, node.orelse)]
        return [form for branch in either for form in branch]
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    if isinstance(node, ast.JoinedStr):
        return _filled(node, module, local, depth)
    if isinstance(node, ast.Name) and node.id in local:
        known = [form for value in local[node.id] for form in (_forms(value, module, local, depth) or [hole])]
        return known if len(known) <= FEW and not any(form.startswith("{") for form in known) else [hole]
    if isinstance(node, ast.Call):
        known = _forms(node, module, local, depth)
        return known if len(known) == 1 and known[0].endswith(".") else [hole]  # a whole sentence, and no measure
    return [hole]


def _name(node: ast.expr) -> str:
    """What a hole is called: after the last word of what fills it."""
    match node:
        case ast.Name():
            return node.id.strip("_")
        case ast.Attribute():
            return node.attr.strip("_")
        case ast.Call(func=ast.Name(id="len" | "round" | "str" | "repr" | "int" | "abs")) if node.args:
            return _name(node.args[0])
        case ast.Call(func=ast.Attribute(attr="join")):
            return "list"
        case ast.Call(func=ast.Name() | ast.Attribute()):
            return _name(node.func)
        case ast.Subscript(slice=ast.Constant(value=str(key))):
            return re.sub(r"\W", "_", key)
        case ast.Subscript() | ast.Starred():
            return _name(node.value)
        case ast.BoolOp():
            return _name(node.values[0])
        case ast.BinOp():
            return _name(node.left)
        case ast.IfExp():
            return _name(node.body)
        case _:
            return "value"


def _unique(form: str) -> str:
    """Holes of one name are numbered from the second on."""
    seen: dict[str, int] = {}

    def name(hole: re.Match[str]) -> str:
        word = hole[1].rstrip("0123456789") or "value"
        seen[word] = seen.get(word, 0) + 1
        return "{" + word + (str(seen[word]) if seen[word] > 1 else "") + "}"

    return re.sub(r"\{(\w+)\}", name, form)


def _says_something(form: str) -> bool:
    return re.search(r"[A-Za-z]", re.sub(r"\{\w+\}", "", form)) is not None


# ── where texts stand ───────────────────────────────────────────────────────────────────────────────────

_Scope = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef


def _scopes(tree: ast.Module) -> Iterator[_Scope]:
    yield tree
    yield from (node for node in ast.walk(tree) if isinstance(node, _FUNCTION))


def _own(scope: _Scope) -> Iterator[ast.AST]:
    """What stands in it, and not in a function inside."""
    waiting: list[ast.AST] = list(scope.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, _FUNCTION):
            continue
        yield node
        inside = [] if isinstance(node, ast.JoinedStr) else list(ast.iter_child_nodes(node))
        waiting += inside


def _calls(scope: _Scope) -> Iterator[ast.Call]:
    return (node for node in _own(scope) if isinstance(node, ast.Call))


def _assigned(body: Iterable[ast.AST]) -> dict[str, list[ast.expr]]:
    """Name → what is assigned to it in these statements, at any depth but not in functions inside."""
    found: dict[str, list[ast.expr]] = {}
    for top in body:
        for node in [top] if isinstance(top, _FUNCTION | ast.ClassDef) else ast.walk(top):
            pairs: list[tuple[ast.expr, ast.expr | None]] = []
            if isinstance(node, ast.Assign):
                pairs = [(target, node.value) for target in node.targets]
            elif isinstance(node, ast.AnnAssign):
                pairs = [(node.target, node.value)]
            elif isinstance(node, ast.For):
                pairs = _looped(node)
            for target, value in pairs:
                _note(found, target, value)
    return found


def _looped(loop: ast.For) -> list[tuple[ast.expr, ast.expr | None]]:
    return [(loop.target, each) for each in loop.iter.elts] if isinstance(loop.iter, ast.Tuple | ast.List) else []


def _note(found: dict[str, list[ast.expr]], target: ast.expr, value: ast.expr | None) -> None:
    if value is None:
        return
    if isinstance(target, ast.Name):
        found.setdefault(target.id, []).append(value)
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
        for one, its in zip(target.elts, value.elts, strict=True):
            _note(found, one, its)
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.IfExp):
        _note(found, target, value.body)
        _note(found, target, value.orelse)
    elif isinstance(target, ast.Tuple):
        for one in target.elts:
            _note(found, one, ast.Constant(None))  # from elsewhere


def _unspoken(tree: ast.Module) -> Iterator[int]:
    """Docstrings, what is logged, and what only a bug would say."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield id(node.value)
        quiet: list[ast.AST] = []
        if isinstance(node, ast.Assert) and node.msg is not None:
            quiet = [node.msg]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            of = node.func.value
            quiet = list(node.args) if isinstance(of, ast.Name) and of.id in {"log", "parser"} else []
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "Finding" and _is_well(node):
            quiet = list(node.args)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            bug = node.func.id in {"AssertionError", "RuntimeError", "ValueError", "TypeError", "IllegalMoveError"}
            quiet = list(node.args) if bug else []
        for each in quiet:
            yield from (id(inner) for inner in ast.walk(each))


def _is_well(call: ast.Call) -> bool:
    """What is well is told in a terminal and in the report alone."""
    return any(ast.unparse(argument) == "Grade.OK" for argument in call.args)
