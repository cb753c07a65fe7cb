"""CASES 117: ten workers at a queue of a thousand, on a PostgreSQL of our own."""

from __future__ import annotations

from collections import Counter
from uuid import uuid4

from tests.policies.people import EDDIE, SERVICE
from tests.policies.postgres import Postgres

WORKERS, SITES, ORGANIZATIONS = 10, 100, 10


def test_ten_workers_claim_each_of_a_thousand_publishes_once(server: Postgres) -> None:
    mark = uuid4().hex[:8]
    server.psql(f"""
        insert into organizations (name, slug)
        select 'Queue', 'queue-{mark}-' || n from generate_series(1, {ORGANIZATIONS}) n;
        insert into organization_members
        select o.id, '{EDDIE.id}', 'editor' from organizations o where o.slug like 'queue-{mark}-%';
        insert into sites (org_id, name)
        select o.id, 'Waiting ' || n from organizations o, generate_series(1, {SITES}) n
        where o.slug like 'queue-{mark}-%';
        insert into deployments (org_id, site_id, host, requested_by)
        select s.org_id, s.id, 'local', '{EDDIE.id}'
        from sites s join organizations o on o.id = s.org_id
        where o.slug like 'queue-{mark}-%';
    """)
    # So few that nine cannot do all of it: the tenth finds its share, however late it comes.
    claims = WORKERS * [SITES * ORGANIZATIONS // WORKERS + 5]
    printed = server.at_once([
        (SERVICE, f"select claim_deployment('worker {n}', 3600) ->> 'id';" * count)
        for n, count in enumerate(claims)
    ])  # fmt: skip
    claimed = [line for output in printed for line in output.splitlines() if line]
    # Whoever loses a race comes away with nothing that time.
    while late := server.psql("select claim_deployment('late', 3600) ->> 'id'", by=SERVICE):
        claimed.append(late)
    assert not [line for line in claimed if len(line) != 36], claimed[:3]
    mine = server.psql(f"""
        select d.id, l.attempts, l.generation from deployments d
        join sites s on s.id = d.site_id join organizations o on o.id = s.org_id
        left join private.deployment_leases l on l.deployment_id = d.id
        where o.slug like 'queue-{mark}-%'
    """).splitlines()  # fmt: skip
    assert len(mine) == SITES * ORGANIZATIONS
    assert {line.split("|", 1)[1] for line in mine} == {"1|1"}
    times = Counter(claimed)
    assert all(times[line.split("|")[0]] == 1 for line in mine)
    # Nobody went away empty-handed while others did all of the work.
    assert all(len(output.splitlines()) > 50 for output in printed)
    # The queue is short again for whoever comes next.
    server.psql(f"delete from organizations where slug like 'queue-{mark}-%'")
