"""A library with two versions of a project, for tests of what compares them and makes one of them."""

from pathlib import Path


def make_two_versions(home: Path, bars: int) -> Path:
    """Make “Tape” with a trap beat on main and a house beat on idea, where the work stands."""
    from infinite_studio.engines.base import GenerationRequest
    from infinite_studio.progress import Silence
    from infinite_studio.services import projects, versions
    from infinite_studio.services.studio import opened_studio
    from infinite_studio.settings.folders import Folders

    silent = Silence()
    with opened_studio(Folders.under(home)) as studio:
        projects.new_project("Tape", studio)
        for prompt, seed, message in (("dark trap, 140 bpm", 1, "Trap"), ("house, 122 bpm", 3, "House")):
            request = GenerationRequest(prompt, seed=seed, bars=bars)
            projects.add_take("Tape", request, "sketch", studio, silent)
            versions.commit_working("Tape", message, studio, silent)
            if message == "Trap":
                versions.begin_branch("Tape", "idea", None, studio)
                versions.go_to("Tape", "idea", studio, silent)
    return home
