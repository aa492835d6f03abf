"""One module per page; each route declares who may open it."""

from console.pages import (
    accounts,
    audit,
    consents,
    day,
    decide,
    health,
    holds,
    inbox,
    items,
    login,
    media,
    notices,
    previews,
    sheet,
    staff,
    submit,
    tracks,
)

#: Every module whose routes the application serves.
MODULES = (
    login,
    day,
    submit,
    items,
    tracks,
    consents,
    inbox,
    decide,
    previews,
    sheet,
    accounts,
    holds,
    notices,
    audit,
    staff,
    media,
    health,
)
