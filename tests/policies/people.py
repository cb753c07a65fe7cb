"""The named cast of the policy tests, and the SQL that brings it on stage.

Two organizations, always, so that a leak shows: everybody belongs to Acme, except Sam, who owns
Borealis, and those of whom it says otherwise. Ids come from names, so that a failing test reads.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from time import time
from uuid import UUID, uuid5

import jwt

NAMESPACE = UUID("0c000000-0000-4000-8000-000000000000")


def ident(name: str) -> str:
    """The id that the thing of this name has in every test."""
    return str(uuid5(NAMESPACE, name))


@dataclass(frozen=True)
class Person:
    """Somebody who asks: a database role, and what stands in the token."""

    name: str
    role: str = "authenticated"
    claims: dict[str, object] = field(default_factory=dict, hash=False)

    @property
    def id(self) -> str:
        return ident(self.name)

    @property
    def email(self) -> str:
        return f"{self.name}@example.com"

    @property
    def told(self) -> dict[str, object]:
        """The claims that PostgREST tells the database; they have just signed in."""
        ways = [{"method": "password", "timestamp": int(time())}]
        return {"sub": self.id, "role": self.role, "amr": ways, **self.claims}

    def token(self, secret: str, issuer: str) -> str:
        now = int(time())
        return jwt.encode(
            {
                **self.told,
                "email": self.email,
                "role": "authenticated",
                "aud": "authenticated",
                "iss": f"{issuer}/auth/v1",
                "iat": now,
                "exp": now + 3600,
                "session_id": ident(f"session of {self.name}"),
                **{"is_anonymous": False, **self.claims},
            },
            secret,
            algorithm="HS256",
        )


ANON = Person("anon", role="anon")
SERVICE = Person("service", role="service_role")
OLIVE, ADAM, EDDIE = Person("olive"), Person("adam"), Person("eddie")
MIA, VERA = Person("mia"), Person("vera")
SAM = Person("sam")  # owns Borealis
NORA = Person("nora")  # belongs nowhere
RITA = Person("rita")  # was an owner of Acme; her token still lives
SUE = Person("sue")  # of the operator's; looks into Acme
# Signed in without an account, and by some accident an owner in the members' table.
ANYA = Person("anya", claims={"is_anonymous": True})

MEMBERS = {
    OLIVE: "owner",
    ADAM: "admin",
    EDDIE: "editor",
    MIA: "member",
    VERA: "viewer",
    ANYA: "owner",
}

# The columns of policies/README.md's matrix.
COLUMNS: dict[str, Person] = {
    "anon": ANON,
    "anonymous sign-in": ANYA,
    "member of nothing": NORA,
    "removed member": RITA,
    "other organization": SAM,
    "support": SUE,
    "viewer": VERA,
    "member": MIA,
    "editor": EDDIE,
    "admin": ADAM,
    "owner": OLIVE,
    "service": SERVICE,
}
PEOPLE = [person for person in COLUMNS.values() if person not in (ANON, SERVICE)]

ACME, BOREALIS = ident("Acme"), ident("Borealis")


# Organizations of each person's own for what can be tried only once.
ONCE = ("delete", "delete by name", "remove from", "leave", "hand over")


def arena(person: Person, purpose: str) -> str:
    return ident(f"organization for {person.name} to {purpose}")


def doomed(person: Person) -> str:
    """An organization made only for this person to try to delete."""
    return arena(person, "delete")


def token_for(person: Person) -> str:
    """What stands in the link of this person's invitation to Eddie's firm."""
    return f"token for {person.name}"


def submission_for(person: Person) -> str:
    """What a visitor sent, for this person to try to delete."""
    return ident(f"submission for {person.name} to delete")


def generation_of(person: Person) -> str:
    """What this person once asked the AI in Acme, whether they still may or not."""
    return ident(f"generation of {person.name}")


def visit_for(person: Person) -> str:
    """A visit of Sue's to Acme, for this person to try to end."""
    return ident(f"support visit for {person.name} to end")


def leftover_for(person: Person) -> str:
    """What a site of Acme left behind, for this person to try to forget."""
    return ident(f"leftover for {person.name} to forget")


WITHOUT_LIMITS = """
update public.plans set features = '{head_code,page_code}', limits = limits || '{"sites": null,
  "pages": null,
  "members": null, "deployments": null, "storage_mb": null, "custom_domains": null}';
"""


def entrance() -> str:
    """SQL, run after the migrations: accounts, and organizations with something in each."""
    # No limit stands in the way of a policy; test_quotas.py sets its own.
    statements = [WITHOUT_LIMITS]
    statements += [
        "insert into auth.users (id, email, email_confirmed_at) "
        f"values ('{person.id}', '{person.email}', now());"
        for person in PEOPLE
    ]
    statements += organization(ACME, "Acme", MEMBERS) + contents(ACME, "Acme", OLIVE)
    statements += organization(BOREALIS, "Borealis", {SAM: "owner"})
    statements += contents(BOREALIS, "Borealis", SAM)
    # Eddie edits in Acme and owns a firm of his own, where he could move a site of Acme's to.
    eddies = ident("Eddies")
    statements += organization(eddies, "Eddies", {EDDIE: "owner"})
    for person in COLUMNS.values():
        # Olive in her own alone: nobody may own more than twenty.
        members = {who: role for who, role in MEMBERS.items() if who != OLIVE or who == person}
        for purpose in ONCE:
            name = f"{person.name} to {purpose}"
            statements += organization(arena(person, purpose), name, members)
        statements.append(submission(submission_for(person), ACME, ident("site of Acme")))
        statements += hook(hook_for(person), ACME, ident("site of Acme"))
        tried = ident(f"hook for {person.name} to try")
        statements += hook(tried, ACME, ident("site of Acme"))
    for person in PEOPLE:
        invited = ident(f"invitation of {person.name}")
        statements += invitation(invited, eddies, person.email, EDDIE, token_for(person))
        statements.append(
            "insert into public.ai_generations (id, org_id, kind, prompt, created_by, status) "
            "values "
            f"('{generation_of(person)}', '{ACME}', 'edit', '{person.name} asks', '{person.id}', "
            "'done');"
            "insert into public.host_leftovers (id, org_id, host, site_name, project, due_at) "
            f"values ('{leftover_for(person)}', '{ACME}', 'vercel', 'Gone', '{{}}', '2100-01-01');"
        )
    statements += [visit(visit_for(person)) for person in COLUMNS.values()]
    # Rita left a moment ago.
    member = f"('{ACME}', '{RITA.id}', 'owner')"
    statements.append(
        f"insert into public.organization_members (org_id, user_id, role) values {member};"
    )
    statements.append(f"delete from public.organization_members where user_id = '{RITA.id}';")
    return "\n".join(statements)


def organization(org: str, name: str, members: dict[Person, str]) -> list[str]:
    site, page, deployment = (ident(f"{what} of {name}") for what in ("site", "page", "deployment"))
    slug = name.lower().replace(" ", "-")
    owner = next(person for person, role in members.items() if role == "owner")
    roles = [f"('{org}', '{person.id}', '{role}')" for person, role in members.items()]
    return [
        f"insert into public.organizations (id, name, slug) values ('{org}', '{name}', '{slug}');",
        "insert into public.organization_members (org_id, user_id, role) "
        f"values {', '.join(roles)};",
        "insert into public.sites (id, org_id, name, created_by) "
        f"values ('{site}', '{org}', '{name} site', '{owner.id}');",
        "insert into public.pages (id, site_id, title, html, created_by) "
        f"values ('{page}', '{site}', '{name} page', '<p>{name} secret</p>', '{owner.id}');",
        "insert into public.deployments "
        "(id, org_id, site_id, host, status, manifest, requested_by, finished_at) values "
        f"('{deployment}', '{org}', '{site}', 'local', 'ready', '{{}}', '{owner.id}', now());",
        "insert into public.deployments "
        "(id, org_id, site_id, host, target, status, manifest, requested_by, finished_at) values "
        f"('{ident(f'preview of {name}')}', '{org}', '{site}', 'local', 'preview', 'ready', "
        f"'{{}}', '{owner.id}', now());",
    ]


def contents(org: str, name: str, owner: Person) -> list[str]:
    """A row in every other table of an organization."""
    site, page = ident(f"site of {name}"), ident(f"page of {name}")
    word = name.lower()

    def row(table: str, **values: str) -> str:
        columns, quoted = ", ".join(values), ", ".join(f"'{value}'" for value in values.values())
        return f"insert into {table} ({columns}) values ({quoted});"

    def own(what: str) -> dict[str, str]:
        return {"id": ident(f"{what} of {name}"), "org_id": org, "created_by": owner.id}

    visit = {"org_id": org, "site_id": site}
    asset = f"{org}/{word}.png"
    return [
        row("page_comments", **own("comment"), page_id=page, body=f"{name} comment"),
        row("components", **own("component"), name=f"{name} component"),
        f"insert into private.component_uses values ('{ident(f'component of {name}')}', '{org}', "
        f"'{page}', 1);",
        row("private.page_presence", page_id=page, org_id=org, user_id=owner.id,
            is_editing="false", seen_at="2026-01-01"),
        row("sections", **own("section"), name=f"{name} section"),
        row("assets", **own("asset"), path=asset, name="Logo", type="image/png", size="100",
            uploaded_at="2026-01-01"),
        "insert into public.preview_links (id, deployment_id, created_by) values "
        f"('{ident(f'preview link of {name}')}', '{ident(f'preview of {name}')}', '{owner.id}');",
        # Ended: one that is left running for a quarter of an hour would be swept up.
        row("ai_generations", **own("generation"), kind="page", prompt=f"{name} prompt",
            status="done"),
        row("integrations", **own("integration"), provider="netlify", last_four="abcd"),
        "insert into private.integration_secrets "
        f"values ('{ident(f'integration of {name}')}', '{org}', 'key', "
        "decode(repeat('00', 12), 'hex'), decode(repeat('00', 32), 'hex'));",
        row("site_hosts", id=ident(f"home of {name}"), **visit, host="netlify",
            integration_id=ident(f"integration of {name}"), consented_by=owner.id),
        row("host_leftovers", id=ident(f"leftover of {name}"), org_id=org, host="netlify",
            site_name="Gone", project='{"id": "p"}', due_at="2100-01-01"),
        row("private.credentials_canary", key_id="key", nonce="x", ciphertext="x")
        if name == "Acme" else "",
        row("private.oauth_states", state_hash=("1" if name == "Acme" else "2") * 64, org_id=org,
            person_id=owner.id),
        row("subscriptions", org_id=org, stripe_customer_id=f"cus_{word}"),
        row(
            "invoices", org_id=org, stripe_invoice_id=f"in_{word}", status="paid", currency="usd",
            total_cents="900",
        ),
        row("private.stripe_customers", id=f"cus_{word}", org_id=org),
        row("private.billing_mails", org_id=org, user_id=owner.id, key="receipt", kind="receipt",
            data="{}"),
        row("private.stripe_events", id=f"evt_{word}", type="invoice.paid", livemode="f",
            payload="{}", created_at="2026-01-01"),
        row("usage_quotas", org_id=org, metric="ai_tokens", period="1970-01-01", allowed="3"),
        row("api_usage", org_id=org, user_id=owner.id, endpoint="POST /api/ai/edit", status="200"),
        row("error_logs", org_id=org, fingerprint="0" * 64, source="browser", message="Oh"),
        row("analytics_events", **visit, kind="view", visitor=r"\x" + "00" * 16, path="/"),
        row("analytics_daily", **visit, day="2026-01-01", dimension="total"),
        row("analytics_goals", id=ident(f"goal of {name}"), site_id=site, name="Buys",
            steps='[{"kind": "path", "value": "/thanks"}]', created_by=owner.id),
        row("analytics_links", id=ident(f"report link of {name}"), site_id=site,
            created_by=owner.id),
        row("private.analytics_visits", site_id=site, visitor=r"\x00", day="2026-01-01", path="/",
            referrer="", utm="{}", views="1"),
        row("private.analytics_seen", site_id=site, visitor=r"\x00", dimension="path", value="/",
            day="2026-01-01"),
        row("private.analytics_vitals", site_id=site, day="2026-01-01", path="/", metric="lcp",
            bucket="70", times="1"),
        row("private.analytics_days", site_id=site, day="2026-01-01", summed_at="2026-01-02"),
        row("private.analytics_visitors", site_id=site, day="2026-01-01", nth="1", referrer="",
            device="", browser="", os="", country="", screen="", views="1", bounced="t",
            strayed="f", seconds="0", hits="{/}", hit_times="{0}"),
        row("private.analytics_hits", site_id=site, hit="/", day="2026-01-01", nths="{1}",
            firsts="{1}", lasts="{1}"),
        row("private.analytics_filtered", site_id=site, filter="path", value="/", day="2026-01-01",
            visitors="1", views="1", bounces="1", seconds="0", panels="{path}", panel_values="{/}",
            **{f"panel_{each}": "{1}" for each in (
                "visitors", "views", "bounces", "seconds", "depth", "leaves")}),
        row("private.analytics_filtered_vitals", site_id=site, filter="path", value="/",
            day="2026-01-01", path="/", buckets="{70}", times="{1}"),
        row("private.weekly_reports", user_id=owner.id, week="2026-01-05", taken_at="2026-01-12"),
        row("private.analytics_salts", day="2026-01-01", salt=r"\x" + "00" * 32)
        if name == "Acme" else "",
        submission(ident(f"submission of {name}"), org, site),
        row("published_forms", **visit, host="local", form="contact",
            base_url=f"https://{word}.example/", definition="{}"),
        *hook(ident(f"hook of {name}"), org, site),
        row("form_deliveries", id=ident(f"delivery of {name}"), **visit,
            hook_id=ident(f"hook of {name}"), submission_id=ident(f"submission of {name}"),
            state="failed"),
        row("private.used_proofs", proof=f"proof of {word}", used_at="2026-01-01"),
        *invitation(ident(f"invitation of {name}"), org, f"guest@{word}.example", owner, name),
    ]  # fmt: skip


def visit(id: str, org: str = ACME, by: Person = SUE) -> str:
    """Support may look in for the next hours: longer than any test runs."""
    return (
        "insert into public.support_visits (id, org_id, user_id, email, reason, ends_at) values "
        f"('{id}', '{org}', '{by.id}', '{by.email}', 'A form that fails', now() + interval '8 h');"
    )


def submission(id: str, org: str, site: str) -> str:
    return (
        "insert into public.form_submissions (id, org_id, site_id, form, fields) "
        f"values ('{id}', '{org}', '{site}', 'contact', '{{\"name\": \"Visitor\"}}');"
    )


def hook(id: str, org: str, site: str) -> list[str]:
    """A webhook and its secret."""
    return [
        "insert into public.form_hooks (id, org_id, site_id, url) "
        f"values ('{id}', '{org}', '{site}', 'https://hooks.example/');",
        "insert into private.form_hook_secrets values "
        f"('{id}', '{org}', 'key', "
        "decode(repeat('00', 12), 'hex'), decode(repeat('00', 32), 'hex'));",
    ]


def hook_for(person: Person) -> str:
    """A webhook, for this person to try to delete."""
    return ident(f"hook for {person.name} to delete")


def invitation(id: str, org: str, email: str, by: Person, token: str) -> list[str]:
    return [
        "insert into public.organization_invitations (id, org_id, email, role, invited_by) "
        f"values ('{id}', '{org}', '{email}', 'viewer', '{by.id}');",
        "insert into private.invitation_tokens "
        f"values ('{id}', encode(sha256(convert_to('{token}', 'UTF8')), 'hex'));",
    ]
