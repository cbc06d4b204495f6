"""What musicians write down: notes, keys, chords, tempo, stems."""
