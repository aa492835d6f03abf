"""Pictures out of our own desensitised copies: pages, frames, covers, animations in another form.

These run in the calling process, the only ones of this folder that do: what they open the child wrote from bare pixels
and read back, and a page of the console must not wait for a process to start (a second, against 0.3 for a whole page).
A file that somebody gave never comes here.
"""

from privacy.rendering.copies import PDF, as_gif, page, page_below
from privacy.rendering.cover import cover

__all__ = ["PDF", "as_gif", "cover", "page", "page_below"]
