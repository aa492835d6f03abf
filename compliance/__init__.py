"""The checks of a package: advertising red lines, completeness, consent, platform limits; with article and place.

May enter: what judges texts, forms and consents, and says why. May not enter: tables, states of items, rule data.
"""
