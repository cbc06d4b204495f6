"""What the packaged app must be told, since no packager sees it in the code."""

import plistlib
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
SPEC = (ROOT / "studio.spec").read_text(encoding="utf-8")
NAMED_IN_A_STRING = re.compile(r"import_module\(\s*\"([\w.]+)\"\s*\)")
NOT_PACKAGED = {"tinysoundfont", "fluidsynth"}


def test_modules_of_networks_that_are_named_in_strings_travel_along():
    sources = (ROOT / "src" / "infinite_studio" / "engines").rglob("*.py")
    named = {name for path in sources for name in NAMED_IN_A_STRING.findall(path.read_text(encoding="utf-8"))}
    assert named >= NOT_PACKAGED
    told = set(re.findall(r"[\w]+", SPEC))
    assert {name for name in named - NOT_PACKAGED if not set(name.split(".")) <= told} == set()


def test_a_mac_is_told_why_the_microphone_is_wanted():
    allowed = plistlib.loads((ROOT / "packaging" / "entitlements.plist").read_bytes())
    assert allowed["com.apple.security.device.audio-input"] is True
    assert re.search(r'"NSMicrophoneUsageDescription": "[^"]{20,}"', SPEC)
    assert 'entitlements_file=str(ROOT / "packaging" / "entitlements.plist")' in SPEC
