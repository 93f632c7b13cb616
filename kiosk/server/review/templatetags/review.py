"""Tags of the review pages' templates: instants, lengths, and links that keep a search."""

from datetime import UTC, datetime
from typing import Any

from django import template
from django.utils.html import format_html

from kiosk.server.catalogue.models import InterviewSession
from kiosk.server.review import words

register = template.Library()


@register.simple_tag
def moment(at: datetime | str | None, otherwise: str = "") -> str:
    """An instant as UTC; a small script shows it in the reader's own time."""
    if isinstance(at, str):
        try:
            parsed = datetime.fromisoformat(at)
        except ValueError:
            return at
        at = parsed
    if at is None:
        return otherwise
    known = at.astimezone(UTC)
    return str(
        format_html(
            '<time datetime="{}" data-local>{}</time>',
            known.isoformat(timespec="seconds").replace("+00:00", "Z"),
            f"{known:%d %b %Y, %H:%M} UTC".lstrip("0"),
        )
    )


@register.filter
def seconds(number: float) -> str:
    """A length of time in words: 1 minute 30 seconds."""
    return words.span(number)


@register.simple_tag
def unassigned_count() -> int:
    return int(InterviewSession.objects.filter(interview=None).count())


@register.simple_tag(takes_context=True)
def page_link(context: dict[str, Any], number: int) -> str:
    """The same search, another page of it."""
    query = context["request"].GET.copy()
    query["page"] = number
    return f"?{query.urlencode()}"
