"""Words that ask for nothing in particular."""

_FILLERS = """
    a an and any are as at be beat beats bpm but by can cool create different do for from generate genre give
    good got great has have i i'd im in instrumental instrumentals instrument instruments into is it it's its
    just kind key length let like little long loop loops lot lots made make makes making me mood music
    musical my need nice of on one or other our out piece please produce really section sections seconds show
    so some something song songs sort sound sounding sounds style styled styles tempo that the their then there
    these this those to track tracks type up us use using vibe vibes very want we which while with you your
    featuring feat plus big small-scale sample samples drop drops anthem rapping rap over under late bar hit
    verse chorus part parts version remix type-beat background tonight today really more less bit rather
    quite super extremely kinda lot pure real modern contemporary no not without minus feel feeling inspired s t
"""
STOP_WORDS = frozenset(_FILLERS.split())
"""Words that ask for nothing in particular and are therefore never called unknown."""
