"""Why an export cannot be had as it stands, in sentences for tooltips."""

NOTHING = "There is nothing in the project yet. Generate a take or drop a song first."
NO_LOOP = "There is no loop range yet. Drag one in the upper half of the ruler, or use the Loop panel."
NO_FLOAT_FLAC = "FLAC holds whole numbers only, up to 24 bits. Choose WAV for 32-bit float."
FIELDS = "In the name, {title}, {stem}, {tempo} and {key} are filled in."
