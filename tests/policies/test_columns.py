"""Every column, for everybody: thousands of statements that the catalogue itself suggests.

What may be written stands in test_catalogue.py; here each person tries, and what PostgreSQL says
of it counts. Nothing is changed: a privilege is asked for also by a statement that finds no row.
"""

from __future__ import annotations

import json

import pytest

from tests.policies import test_catalogue as catalogue
from tests.policies import test_matrix as matrix
from tests.policies.database import Database
from tests.policies.people import ANON, COLUMNS, SERVICE, Person
from tests.policies.test_catalogue import DELETABLE, UNREADABLE, WRITABLE

TRY_ALL = """
create function pg_temp.try_all(role text, claims text)
returns table (relation text, col text, verb text, outcome text) language plpgsql as $$
declare
  attempt record;
begin
  for attempt in
    select c.relname::text as relation, a.attname::text as col, v.verb, v.statement
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    cross join lateral (values
      ('SELECT', format('select %I from %s where false', a.attname, c.oid::regclass)),
      ('INSERT', format('insert into %s (%I) select null::%s where false',
        c.oid::regclass, a.attname, format_type(a.atttypid, a.atttypmod))),
      ('UPDATE', format('update %s set %I = null where false', c.oid::regclass, a.attname)),
      ('DELETE', format('delete from %s where %I is null and false', c.oid::regclass, a.attname)),
      ('TRUNCATE', format('truncate %s', c.oid::regclass))
    ) v (verb, statement)
    where c.relnamespace::regnamespace::text in ('public', 'private')
      and c.relkind in ('r', 'p', 'v', 'm', 'f')
  loop
    outcome := 'allowed';
    begin
      perform set_config('request.jwt.claims', claims, true), set_config('role', role, true);
      execute attempt.statement;
      raise sqlstate 'LAB00';
    exception
      when sqlstate 'LAB00' then null;
      when others then outcome := sqlstate;
    end;
    relation := attempt.relation;
    col := attempt.col;
    verb := attempt.verb;
    return next;
  end loop;
end;
$$;
"""


def may(person: Person, relation: str, column: str, verb: str) -> bool:
    if verb == "SELECT":
        return person is not ANON and relation not in UNREADABLE
    if verb == "DELETE":
        return person not in (ANON, SERVICE) and relation in DELETABLE
    columns = WRITABLE.get((relation, verb), set())
    return person not in (ANON, SERVICE) and column in columns


def test_nobody_reads_or_writes_a_column_that_the_list_does_not_name(db: Database) -> None:
    db.run(TRY_ALL)
    exposed = {
        row["relname"]
        for row in db.run(
            "select relname from pg_class where relnamespace = 'public'::regnamespace"
        )
    }
    probes, wrong = 0, []
    for name, person in COLUMNS.items():
        signed_in = person not in (ANON, SERVICE)
        claims = person.told if signed_in else {}
        for row in db.run("select * from pg_temp.try_all($1, $2)", person.role, json.dumps(claims)):
            probes += 1
            relation, column, verb = row["relation"], row["col"], row["verb"]
            expected = relation in exposed and may(person, relation, column, verb)
            # 428C9: a column that the database alone fills. All else is refused before anything is
            # looked at.
            refused = row["outcome"] in ("42501", "428C9")
            if refused == expected or row["outcome"] not in ("allowed", "42501", "428C9"):
                wrong.append(f"{name}: {verb} {relation}.{column}: {row['outcome']}")
    assert wrong == []
    assert probes >= 10_000


@pytest.mark.parametrize(
    ("forgotten", "test"),
    [
        (
            "create table public.forgotten (id int primary key)",
            matrix.test_the_matrix_has_a_row_for_every_table_and_verb,
        ),
        (
            "create view public.forgotten with (security_invoker = true) as select * from pages",
            matrix.test_the_matrix_has_a_row_for_every_table_and_verb,
        ),
        (
            "create function public.forgotten() returns int language sql return 1",
            matrix.test_the_matrix_has_a_row_for_every_function_that_is_exposed,
        ),
        (
            "grant execute on function private.use_up to authenticated",
            catalogue.test_functions_are_open_only_to_whom_the_list_names,
        ),
        (
            "alter table pages add forgotten int;"
            "grant update (forgotten) on pages to authenticated",
            catalogue.test_columns_are_writable_only_where_the_list_says_so,
        ),
        (
            "alter table pages add forgotten int",
            catalogue.test_whoever_may_read_a_table_may_read_all_its_columns,
        ),
    ],
    ids=["table", "view", "function", "private function", "granted column", "column"],
)
def test_what_has_no_entry_fails(db: Database, forgotten: str, test: object) -> None:
    test(db)  # type: ignore[operator]
    db.rollback()
    db.run(forgotten)
    with pytest.raises(AssertionError):
        test(db)  # type: ignore[operator]
