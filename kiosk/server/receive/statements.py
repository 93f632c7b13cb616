"""Statements that the ORM puts into words once, and that are asked again and again with other values.

A chunk comes every ten seconds from every kiosk, and to word what it asks of the database takes longer than the
database takes to answer. The words stay the ORM's, for whichever database there is; nothing is written by hand here,
and what is asked rarely belongs elsewhere.
"""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Final

from django.db import connection, models
from django.db.models import sql

_STAND_INS: Final[dict[str, Any]] = {
    "UUIDField": uuid.UUID(int=0),
    "CharField": "x",
    "PositiveIntegerField": 1,
    "DateTimeField": datetime(2000, 1, 1, tzinfo=UTC),
}
"""For values of such a column, while a statement is worded."""


class _Statement:
    """Takes values for columns of `model`, which are named as in `filter`, in that order."""

    def __init__(self, model: type[models.Model], columns: Sequence[str]) -> None:
        self.model = model
        self.columns = columns

    @cached_property
    def _fields(self) -> list[Any]:
        return [_field(self.model, name) for name in self.columns]

    def _adapted(self, values: Sequence[Any]) -> list[Any]:
        """As the database takes them."""
        return [field.get_db_prep_value(value, connection) for field, value in zip(self._fields, values, strict=True)]


class Question(_Statement):
    """The first row among `rows` in which each column has its value, as the object of its model."""

    def __init__(self, rows: Any, *columns: str) -> None:
        super().__init__(rows.model, columns)
        self._rows = rows

    def first(self, *values: Any) -> Any:
        """None when there is none."""
        words, names, converters = self._worded
        with connection.cursor() as cursor:
            cursor.execute(words, self._adapted(values))
            row = cursor.fetchone()
        if row is None:
            return None
        found = list(row)
        for index, (converts, column) in converters.items():
            for convert in converts:
                found[index] = convert(found[index], column, connection)
        return self.model.from_db(connection.alias, names, found)

    @cached_property
    def _worded(self) -> tuple[str, list[str], dict[int, Any]]:
        compiler = _where(self._rows, self.columns).order_by().query.get_compiler(connection=connection)
        words, taken = compiler.as_sql()
        assert len(taken) == len(self.columns)
        columns = [column for column, _, _ in compiler.select]
        return words, [column.target.attname for column in columns], compiler.get_converters(columns)


class Change(_Statement):
    """Sets one column of those rows among `rows` in which each of the other columns has its value."""

    def __init__(self, rows: Any, column: str, *others: str) -> None:
        super().__init__(rows.model, (column, *others))
        self._rows = rows

    def __call__(self, *values: Any) -> int:
        """How many rows that were."""
        with connection.cursor() as cursor:
            cursor.execute(self._words, self._adapted(values))
            return int(cursor.rowcount)

    @cached_property
    def _words(self) -> str:
        column, *others = self.columns
        query = _where(self._rows, others).query.chain(sql.UpdateQuery)
        query.add_update_values({column: _stand_in(self.model, column)})
        words, taken = query.get_compiler(connection=connection).as_sql()
        assert len(taken) == len(self.columns)
        return str(words)


class Addition(_Statement):
    """Adds a row with these columns."""

    def __init__(self, model: type[models.Model], *columns: str) -> None:
        super().__init__(model, columns)

    def __call__(self, *values: Any) -> None:
        """Raises IntegrityError when a constraint forbids it."""
        with connection.cursor() as cursor:
            cursor.execute(self._words, self._adapted(values))

    @cached_property
    def _words(self) -> str:
        query = sql.InsertQuery(self.model)
        query.insert_values(self._fields, [self.model()], raw=True)
        ((words, taken),) = query.get_compiler(connection=connection).as_sql()
        assert len(taken) == len(self.columns)
        return str(words)


def _where(rows: Any, columns: Sequence[str]) -> Any:
    """One `filter` after the other, so that the values stand in that order."""
    for name in columns:
        rows = rows.filter(**{name: _stand_in(rows.model, name)})
    return rows


def _stand_in(model: type[models.Model], name: str) -> Any:
    field = _field(model, name)
    while field.is_relation:  # down to what the value really is
        field = field.target_field
    return _STAND_INS[field.get_internal_type()]


def _field(model: type[models.Model], name: str) -> Any:
    *way, last = name.split("__")
    for step in way:
        model = model._meta.get_field(step).related_model  # noqa: SLF001  # Django's documented way to a model's fields
    return model._meta.get_field(last)  # noqa: SLF001  # as above
