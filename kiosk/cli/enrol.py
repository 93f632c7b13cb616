"""`kiosk enrol [URL] CODE`: makes this kiosk known to a server, once."""

import argparse
import json

from kiosk.cli.options import add_config, add_json, configuration
from kiosk.domain.errors import BadRequest

LONGEST_NAME = 200


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "url", nargs="?", metavar="URL", help="the server's address, https://... (default: 'url' in [server])"
    )
    parser.add_argument("code", metavar="CODE", help="one-time code that 'kiosk-server enrol-code' printed")
    parser.add_argument("--name", help="what people call this kiosk (default: 'kiosk_name' of the configuration)")
    parser.add_argument("--replace", action="store_true", help="even though this kiosk is enrolled already")
    add_config(parser)
    add_json(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Enrols, and says with whom."""
    loaded = configuration(options)
    config = loaded.config

    from kiosk.outbox import enrolment
    from kiosk.outbox.link import Route, check_url
    from kiosk.outbox.process import enrolled

    url = (options.url or config.server_url).strip().rstrip("/")
    if not url:
        raise BadRequest(
            "No server is named.", "Give its address before the code, or set 'url' in [server] of the configuration."
        )
    check_url(url)
    if config.server_url and url != config.server_url:
        raise BadRequest(
            f"This kiosk's server is {config.server_url}, as {loaded.sources['server_url']} says.",
            "Enrol it there: 'kiosk enrol CODE'.",
        )
    name = (options.name if options.name is not None else config.kiosk_name).strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise BadRequest(f"--name must have 1 to {LONGEST_NAME} printable characters.")
    if enrolled() and not options.replace:
        before = enrolment.load()
        where = before.url if before else "a server"
        raise BadRequest(f"This kiosk is enrolled with {where} already.", "Use --replace to enrol it again.")
    done = enrolment.enrol(Route(url, config.server_proxy, config.server_ca_file), options.code, name)
    if options.json:
        print(json.dumps({"url": done.url, "server": done.server, "kiosk": done.kiosk, "name": done.name}))
        return 0
    print(f"This kiosk is enrolled with {done.server} ({done.url}) as {done.name}.")
    print("Recordings are sent from now on, also those that were made before. 'kiosk sessions' tells how far they are.")
    print(f"The key to the server is kept in {enrolment.place()}, for this account only.")
    return 0
