"""The kinds of voice that instruments are made of; each turns a pitch and a length into sound."""

from infinite_studio.engines.sketch.sound.stroke import Stereo as Stereo
