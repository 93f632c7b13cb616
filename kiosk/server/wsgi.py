"""What a WSGI server calls. WSGI on purpose: a view can refuse before the body is read."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kiosk.server.settings")

application = get_wsgi_application()
