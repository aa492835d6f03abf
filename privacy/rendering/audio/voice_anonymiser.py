"""A voice that says the same in the same rhythm, but is nobody's: a channel vocoder with noise as its carrier.

After R. V. Shannon and others, "Speech recognition with primarily temporal cues", Science 270 (1995): speech stays
intelligible when only the loudness of a few bands over time is kept. Here the sound is cut into bands, the loudness of
each is smoothed so far that no pitch is left in it, and noise is shaped by it. Everything else (pitch, harmonics,
phases) is not in the result and cannot be computed from it. The bands are also moved: where to is drawn anew for each
job and kept nowhere, so that two results do not show the same vocal tract. Words and manner of speaking remain.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

WINDOW_SECONDS = 0.032  # longer than two periods of the deepest voice: a window shows no single period
SMOOTHING_HZ = 16.0  # of the loudness of a band; syllables come at 2 to 8 Hz, the deepest voice at 60
LOWEST_BAND = 350.0  # one band up to here, so that the bands do not show where the fundamental is
HIGHEST_BAND, BANDS = 7600.0, 13
FADE_SECONDS = 0.02  # outside the span: inside it nothing of the voice is heard
BLOCK = 16384
_WARPS = ((0.80, 0.90), (1.10, 1.22))  # never nearly the own vocal tract


@dataclass(frozen=True)
class _Bands:
    """analyse: shape (bins, bands), which bins count; shape: (bands, bins), how a band's energy is spread."""

    analyse: Samples
    spread: Samples


def _edges(rate: int) -> NDArray[np.float64]:
    """Borders of the bands in Hz, equally far apart for the ear (Glasberg and Moore's scale)."""
    low, high = (21.4 * np.log10(1 + 0.00437 * hertz) for hertz in (LOWEST_BAND, HIGHEST_BAND))
    scale = np.linspace(low, high, BANDS)
    hertz = (10 ** (scale / 21.4) - 1) / 0.00437
    return np.concatenate([[0.0], hertz, [max(rate / 2, HIGHEST_BAND + 400)]])


def _drawn(rate: int, window: int, rng: np.random.Generator) -> _Bands:
    edges, bins = _edges(rate), np.fft.rfftfreq(window, 1 / rate)
    low, high = _WARPS[int(rng.integers(len(_WARPS)))]
    widths = np.diff(edges) * rng.uniform(low, high) * rng.uniform(0.88, 1.12, len(edges) - 1)
    moved = np.minimum(np.concatenate([[60.0], np.cumsum(widths)]), rate / 2)
    analyse = _inside(bins, edges)
    spread = _inside(bins, moved).T
    for band, row in enumerate(spread):
        if not row.any():
            row[np.abs(bins - moved[band]).argmin()] = 1.0
    return _Bands(analyse, (spread / spread.sum(axis=1, keepdims=True)).astype(np.float32))


def _inside(bins: NDArray[np.floating], edges: NDArray[np.floating]) -> Samples:
    """Which bin lies in which band, shape (bins, bands)."""
    belongs = np.searchsorted(edges, bins, side="right") - 1
    return np.asarray(belongs[:, None] == np.arange(len(edges) - 1), dtype=np.float32)


class _Vocoder:
    """Turns frames of sound into frames of noise; each frame once, in order."""

    def __init__(self, rate: int) -> None:
        self.window = round(rate * WINDOW_SECONDS / 4) * 4
        self.hop = self.window // 4
        self._rng = np.random.default_rng()  # seeded by the system; nothing of it is kept
        self._bands = _drawn(rate, self.window, self._rng)
        hann = np.hanning(self.window + 1)[:-1]
        self._before, self._after = hann.astype(np.float32), np.sqrt(hann).astype(np.float32)
        # The power of the noise equals that of the sound: windows weigh it with 0.375 going in and 2 coming out.
        self._gain = float(1 / np.sqrt(0.375 * 2))
        self._keep = float(np.exp(-2 * np.pi * SMOOTHING_HZ * self.hop / rate))
        self._energy: Samples | None = None

    def forget(self) -> None:
        """The next frame has nothing to do with the last."""
        self._energy = None

    def frames(self, sound: Samples, count: int) -> Samples:
        """Noise of shape (count, window). sound: shape (channels, window + (count - 1) * hop)."""
        cut = np.lib.stride_tricks.sliding_window_view(sound, self.window, axis=1)[:, :: self.hop][:, :count]
        spectrum = np.fft.rfft(cut * self._before, axis=2)
        energy = (np.abs(spectrum) ** 2).mean(axis=0).astype(np.float32) @ self._bands.analyse
        smooth = np.empty_like(energy)
        last = energy[0] if self._energy is None else self._energy
        for at, now in enumerate(energy):
            last = self._keep * last + (1 - self._keep) * now
            smooth[at] = last
        self._energy = last
        shaped = np.sqrt(smooth @ self._bands.spread)
        turns = np.exp(2j * np.pi * self._rng.random(shaped.shape))
        noise = np.fft.irfft(shaped * turns, self.window, axis=1)
        return np.asarray(noise * self._after * self._gain, dtype=np.float32)


class VoiceChanger:
    """Changes samples inside spans (start, end), seconds from the first sample of the film; the rest stays as it is.

    Samples come out in order, as many as went in, some later than they went in: `flush` gives what is held back.
    """

    def __init__(self, spans: list[tuple[float, float]], rate: int) -> None:
        self._spans = [(begin * rate, end * rate) for begin, end in spans]
        self._fade = FADE_SECONDS * rate
        self._vocoder = _Vocoder(rate)
        self._sound: Samples | None = None
        self._begin = 0  # position of the first sample of `_sound`
        self._done = 0  # position of the first sample that did not come out yet
        self._noise: Samples = np.zeros(0, dtype=np.float32)  # from `_done` on, not complete yet
        self._next: int | None = None  # the next frame to turn; None: the last block was left alone

    def push(self, samples: Samples, start: int) -> list[tuple[int, Samples]]:
        """Take samples of shape (channels, n), the first at position `start`; returns pieces with their position."""
        window = self._vocoder.window
        out: list[tuple[int, Samples]] = []
        if self._sound is not None and start != self._begin + self._sound.shape[1]:
            out = self.flush()
        if self._sound is None:
            self._sound = np.zeros((samples.shape[0], window), dtype=np.float32)
            self._begin, self._done, self._next = start - window, start, None
        self._sound = np.concatenate([self._sound, samples.astype(np.float32)], axis=1)
        while self._begin + self._sound.shape[1] >= self._done + BLOCK + window:
            out.append(self._block(BLOCK))
        return out

    def flush(self) -> list[tuple[int, Samples]]:
        """The rest. What is pushed next begins anew."""
        if self._sound is None:
            return []
        left = self._begin + self._sound.shape[1] - self._done
        self._sound = np.pad(self._sound, ((0, 0), (0, self._vocoder.window)))
        out = []
        while left > 0:
            out.append(self._block(min(BLOCK, left)))
            left -= BLOCK
        self._sound, self._next = None, None
        return out

    def _block(self, size: int) -> tuple[int, Samples]:
        assert self._sound is not None
        at, offset = self._done, self._done - self._begin
        plain = self._sound[:, offset : offset + size]
        share = self._share(at, size)
        if share is None:
            block, self._next = plain, None
        else:
            block = (plain * (1 - share) + np.clip(self._turned(at, size), -1, 1) * share).astype(np.float32)
        self._done += size
        drop = max(0, self._done - self._vocoder.window - self._begin)
        self._sound, self._begin = self._sound[:, drop:], self._begin + drop
        return at, block

    def _share(self, at: int, size: int) -> Samples | None:
        """How much of each sample is noise, 0 to 1; None: nothing of any."""
        places = np.arange(at, at + size)
        share = np.zeros(size)
        for begin, end in self._spans:
            away = np.maximum(np.maximum(begin - places, places - end + 1), 0)
            share = np.maximum(share, np.clip(1 - away / self._fade, 0, 1))
        return share.astype(np.float32) if share.any() else None

    def _turned(self, at: int, size: int) -> Samples:
        """Noise for the samples from `at` on, made of all frames that reach into them."""
        assert self._sound is not None
        hop, window = self._vocoder.hop, self._vocoder.window
        if self._next is None:
            self._vocoder.forget()
            self._next, self._noise = (at - window) // hop + 1, np.zeros(0, dtype=np.float32)
        end = -(-(at + size) // hop)
        noise = np.zeros(size + window + hop, dtype=np.float32)
        noise[: self._noise.size] = self._noise
        if end > self._next:
            first = self._next * hop - self._begin
            sound = self._sound[:, first : first + window + (end - self._next - 1) * hop]
            for number, frame in enumerate(self._vocoder.frames(sound, end - self._next), self._next):
                place = number * hop - at
                noise[max(place, 0) : place + window] += frame[max(-place, 0) :]
            self._next = end
        self._noise = noise[size:]
        return noise[:size]
