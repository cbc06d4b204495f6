"""The language of the style files, as their documentation tells it."""

from infinite_studio.engines.sketch.part_reader import ARP_ORDERS
from infinite_studio.engines.sketch.sound.names import DRUM_SOUNDS, EFFECTS, INSTRUMENTS, TEXTURES
from infinite_studio.music.voicing import Voicing

LANGUAGE = f"""
## A style of your own

Copy one of the files in `resources/styles` to the folder `styles` among the studio's own folders, give it another
`name`, and change what you like: the composer reads it at the next start. A file with the name of a style that is
there already takes its place. A mistake is told with the file, the place in it and what was expected there; the other
styles go on working.

| table | what it says |
|---|---|
| top | `name`, `synonyms`, `hints` (words that suggest it), `description`, `moods`, `energy` and `brightness` (0 to 1, what a piece of it is like) |
| `[tempo]` | `default_bpm`, `lowest_bpm`, `highest_bpm`, `swing` (share of a step by which every second one is late; 0.33 is a triplet feel), `swing_unit_beats` (0.25 or 0.5), `humanise_ms` |
| `[harmony]` | `bars_per_chord`, `minor_share`, progressions in `minor` and `major`, `cadence_minor`, `cadence_major`, `cadences_in_sections` |
| `[drums.kit]` | a drum a line: `sound`, `gain_db`, `pan`, `reverb`, `tune_semitones`, `decay`, `late_ms` |
| `[[drums.groove]]`, `[[drums.fill]]` | steps for drums of the kit, one to four bars; `sections` where they belong to some sections only; a fill of two bars ends a section with both |
| `[[part]]` | `name`, `role` (bass, chords, arp, lead, texture), `instrument`, `patterns`, `lowest`, `highest` (MIDI pitches), `gain_db`, `pan`, `velocity`, `brightness`, `reverb`, `delay`, `duck`, `effects`, `late_ms`, `stem`, `optional`; by role also `voices`, `voicing`, `strum_ms`, `order`, `step_beats`, `gate`, `density`, `motif_bars`, `form`, `leaps`, `pentatonic`, `glide`, `wobble_beats` |
| `[mix]` | `drums_db`, `bass_db`, `melody_db`, `other_db` against each other, `loudness_lufs`, `duck_db`, `duck_beats`, `drive`, `glue` |
| `[effects]` | `reverb_seconds`, `reverb_brightness`, `delay_beats`, `delay_feedback` |
| `[arrangement]` | `intro_bars`, `body` (such as `["a 8", "b 8", "break 4"]`), `outro_bars` |
| `[sections.a]` and so on | `drums` and `parts` that play in intro, a, b, break or outro (all, where it is not said), `energy`, `rise` (how much softer the section begins) |

**SoundFonts.** A file `soundfonts.toml` in the same folder lets presets of SoundFonts play in the place of built-in
instruments, in all styles: a table for each instrument with `file` (beside it or with its whole path), `bank`, `program`
and `gain_db`. They are heard where the Python package `tinysoundfont`, or `pyfluidsynth` with FluidSynth, is installed.

```toml
[rhodes]
file = "EP.sf2"
program = 4
```

**Steps** are sixteenths; blanks and `|` are for the eye.

| in | step | means |
|---|---|---|
| drums | `X` `x` `g` | accent, hit, ghost |
| | `1` … `9` | a hit in so many of ten bars |
| | `r` `t` `q` | two, three, four strokes within the step |
| | `f` | flam |
| chords, arpeggios, leads | `X` `x` `g` | accent, start, soft start |
| | `1` … `9` | a start in so many of ten bars |
| | `p` | the next bar's chord ahead of time |
| bass | `R` `r` `g` `G` | root: accented, plain, soft, dead |
| | `3` `5` `7` `8` | third, fifth, seventh, octave |
| | `s` `S` | root, octave, reached by a glide |
| | `w` | a walking step towards the next chord |
| | `a` `A` | approach to the next root by a step of the scale, by a semitone |
| all | `-` `.` | hold, rest |

**Chords** are roman numerals of the key's own scale, upper case major, lower case minor: `i`, `VI`, `iv7`, `IVmaj7`,
`ii9`, `Vsus4`, `V7b9`, `iiø7`, `vii°`, `bVII`. What a chord alters, such as the third of V in minor, the melody alters too.

**Leads** take a rhythm from their `patterns` (or, without any, from `density`), give it a contour and go on as `form`
says, a letter for each `motif_bars`: `s` statement, `v` varied at its end, `a` answer, `u` and `d` a step up and down,
`b` the other motif, `r` rest.

**Names.** Drums: {", ".join(DRUM_SOUNDS)}. Instruments: {", ".join(INSTRUMENTS)}. Textures: {", ".join(TEXTURES)}.
Effects of a part, each from 0 to 1: {", ".join(EFFECTS)}. Voicings: {", ".join(Voicing)}. Orders of arpeggios:
{", ".join(ARP_ORDERS)}. A `riser` begins a bar, a `reverse-cymbal` half a bar before the place it leads to.
"""
