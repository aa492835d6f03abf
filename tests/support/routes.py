"""What the console's routes answer."""

from console.web.authorization import GuardedRoute


def methods(route: GuardedRoute) -> set[str]:
    """The methods of a route; every guarded one names them."""
    assert route.methods is not None, route.path
    return route.methods
