"""One publish from claim to ready: building, uploading, processing, live."""

from __future__ import annotations

import errno
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass

from services.config import Config
from services.deployments import queue, snapshot
from services.deployments.blobs import manifest_digest
from services.deployments.building import Builder, build
from services.deployments.failures import PublishFailure, ShuttingDown, Stopped, Unavailable
from services.deployments.hosts import Host, Place, local_host
from services.deployments.hosts.remote import Remote, open_remote
from services.deployments.lease import Lease
from services.deployments.snapshot import SiteRow
from services.errors import ProblemError
from services.integrations.vault import Vault
from services.site_build import FORMS
from services.supabase import Client

log = logging.getLogger(__name__)

_INTERNAL = PublishFailure(
    "internal_error",
    "The publish stopped because of an error on our side. The live site is unchanged. Try again.",
)
_UNAVAILABLE = PublishFailure(
    "unavailable",
    "The database or the picture storage did not answer for some minutes. "
    "The live site is unchanged. Try again.",
)
_DISK_FULL = PublishFailure(
    "disk_full", "The server's disk is full. The live site is unchanged. Tell your administrator."
)


@dataclass(frozen=True)
class Publisher:
    """What every job of a worker needs."""

    db: Client
    place: Place
    builder: Builder
    config: Config
    vault: Vault | None

    def run(self, lease: Lease) -> None:
        """Do the job and write its end, whatever happens. Only a lost job ends without a word."""
        try:
            failure = self._try(lease)
            if failure:
                lease.finish("error", error=failure.as_json())
        except ShuttingDown:
            lease.release()
        except Stopped as why:
            log.info("job %s let go: %s", lease.job.id, type(why).__name__)
        except Unavailable:
            # The lease runs out by itself; the job is claimed again when the database is back.
            log.warning("job %s left: the database is away", lease.job.id)

    def _try(self, lease: Lease) -> PublishFailure | None:
        """Publish; return how it failed, as far as that is the job's own end."""
        try:
            self._publish(lease)
        except PublishFailure as failure:
            return failure
        except Unavailable:
            return _UNAVAILABLE
        except (Stopped, KeyboardInterrupt):
            raise
        except OSError as error:
            log.exception("job %s", lease.job.id)
            return _DISK_FULL if error.errno in (errno.ENOSPC, errno.EDQUOT) else _INTERNAL
        except ProblemError as problem:
            log.error("job %s: the database refused: %s", lease.job.id, problem.detail)
            return _INTERNAL
        except Exception:
            log.exception("job %s", lease.job.id)
            return _INTERNAL
        return None

    def _publish(self, lease: Lease) -> None:
        job = lease.job
        host = local_host(job.host) or open_remote(
            self.config, self.db, self.vault, self.place, lease
        )
        host.begin(self.place, job)
        site = lease.patiently(lambda: snapshot.read_site(self.db, job))
        if job.kind == "unpublish":
            self._unpublish(host, lease, site)
            return
        files = self._resume(host, lease) or self._files(host, lease, site)
        self._upload(lease, files)
        if not isinstance(host, Remote):
            # A host elsewhere goes live when its own uploads are done; it says so itself.
            going = "Packing the archive." if job.host == "archive" else "Going live."
            lease.step("processing", going)
        self._note_forms(lease, host.base(self.place, job, site)[0], files)
        done = host.publish(self.place, job, site, files)
        for sentence in done.report:
            lease.say(sentence)
        lease.say(f"Ready: {done.url}")
        lease.finish("ready", url=done.url, manifest=files, live=done.live, report=done.report)

    def _note_forms(self, lease: Lease, base_url: str, files: Mapping[str, str]) -> None:
        """Say which forms take answers from now on; a restored version brings its own."""
        if lease.job.target != "production":
            return
        digest = files.get(FORMS)
        forms = json.loads(self.place.blobs.read(digest)) if digest else {}
        lease.patiently(lambda: queue.note_forms(self.db, lease.job, base_url, forms))

    def _unpublish(self, host: Host, lease: Lease, site: SiteRow) -> None:
        lease.step("processing", "Taking the site down.")
        host.unpublish(self.place, lease.job, site)
        self._note_forms(lease, "", {})
        lease.say("The site is no longer published there.")
        lease.finish("ready")

    def _resume(self, host: Host, lease: Lease) -> dict[str, str] | None:
        """If this job went live before its worker died, that stays: a publish never changes."""
        digest = host.is_live(self.place, lease.job)
        if digest is None:
            return None
        lease.step("processing", "Picking up where another worker stopped.")
        return self.place.blobs.read_manifest(digest)

    def _files(self, host: Host, lease: Lease, site: SiteRow) -> dict[str, str]:
        files = self._begun(lease) or (
            self._restored(lease) if lease.job.restored_from else self._built(host, lease, site)
        )
        if isinstance(host, Remote):
            host.begin_with(self.place.blobs.put_manifest(files))
        if host.status(self.place, lease.job) == manifest_digest(files):
            lease.say("Nothing changed since the last publish.")
        return files

    def _begun(self, lease: Lease) -> dict[str, str] | None:
        """What an earlier worker had begun to upload stays what is published."""
        digest = lease.job.external.get("manifest")
        if not digest or not self.place.blobs.keep(digest):
            return None
        lease.step("building", "Picking up where another worker stopped.")
        return self.place.blobs.read_manifest(digest)

    def _restored(self, lease: Lease) -> dict[str, str]:
        job = lease.job
        lease.step("building", "Reading the earlier version.")
        source = str(job.restored_from)
        return lease.patiently(lambda: snapshot.read_manifest(self.db, job, source))

    def _built(self, host: Host, lease: Lease, site: SiteRow) -> dict[str, str]:
        job = lease.job
        lease.step("building", "Building the pages.")
        base = host.base(self.place, job, site)
        built = lease.patiently(
            lambda: build(self.db, job, site, self.builder, self.place.blobs, base, lease.progress)
        )
        for note in built.notes:
            lease.say(note)
        pages = "1 page" if built.pages == 1 else f"{built.pages:,} pages"
        lease.say(f"Built {pages}, {len(built.files):,} files, {built.new:,} of them new.")
        return built.files

    def _upload(self, lease: Lease, files: dict[str, str]) -> None:
        """See that every file is really there before anything is switched over."""
        lease.step("uploading", "Checking the files.", total=len(files))
        missing = [name for name, digest in files.items() if not self.place.blobs.keep(digest)]
        if missing:
            raise PublishFailure(
                "files_missing",
                f"{len(missing):,} files of that version are no longer on the server. "
                "Publish the site instead.",
            )
        lease.progress(len(files), len(files))
