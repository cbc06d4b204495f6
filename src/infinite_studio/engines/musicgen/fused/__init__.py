"""One step of the decoder as one piece of machine code, for CPUs with wide vectors and int8 weights."""
