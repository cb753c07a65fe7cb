"""Building only what changed: for a worker that remembers the site's last build.

A page's bytes depend on the page and on the site's head, nothing else; so when one page of a
thousand changes, one page is joined anew, and the files of the whole site only if what they are
made from changed. The result is, byte for byte, what `build_site` gives for all pages.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from services.site_build.head import SiteHead
from services.site_build.model import CompiledPage, File, Json, Library, SiteSource
from services.site_build.site import (
    Totals,
    checked_head,
    page_files,
    refuse_site_secrets,
    site_files,
    sitemap_entry,
)


@dataclass(frozen=True, slots=True)
class Record:
    """What is remembered of one page: its files' digests, and its part in the shared files."""

    files: tuple[tuple[str, str], ...]
    blocks: tuple[str, ...]
    behaviors: tuple[str, ...]
    entry: str
    forms: Json


@dataclass
class SiteIndex:
    """What is remembered of a site between builds; a worker keeps one per site it has built."""

    head: SiteHead | None = None
    library: Library | None = None
    records: dict[str, Record] = field(default_factory=dict)
    shared: dict[str, str] = field(default_factory=dict)
    blocks: Counter[tuple[str, ...]] = field(default_factory=Counter)
    behaviors: Counter[tuple[str, ...]] = field(default_factory=Counter)

    def manifest(self) -> dict[str, str]:
        """Return every file of the site and its digest."""
        files = {name: sha for record in self.records.values() for name, sha in record.files}
        return files | self.shared

    def fits(self, site: SiteSource, library: Library) -> bool:
        """Say whether `update_site` may be used: a new head means that every page changes."""
        return self.library is library and self.head == checked_head(site, library)

    def put(self, page: CompiledPage, record: Record) -> None:
        """Remember a page in place of what was known under its address."""
        self.forget(page.path)
        self.records[page.path] = record
        self.blocks[record.blocks] += 1
        self.behaviors[record.behaviors] += 1

    def forget(self, path: str) -> None:
        """Forget a page that is no longer part of the site."""
        record = self.records.pop(path, None)
        if record:
            self.blocks -= Counter([record.blocks])
            self.behaviors -= Counter([record.behaviors])

    def totals(self) -> Totals:
        """Return what the shared files are made from."""
        return Totals(
            blocks={kind for kinds in self.blocks for kind in kinds},
            behaviors={name for names in self.behaviors for name in names},
            sitemap={path: record.entry for path, record in self.records.items()},
            forms={path: record.forms for path, record in self.records.items()},
        )


def index_site(
    site: SiteSource, pages: Iterable[CompiledPage], library: Library, index: SiteIndex
) -> Iterator[File]:
    """Build every page, remembering in `index`, which should be new."""
    refuse_site_secrets(site, library)
    index.head, index.library = checked_head(site, library), library
    written: set[str] = set()
    for page in pages:
        yield from _joined(index, index.head, page, library, written)
    yield from _shared(index, index.head, site, library)


def update_site(
    site: SiteSource,
    changed: Iterable[CompiledPage],
    removed: Iterable[str],
    library: Library,
    index: SiteIndex,
) -> Iterator[File]:
    """Yield the files that differ from the last build. `index.fits` must have said yes.

    A sheet or script that another page has already may come again: its name is its content.
    """
    head = checked_head(site, library)
    for path in removed:
        index.forget(path)
    written: set[str] = set()
    for page in changed:
        yield from _joined(index, head, page, library, written)
    yield from _shared(index, head, site, library)


def _joined(
    index: SiteIndex, head: SiteHead, page: CompiledPage, library: Library, written: set[str]
) -> Iterator[File]:
    before = dict(index.records[page.path].files) if page.path in index.records else {}
    digests = {}
    # Sheets and scripts are named by content: written once is written for all pages.
    for file in page_files(head, page, library, set()):
        digests[file.path] = file.sha256
        if file.path not in written and before.get(file.path) != file.sha256:
            written.add(file.path)
            yield file
    entry = sitemap_entry(head, page)
    files = tuple(digests.items())
    index.put(page, Record(files, page.blocks, page.behaviors, entry, page.forms))


def _shared(index: SiteIndex, head: SiteHead, site: SiteSource, library: Library) -> Iterator[File]:
    before, index.shared = index.shared, {}
    for file in site_files(site, head, library, index.totals()):
        index.shared[file.path] = file.sha256
        if before.get(file.path) != file.sha256:
            yield file
