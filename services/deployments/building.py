"""From rows to blobs: compile what changed, join, keep each file once, list them in a manifest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from services.deployments import snapshot
from services.deployments.assets import Pictures
from services.deployments.blobs import BlobStore
from services.deployments.built import BuiltSites
from services.deployments.compile_pool import CompilePool, Source
from services.deployments.compiled import CompiledPages
from services.deployments.failures import PublishFailure
from services.deployments.names import check_names
from services.deployments.queue import Job
from services.deployments.snapshot import PageRef, SiteRow
from services.site_build import (
    Compiler,
    component_refs,
    image_refs,
    index_site,
    site_image_refs,
    update_site,
)
from services.site_build.errors import BuildError
from services.site_build.model import (
    CompileContext,
    CompiledPage,
    Component,
    Image,
    Library,
    PageSource,
    SiteSource,
    Visits,
)
from services.supabase import Client

# Of a small site, an edit of the theme may change every page: each is sent in a moment.
_INLINED_PAGES = 20

Progress = Callable[[int, int], None]
Changed = tuple[PageRef, str | None]
# Which page of how many it is, its digest, and its compiled form or else its source.
_LookedUp = tuple[tuple[int, str], Source | CompiledPage]


@dataclass
class Builder:
    """What a worker keeps from one publish to the next: the compiler, and what it made."""

    library: Library
    compiler: Compiler
    pool: CompilePool
    pages: CompiledPages
    data_dir: Path
    storage_url: str
    app_url: str
    sites: BuiltSites = field(default_factory=BuiltSites)

    @classmethod
    def make(
        cls,
        library: Library,
        data_dir: Path,
        supabase_url: str,
        app_url: str,
        *,
        processes: int = 1,
    ) -> Builder:
        """Make a builder; long builds compile in `processes` more, if that is more than one."""
        compiler = Compiler(library)
        return cls(
            library=library,
            compiler=compiler,
            pool=CompilePool(compiler.rules, processes),
            pages=CompiledPages(data_dir / "cache" / "pages"),
            data_dir=data_dir,
            storage_url=f"{supabase_url}/storage/v1/object/public/assets/",
            app_url=app_url,
        )


@dataclass(frozen=True)
class Built:
    """A finished build: its manifest, how many blobs were new, and what people should know."""

    files: dict[str, str]
    new: int
    pages: int
    notes: tuple[str, ...]


def build(
    db: Client,
    job: Job,
    site: SiteRow,
    builder: Builder,
    blobs: BlobStore,
    base: tuple[str, str],
    progress: Progress,
) -> Built:
    """Build the site as it is now into `blobs`. Raises PublishFailure or Unavailable."""
    listed = snapshot.list_pages(db, job)
    run = _Run(
        db,
        job,
        builder,
        Pictures(builder.data_dir, builder.storage_url, blobs),
        len(listed),
        progress,
    )
    source = SiteSource(
        name=site.name,
        base_url=base[0],
        base_path=base[1],
        theme=site.theme,
        seo=site.seo,
        head_code=site.head_code,
        images=run.images(site_image_refs(site.seo, run.context({}))),
        redirects={old: page.path for page in listed for old in page.old_paths},
        visits=Visits(site.id, f"{builder.app_url}/api/analytics/collect")
        if site.analytics
        else None,
        inlines_css=len(listed) <= _INLINED_PAGES,
    )
    key = (job.site_id, *base)
    last = builder.sites.take(key, source, builder.library, blobs)
    changed = run.changed(listed, last.made)
    gone = last.made.keys() - ({page.path for page in listed} - {page.path for page, _ in changed})
    pages = run.pages(changed, last.made)
    new = 0
    try:
        if last.made:
            for path in gone:
                del last.made[path]
            files = update_site(source, pages, gone, builder.library, last.index)
        else:
            files = index_site(source, pages, builder.library, last.index)
        for file in files:
            new += blobs.put(file.data, file.sha256)[1]
    except BuildError as error:
        raise PublishFailure("build_failed", str(error)) from error
    builder.sites.keep(key, last)
    manifest = last.index.manifest() | run.picture_files
    check_names(manifest)
    return Built(manifest, new, len(listed), run.notes())


class _Run:
    """One build: hands compiled pages to the joiner one by one, so that memory stays flat."""

    def __init__(
        self,
        db: Client,
        job: Job,
        builder: Builder,
        pictures: Pictures,
        total: int,
        progress: Progress,
    ) -> None:
        self.db, self.job, self.builder, self.pictures = db, job, builder, pictures
        self.total, self.progress = total, progress
        self.picture_files: dict[str, str] = {}
        self.versions = snapshot.component_versions(db, job)
        self.components: dict[str, Component] = {}

    def changed(self, listed: list[PageRef], made: Mapping[str, str]) -> list[Changed]:
        """Return the pages that `made` does not hold as they are now, with their digests if known.

        Every page's pictures are looked up on the way: they belong to the site either way.
        """
        found = [(page, self._digest(page)) for page in listed]
        return [(page, digest) for page, digest in found if made.get(page.path, "") != digest]

    def pages(self, changed: list[Changed], made: dict[str, str]) -> Iterator[CompiledPage]:
        """Yield the changed pages in order, entering each into `made`."""
        for (number, digest), page in self.builder.pool.compile(self._looked_up(changed)):
            self.progress(number, self.total)
            compiled = self.builder.pages.put(digest, page) if isinstance(page, bytes) else page
            made[compiled.path] = digest
            yield compiled

    def _looked_up(self, changed: list[Changed]) -> Iterator[_LookedUp]:
        """Find each page's compiled form, or else its source.

        Text is read only for pages whose compiled form is not at hand, many at a time.
        """
        texts = snapshot.read_pages(
            self.db, self.job, [page for page, digest in changed if digest is None]
        )
        waiting = next(texts, None)
        for number, (page, digest) in enumerate(changed, self.total - len(changed) + 1):
            if digest is not None:
                compiled = self.builder.pages.get(digest)
                yield ((number, digest), compiled) if compiled else self._read_again(number, page)
            elif waiting and waiting[0].id == page.id:
                yield self._looked_at(number, *waiting)
                waiting = next(texts, None)
            # Else it left the publish between the list and now.

    def images(self, refs: Iterable[str]) -> dict[str, Image]:
        """Find the pictures behind `refs`; their files become part of the site."""
        found: dict[str, Image] = {}
        for ref in sorted(refs):
            picture = self.pictures.find(ref)
            if picture:
                found[ref] = picture.image
                self.picture_files |= picture.digests
        return found

    def parts(self, ids: Iterable[str]) -> dict[str, int]:
        """Return the present version of each component; 0 for one that is not there."""
        return {each: self.versions.get(each, 0) for each in sorted(ids)}

    def _expanded(self, source: PageSource) -> tuple[PageSource, dict[str, int]]:
        """Put its components into a page; each is read once in a build."""
        parts = self.parts(component_refs(source.html))
        missing = {each for each, version in parts.items() if version} - self.components.keys()
        self.components |= snapshot.read_components(self.db, self.job, missing)
        return self.builder.compiler.expand(source, self.components), parts

    def context(self, images: Mapping[str, Image]) -> CompileContext:
        return CompileContext(
            images=images,
            storage_url=self.builder.storage_url,
            forms_url=f"{self.builder.app_url}/api/forms/{self.job.site_id}/",
        )

    def notes(self) -> tuple[str, ...]:
        """Say, for people, what the published site lacks."""
        lines = [
            f"Picture left out, {why}: {ref}" for ref, why in sorted(self.pictures.refused.items())
        ]
        return tuple(line[:300] for line in lines[:20])

    def _digest(self, page: PageRef) -> str | None:
        """Return the digest of the page's compiled form; None if the page must be read."""
        known = self.builder.pages.known(page.id, page.version)
        if known is None:
            return None
        digest, images, parts = known
        same = self.images(images) == images and self.parts(parts) == parts
        return digest if same else None

    def _read_again(self, number: int, page: PageRef) -> _LookedUp:
        """Read one page whose compiled form was forgotten between the look and now."""
        for ref, source in snapshot.read_pages(self.db, self.job, [page]):
            return self._looked_at(number, ref, source)
        raise PublishFailure(
            "page_gone", f"The page {page.path} was removed during the publish. Publish again."
        )

    def _looked_at(self, number: int, page: PageRef, source: PageSource) -> _LookedUp:
        source, parts = self._expanded(source)
        refs = image_refs(source, self.context({}))
        context = self.context(self.images(refs))
        digest = self.builder.compiler.digest(source, context)
        # A page whose picture could not be found is looked at again the next time.
        if len(context.images) == len(refs):
            self.builder.pages.remember(page.id, page.version, digest, context.images, parts)
        return (number, digest), self.builder.pages.get(digest) or (source, context)
