"""Ten seconds of every style as a sound and a picture: `docs/gallery/`.

The picture is a spectrogram, 30 Hz to 20 kHz on a logarithmic scale, 90 dB from black to white; thin lines mark 100 Hz,
1 kHz and 10 kHz. `--folder` writes elsewhere, `--whole` shows 30 seconds instead of ten, `--stems` adds a picture of each stem.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from infinite_studio.engines.base import GenerationRequest, Take
from infinite_studio.engines.sketch.engine import SketchEngine
from infinite_studio.progress import Silence

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "gallery"
MADE_SECONDS, SHOWN_SECONDS = 30.0, 10.0
FIRST_SEED = 7
WIDTH, HEIGHT = 640, 220
LOWEST_HZ, HIGHEST_HZ = 30.0, 20_000.0
FLOOR_DB = -90.0
TRANSFORM = 4096
COLOURS = (
    (0, (8, 8, 16)),
    (80, (46, 20, 84)),
    (140, (150, 40, 110)),
    (200, (245, 130, 60)),
    (255, (255, 245, 200)),
)
SHADES = 40
QUALITY = 0.3
Samples = NDArray[np.float32]


def excerpt(take: Take, samples: Samples, seconds: float) -> Samples:
    """Return what begins with the first bar after a third of the piece, faded at its ends."""
    rate = take.mixdown.sample_rate
    assert take.understanding.tempo_bpm is not None
    bar = 240.0 / take.understanding.tempo_bpm
    start = int(np.ceil(MADE_SECONDS / 3 / bar) * bar * rate) if seconds < MADE_SECONDS else 0
    cut = samples[start : start + int(seconds * rate)].copy()
    fade = rate // 50
    cut[:fade] *= np.linspace(0.0, 1.0, fade, dtype=np.float32)[:, np.newaxis]
    cut[-fade:] *= np.linspace(1.0, 0.0, fade, dtype=np.float32)[:, np.newaxis]
    return cut


def levels_db(mono: NDArray[np.floating], rate: int) -> NDArray[np.floating]:
    """Return the level at every pixel, shape ``(HEIGHT, WIDTH)``, lowest frequency last."""
    padded = np.pad(mono, TRANSFORM // 2)
    starts = np.linspace(0, mono.size - 1, WIDTH).astype(int)
    window = np.hanning(TRANSFORM)
    frames = np.stack([padded[start : start + TRANSFORM] * window for start in starts])
    power = np.abs(np.fft.rfft(frames, axis=1)) ** 2 / (0.25 * np.sum(window) ** 2)
    edges = np.geomspace(LOWEST_HZ, HIGHEST_HZ, HEIGHT + 1) * TRANSFORM / rate
    below = np.concatenate([np.zeros((WIDTH, 1)), np.cumsum(power, axis=1)], axis=1)
    places = np.arange(below.shape[1])
    bands = np.stack([np.diff(np.interp(edges, places, row)) for row in below])
    width = np.maximum(np.diff(edges), 1.0)
    found: NDArray[np.floating] = 10 * np.log10(bands / width * np.minimum(width, 8.0) + 1e-12)
    return found.T[::-1]


def palette() -> list[int]:
    """Return the colours from black to white as Qt wants them."""
    points = [level for level, _ in COLOURS]
    shades = np.linspace(0, 255, SHADES)
    red, green, blue = (
        np.interp(shades, points, [colour[part] for _, colour in COLOURS]).astype(int) for part in range(3)
    )
    return [int(value) for value in (255 << 24) | (red << 16) | (green << 8) | blue]


def save_picture(mono: NDArray[np.floating], rate: int, path: Path) -> None:
    shade = np.clip((levels_db(mono, rate) - FLOOR_DB) / -FLOOR_DB, 0.0, 1.0) * (SHADES - 1)
    pixels = np.ascontiguousarray(shade.round().astype(np.uint8))
    for hz in (100.0, 1_000.0, 10_000.0):
        row = HEIGHT * (1.0 - np.log(hz / LOWEST_HZ) / np.log(HIGHEST_HZ / LOWEST_HZ))
        pixels[round(row), :6] = SHADES - 1
    image = QImage(pixels.data, WIDTH, HEIGHT, WIDTH, QImage.Format.Format_Indexed8)
    image.setColorTable(palette())
    image.save(str(path), quality=0)


def slug(style: str) -> str:
    return style.replace("&", "and").replace(" ", "-")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--styles", nargs="*")
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--stems", action="store_true")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    engine = SketchEngine()
    lines = [
        "# Gallery",
        "",
        "Ten seconds of every style of the built-in composer, made by `python -m benchmarks.gallery`.",
        "",
    ]
    lines += [
        "| style | what it is | tempo, key | sound | spectrogram, 30 Hz – 20 kHz |",
        "|---|---|---|---|---|",
    ]
    sizes = {}
    for place, style in enumerate(engine.styles):
        if asked.styles and style.name not in asked.styles:
            continue
        take = engine.generate(
            GenerationRequest(style.name, duration_seconds=MADE_SECONDS, seed=FIRST_SEED + place), Silence()
        )
        rate, name = take.mixdown.sample_rate, slug(style.name)
        heard = excerpt(take, take.mixdown.samples, MADE_SECONDS if asked.whole else SHOWN_SECONDS)
        sound, image = asked.folder / f"{name}.ogg", asked.folder / f"{name}.png"
        soundfile.write(sound, heard, rate, format="OGG", subtype="VORBIS", compression_level=1.0 - QUALITY)
        save_picture(heard.mean(axis=1), rate, image)
        if asked.stems:
            for stem, audio in take.stems.items():
                part = excerpt(take, audio.samples, MADE_SECONDS if asked.whole else SHOWN_SECONDS)
                save_picture(part.mean(axis=1), rate, asked.folder / f"{name}-{stem.value}.png")
        facts = f"{take.understanding.tempo_bpm:g} BPM, {take.understanding.key}"
        lines.append(
            f"| {style.name} | {style.description} | {facts} | [{name}.ogg]({name}.ogg) | ![{style.name}]({name}.png) |"
        )
        sizes[style.name] = [sound.stat().st_size, image.stat().st_size]
    if not asked.styles:
        (asked.folder / "README.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    total = sum(sum(pair) for pair in sizes.values())
    print(
        json.dumps(
            {"styles": len(sizes), "bytes": total, "largest": max(map(max, sizes.values())), "sizes": sizes}
        )
    )


if __name__ == "__main__":
    main()
