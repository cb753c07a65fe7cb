"""The app on what hosted Supabase is made of: PostgreSQL and PostgREST behind a gateway.

Locally an embedded database stands in for hosted Supabase, in one thread of JavaScript; how long
it takes for a statement says little of a project's. So what is measured of the app together with
its database is measured with the programs that hosted projects run, on the same processors as all
the rest (decision 0051). Sign-in is not among them: sessions are signed with the project's secret,
and all of them live.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import sysconfig
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from scripts import postgres as program
from services.billing import plans
from tests import servers
from tests.cast import Person, new_person
from tests.policies import people, postgrest
from tests.policies.postgres import Postgres, running_postgres
from tests.stack import PLANS, Stack, free_ports, running_stack

SECRET, SECRET_KEY = "hosted-benchmarks-sign-with-this-word", "sb_secret_benchmarks"
# As hosted's gateway: the secret key becomes a token of the service's.
GATEWAY = """{{
  admin off
  auto_https off
}}
http://127.0.0.1:{port} {{
  handle_path /rest/v1/* {{
    @service header Authorization "Bearer {secret_key}"
    request_header @service Authorization "Bearer {token}"
    reverse_proxy 127.0.0.1:{rest}
  }}
  handle {{
    reverse_proxy 127.0.0.1:{sign_in}
  }}
}}
"""

NewPerson = Callable[..., Person]


@contextmanager
def running_app(folder: Path, **settings: str) -> Iterator[tuple[Stack, NewPerson]]:
    """The app and its worker, on the database that the command line asks for.

    The embedded one with `--embedded`, else what hosted projects have. Yields the stack, and what
    makes a person in it with an organization of their own. Raises SystemExit without the programs.
    """
    if "--embedded" in sys.argv[1:]:
        with running_stack(folder, "supabase", "worker", "web", **settings) as stack:
            yield stack, partial(new_person, stack)
        return
    if not (program.find() and postgrest.find() and _caddy().exists()):
        raise SystemExit("PostgreSQL or PostgREST is missing: `make test` brings them.")
    with _running_hosted(folder, **settings) as hosted:
        yield hosted, hosted.new_person


@contextmanager
def _running_hosted(folder: Path, **settings: str) -> Iterator[Hosted]:
    """The app and its worker on a project that is migrated and empty; all is stopped at the end."""
    with ExitStack() as cleanup:
        # Nobody's commit is lost on a hosted project; the tests' servers do without.
        server = cleanup.enter_context(running_postgres("-c fsync=on", "-c shared_buffers=256MB"))
        server.make_project("project")
        rest = cleanup.enter_context(postgrest.running_postgrest(server, secret=SECRET))
        sign_in = ThreadingHTTPServer(("127.0.0.1", 0), _SignIn)
        threading.Thread(target=sign_in.serve_forever, daemon=True).start()
        cleanup.callback(sign_in.shutdown)
        (port,) = free_ports(1)
        url = f"http://127.0.0.1:{port}"
        cleanup.enter_context(_gateway(folder, port, rest.url, sign_in.server_address[1]))
        keys = {
            "SUPABASE_URL": url,
            "SUPABASE_JWT_SECRET": SECRET,
            "SUPABASE_SECRET_KEY": SECRET_KEY,
            "SUPABASE_PUBLISHABLE_KEY": "sb_publishable_benchmarks",
        }
        stack = Hosted(server, folder, **keys, **settings)
        cleanup.callback(stack.stop)
        offered = json.dumps(plans.read(Path(PLANS)))
        server.psql(f"select apply_plans($plans${offered}$plans$)", by=people.SERVICE)
        stack.start("worker", "web")
        yield stack


class Hosted(Stack):
    """A stack whose Supabase is one of PostgreSQL and PostgREST."""

    def __init__(self, server: Postgres, folder: Path, **settings: str) -> None:
        super().__init__(folder, **settings)
        self.server = server

    def new_person(self, name: str, *, organization: str) -> Person:
        """Somebody who is signed in, with an organization of their own."""
        who = people.Person(f"{name}-{uuid.uuid4().hex[:8]}")
        self.server.psql(
            "insert into auth.users (id, email, email_confirmed_at) "
            f"values ('{who.id}', '{who.email}', now())",
            by="superuser",
        )
        session = {"access_token": who.token(SECRET, self.supabase_url), "user": {"id": who.id}}
        person = Person(name, self, who.email, session)
        person.org_id = person.rpc("create_organization", name=organization)["id"]
        return person


class _SignIn(BaseHTTPRequestHandler):
    """Tells of each session that it lives; the app asks every half minute."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        # Whoever has no session is asked for too: whether the service answers at all.
        claims = (self.headers["Authorization"] or ".e30.").split(".")[1]
        person = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4))).get("sub")
        body = json.dumps({"id": person}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def _gateway(folder: Path, port: int, rest: str, sign_in: int) -> Iterator[subprocess.Popen[bytes]]:
    service = people.Person("service", claims={"role": "service_role"})
    file = folder / "gateway"
    file.write_text(
        GATEWAY.format(
            port=port,
            secret_key=SECRET_KEY,
            token=service.token(SECRET, f"http://127.0.0.1:{port}"),
            rest=rest.rpartition(":")[2],
            sign_in=sign_in,
        )
    )
    command = [str(_caddy()), "run", "--config", str(file), "--adapter", "caddyfile"]
    homes = {name: str(folder) for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")}
    with servers.running(command, port, folder / "gateway.log", **homes) as process:
        yield process


def _caddy() -> Path:
    return Path(sysconfig.get_path("scripts")) / "caddy"
