"""The audit log, to be read: by whom, what, and above all about whom."""

from typing import Final

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from kiosk.server.catalogue.models import AuditEntry
from kiosk.server.review.access import Act, needs, page

PAGE: Final = 50


@needs(Act.RECORDS)
@require_GET
def audit_log(request: HttpRequest) -> HttpResponse:
    subject, who = (request.GET.get(key, "").strip()[:200] for key in ("subject", "who"))
    found = AuditEntry.objects.all()
    if subject:
        found = found.filter(Q(subject__icontains=subject) | Q(detail__icontains=subject))
    if who:
        found = found.filter(who__icontains=who)
    entries = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return page(request, "review/audit.html", found=entries, subject=subject, who=who)
