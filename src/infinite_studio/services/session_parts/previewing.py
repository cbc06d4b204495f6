"""What a long list of versions reads while it is looked at: the next commits, and waveforms nobody has played yet."""

from collections.abc import Sequence
from functools import partial

from infinite_studio.errors import StudioError
from infinite_studio.history.values import Commit
from infinite_studio.progress import Part, Progress
from infinite_studio.services.session_parts.caring import Caring
from infinite_studio.services.studio import Studio
from infinite_studio.services.values import Changes


class Previewing(Caring):
    """The next page of a history, however long it is, and the peaks of its sounds."""

    _peaks_job: int | None = None

    def commits_before(self, commit_id: str, limit: int) -> tuple[Commit, ...]:
        """Return the commits of the open project that follow one in the list; as quick at the end as at the beginning."""
        repository_id = self.repository.repository_id
        read = partial(self.studio.library.log, repository_id, limit=limit, before=commit_id)
        return self._guard(read) or ()

    def prepare_peaks(self, object_ids: Sequence[str]) -> int | None:
        """Draw the waveforms of these sounds next; the ones asked for before and not drawn yet are let go."""
        if self._peaks_job is not None:
            self._jobs.cancel(self._peaks_job)
            self._peaks_job = None
        wanted = tuple(dict.fromkeys(object_ids))
        if not wanted or not self.is_open:
            return None
        job = self._disk_job("Drawing waveforms", "_peaks", partial(_draw, self.studio, wanted))
        self._peaks_job = self._run(job, self._on_drawn)
        return self._peaks_job

    def _on_drawn(self, object_ids: frozenset[str]) -> None:
        self._peaks_job = None
        if object_ids:
            self.changed.emit(Changes(peaks=object_ids), None)


def _draw(studio: Studio, object_ids: Sequence[str], progress: Progress) -> frozenset[str]:
    """Draw what can be read; a damaged sound stays without a picture, which a list is no place to complain about."""
    drawn = set()
    for done, object_id in enumerate(object_ids):
        part = Part(progress, done / len(object_ids), (done + 1) / len(object_ids))
        try:
            studio.bank.draw(object_id, part)
        except StudioError:
            continue
        drawn.add(object_id)
    return frozenset(drawn)
