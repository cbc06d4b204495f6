"""Instrument words and what they name."""

from dataclasses import dataclass
from enum import StrEnum


class Target(StrEnum):
    """What kind of thing an instrument word names."""

    STEM = "stem"
    ROLE = "role"
    DRUM = "drum"
    INSTRUMENT = "instrument"


@dataclass(frozen=True)
class Named:
    """What an instrument word names: its kind, the name there, and the word for chips."""

    target: Target
    name: str
    label: str


_WORDS = {
    Target.STEM: """
        drums: drum, percussion, drumbeat, drum kit, drum beat, drum track
        bass: bassline, bass line, low end, bass lines
        melody: melodies, tune, topline, top line
    """,
    Target.ROLE: """
        lead: leads, synth lead, lead synth, hook
        chords: chord, harmony
        arp: arps, arpeggio, arpeggios, arpeggiated, arpeggiator
        texture: textures
    """,
    Target.DRUM: """
        kick: kicks, kick drum, bass drum
        snare: snares, snare drum
        clap: claps, handclap, handclaps
        hat=hats: hat, hi-hat, hi-hats, hihat, hihats, high hats, high hat
        ride: ride cymbal
        crash: crash cymbal, crashes, cymbal, cymbals
        shaker: shakers, shekere
        rim: rims, rimshot, rimshots
        side-stick: sidestick, cross stick
        tom=toms: tom, tom-toms, floor tom
        conga=congas: conga
        bongo=bongos: bongo
        tambourine: tambourines
        cowbell: cowbells
        timbale=timbales: timbale
        woodblock: wood block
        claves: clave
        agogo: agogo bells
        guiro: güiro
        triangle:
        taiko: taikos, taiko drums
        timpani: kettledrums, kettle drums
        log-drum=log drum: logdrum, log drums
        snap=snaps: snap, finger snaps, finger snap
        brush=brushes: brush, brushed drums
    """,
    Target.INSTRUMENT: """
        808: 808s, 808 bass
        808 distorted=distorted 808: 808 distorted, distorted 808s, hard 808
        sub: sub bass, subbass, sub-bass
        deep=deep bass: drone bass
        reese: reese bass
        wobble bass: wobble, wobbles, wub, wubs
        growl bass: growl, growls
        upright: upright bass, double bass, contrabass, acoustic bass, walking bass
        saw bass: synth bass, analog bass
        ladder bass: moog, moog bass
        organ bass: bass organ
        fm bass: digital bass
        acid: 303, acid line, acid bass, tb-303
        pick bass: picked bass
        finger bass: bass guitar, electric bass, fingered bass
        slap bass: slapped bass, slap
        triangle bass: 8-bit bass
        pulse bass:
        rhodes: electric piano, e-piano, epiano, fender rhodes
        wurlitzer: wurli
        piano: pianos, grand piano, keys, keyboard
        upright piano: old piano, honky tonk, felt piano
        clavinet: clav
        organ: organs, hammond, church organ
        drawbar organ: b3, hammond b3
        accordion: accordeon, bandoneon
        pad: pads, synth pad, synth pads, synth, synths
        warm pad: analog pad, analogue pad
        glass pad: crystal pad, shimmer
        strings: string, string quartet, string orchestra, string section, violins, orchestra, string ensemble
        low strings: cellos and basses
        staccato strings: spiccato, string stabs
        pizzicato: pizzicato strings, plucked strings
        violin: fiddle, solo violin
        cello: cellos, solo cello
        choir: choirs, choral, vocals choir
        supersaw: supersaws, super saw, super saws
        stab: stabs, synth stabs, synth stab
        house stab: house stabs, organ stab, piano stabs
        hoover: hoovers
        brass: synth brass
        brass section: horn section, horn stabs, big band
        horns: horn, french horn, french horns
        trumpet: trumpets
        muted trumpet: harmon mute
        saxophone: sax, saxophones, saxes
        clarinet: clarinets
        flute: flutes, pan flute, panflute
        whistle: whistles, whistling, whistled
        pluck: plucks, plucked, synth pluck
        bell=bells: bell, glockenspiel, tubular bells
        celesta: celeste
        music box: musicbox
        vibraphone: vibraphones, vibes solo
        marimba: marimbas, xylophone
        kalimba: thumb piano, mbira
        steel drum: steel drums, steelpan, steel pan
        harp: harps
        guitar: guitars
        nylon guitar: ukulele, spanish guitar, classical guitar
        steel guitar: acoustic guitar, acoustic guitars, folk guitar
        electric guitar: electric guitars, clean guitar
        muted guitar: funk guitar, wah guitar, palm muted guitar
        distorted guitar: distorted guitars, power chords, heavy guitar, heavy guitars, overdriven guitar
        lead guitar: guitar solo, guitar lead
        saw lead: sawtooth lead, trance lead
        square lead: square wave
        vocal lead: vocal chops, vocal chop, vocal, vocals, voice, voices
        cowbell lead: cowbell melody
        pulse lead: chiptune lead, 8-bit lead
        thin pulse lead:
        triangle lead: triangle wave
        chip arp: 8-bit arp
        vinyl: vinyl crackle, crackle, record noise, vinyl noise
        wind: winds
        tape: tape hiss, hiss, cassette
        rain: raindrops, rainfall
        waves: ocean, sea, ocean waves
        room: room tone
        hum:
        riser: risers, uplifter
        noise: static, white noise
    """,
}


def _read() -> dict[str, Named]:
    """Return what every word names; ``name=label: words`` a line, the label being the name where none is given."""
    words: dict[str, Named] = {}
    for target, lines in _WORDS.items():
        for line in lines.strip().splitlines():
            head, _, others = line.strip().partition(":")
            name, _, label = head.partition("=")
            named = Named(target, name, label or name)
            for word in (named.label, *(other.strip() for other in others.split(",") if other.strip())):
                words.setdefault(word, named)
    return words


INSTRUMENT_WORDS = _read()
"""What every word names."""
