"""All measurements of privacy: YIYUAN_BENCH_DATA=... python -m bench.privacy [--seconds 60] [--pairs 5]."""

import argparse

from bench.privacy import clips, leak, speed, text_vs_presidio
from bench.privacy.hard_cases import VARIANTS

parser = argparse.ArgumentParser()
parser.add_argument("--seconds", type=float, default=60)
parser.add_argument("--pairs", type=int, default=5)
given = parser.parse_args()
text_vs_presidio.measure()
leak.measure(list(clips.FILES), list(VARIANTS), leak.PROFILES)
speed.measure(given.seconds, given.pairs, "720p", "face720", list(speed.METHODS))
