"""The checks of a package: advertising red lines, completeness, consent, platform limits; with article and place.

May enter: what judges texts, forms and consents, and says why. May not enter: tables, states of items, rule data.
"""

from review.checks.package import CheckerVerdict, ConsentFact, Found, Package, Report, TrackSummary
from review.checks.run import run

__all__ = ["CheckerVerdict", "ConsentFact", "Found", "Package", "Report", "TrackSummary", "run"]
