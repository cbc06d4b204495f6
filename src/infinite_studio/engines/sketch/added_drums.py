"""Drums that a prompt adds to a style's kit."""

from dataclasses import replace

from infinite_studio.engines.sketch.sound.names import DRUM_SOUNDS
from infinite_studio.engines.sketch.style import Grid, KitPiece, StyleDrums

_ADDED = {
    # name in prompts: (sound, steps, level, place)
    "shaker": ("shaker", "gxxxgxxxgxxxgxxx", -11.0, -0.35),
    "tambourine": ("tambourine", "....x.......x...", -11.0, 0.3),
    "conga": ("conga", "......x..x....x. | ......x..x..x.x.", -10.0, 0.4),
    "bongo": ("bongo", "x..x..x...x.x... | x..x..x..xx.x.x.", -11.0, -0.4),
    "cowbell": ("cowbell", "x...x...x...x...", -15.0, 0.3),
    "clap": ("clap", "....x.......x...", -5.0, 0.0),
    "snap": ("snap", "....x.......x...", -7.0, 0.1),
    "rim": ("rim", "...x..x....x..x.", -9.0, 0.3),
    "side-stick": ("side-stick", "....x.......x...", -7.0, 0.1),
    "ride": ("ride", "x...x...x...x...", -10.0, 0.25),
    "claves": ("claves", "x..x..x...x.x...", -12.0, -0.3),
    "woodblock": ("woodblock", "x..x..x.....x...", -13.0, 0.4),
    "agogo": ("agogo", "x.x..x.x..x.x...", -15.0, -0.4),
    "guiro": ("guiro", "x...x.x.x...x.x.", -14.0, -0.4),
    "triangle": ("triangle", "..x...x...x...x.", -17.0, 0.4),
    "timbale": ("timbale", "...x..x....x..x.", -10.0, -0.2),
    "log-drum": ("log-drum", "..x...x..x....x.", -9.0, -0.2),
    "taiko": ("taiko", "X..x..x.X...x...", -4.0, 0.0),
    "timpani": ("timpani", "X.......x.......", -6.0, -0.2),
    "tom": ("tom-low", "...x..x....x.xx.", -8.0, -0.25),
    "hat": ("hat-closed", "x.x.x.x.x.x.x.x.", -7.0, 0.12),
    "snare": ("snare-acoustic", "....X.......X...", 0.0, 0.0),
    "kick": ("kick-909", "X...X...X...X...", 0.0, 0.0),
    "crash": ("crash", "X............... | ................", -11.0, 0.0),
    "brush": ("brush-sweep", "x...x...x...x...", -9.0, 0.0),
}
_ROOM = 0.12
assert {sound for sound, *_ in _ADDED.values()} <= set(DRUM_SOUNDS)


def drums_of(drums: StyleDrums, name: str) -> list[str]:
    """Return the drums of a kit that sound like what a prompt names."""
    return [drum for drum, piece in drums.kit.items() if piece.sound.startswith(name)]


def drums_with(drums: StyleDrums, name: str) -> StyleDrums | None:
    """Return the drums with one more; of optional drums that nobody asked for only this one. None where there is none."""
    own = drums_of(drums, name)
    if own and not drums.optional:
        return drums
    if own:
        kept = {drum: drums.kit[drum] for drum in own}
        grooves = tuple(
            replace(grid, rows={drum: steps for drum, steps in grid.rows.items() if drum in kept})
            for grid in drums.grooves
        )
        sounding = tuple(grid for grid in grooves if grid.rows)
        return replace(drums, kit=kept, grooves=sounding or grooves, fills=(), optional=False)
    if name not in _ADDED:
        return None
    sound, text, gain_db, pan = _ADDED[name]
    steps = "".join(text.split()).replace("|", "")
    piece = KitPiece(sound, gain_db, pan, _ROOM, tune_semitones=0.0, decay=1.0)
    if drums.optional:
        return StyleDrums({name: piece}, (Grid({name: steps}),), (), optional=False)
    grooves = tuple(replace(grid, rows={**grid.rows, name: steps}) for grid in drums.grooves)
    return replace(drums, kit={**drums.kit, name: piece}, grooves=grooves)
