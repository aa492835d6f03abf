"""All measurements of the privacy room: YIYUAN_BENCH_DATA=... python -m bench.privacy [--seconds 60] [--pairs 5]."""

import argparse

from bench.privacy import leak, material, speed, words
from bench.privacy.variants import VARIANTS

parser = argparse.ArgumentParser()
parser.add_argument("--seconds", type=float, default=60)
parser.add_argument("--pairs", type=int, default=5)
given = parser.parse_args()
words.measure()
leak.measure(list(material.FILES), list(VARIANTS), leak.PROFILES)
speed.measure(given.seconds, given.pairs, "720p", "face720", list(speed.METHODS))
