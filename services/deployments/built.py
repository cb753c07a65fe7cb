"""What was built last, site by site: published again, only what changed is joined."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from services.deployments.blobs import BlobStore
from services.site_build import SiteIndex
from services.site_build.model import Library, SiteSource

_KEPT_SITES = 16
_KEPT_PAGES = 20_000

Key = tuple[str, ...]


@dataclass
class BuiltSite:
    """One site's last build: the index of its files, and each page's compiled digest by path."""

    index: SiteIndex = field(default_factory=SiteIndex)
    made: dict[str, str] = field(default_factory=dict)


@dataclass
class BuiltSites:
    """The last builds of the sites that were published latest, bounded by sites and by pages."""

    _kept: OrderedDict[Key, BuiltSite] = field(default_factory=OrderedDict)

    def take(self, key: Key, site: SiteSource, library: Library, blobs: BlobStore) -> BuiltSite:
        """Return the last build, or an empty one where it cannot be built upon.

        It is no longer kept while it is changed: a build that ends half way leaves nothing behind.
        """
        found = self._kept.pop(key, None)
        if found is None or not found.index.fits(site, library):
            return BuiltSite()
        if not all(blobs.keep(digest) for digest in found.index.manifest().values()):
            return BuiltSite()
        return found

    def keep(self, key: Key, built: BuiltSite) -> None:
        """Remember a build that was finished."""
        self._kept[key] = built
        while len(self._kept) > _KEPT_SITES or (
            len(self._kept) > 1 and sum(len(one.made) for one in self._kept.values()) > _KEPT_PAGES
        ):
            self._kept.popitem(last=False)
