"""Softmax regression on sparse features, fitted so exactly that another processor finds the same steps.

L-BFGS comes near the one best point of the loss, Newton steps with conjugate gradients (Nocedal, Wright, Numerical
Optimization, 7.1) go on until nothing moves: weights written in 8-bit steps are then the same wherever they are fitted.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from scipy.sparse.linalg import LinearOperator, cg

Array = NDArray[np.float64]
#: Newton steps: the error squares in each, so that four are plenty after L-BFGS.
_POLISH = 4


class Problem:
    """Texts (rows of `x`), the share of each column they ought to get, and the ridge on every weight."""

    def __init__(self, x: csr_matrix, target: Array, ridge: float) -> None:
        self.x, self.turned, self.target = x, x.T.tocsr(), target
        self.ridge = ridge / x.shape[0]
        self.shape = (x.shape[1], target.shape[1])

    def chances(self, flat: Array) -> Array:
        """One row a text, rows sum to 1."""
        margins = self.x @ flat.reshape(self.shape)
        powers = np.exp(margins - margins.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))

    def slope(self, flat: Array, chances: Array) -> Array:
        """The gradient of the loss."""
        error = (chances - self.target) / len(self.target)
        return np.asarray((self.turned @ error).ravel() + self.ridge * flat)

    def loss(self, flat: Array) -> tuple[float, Array]:
        """Mean cross entropy plus the ridge, and its gradient."""
        chances = self.chances(flat)
        surprise = -(self.target * np.log(chances + 1e-300)).sum() / len(chances)
        return float(surprise + self.ridge * (flat**2).sum() / 2), self.slope(flat, chances)

    def newton(self, flat: Array) -> Array:
        """The step to where the slope would vanish if the loss were a bowl."""
        chances = self.chances(flat)

        def bend(step: Array) -> Array:
            moved = chances * (self.x @ step.reshape(self.shape))
            moved -= chances * moved.sum(axis=1, keepdims=True)
            return np.asarray((self.turned @ moved).ravel() / len(chances) + self.ridge * step)

        size = len(flat)
        step, _code = cg(LinearOperator((size, size), matvec=bend), self.slope(flat, chances), rtol=1e-9, maxiter=400)
        return np.asarray(step)


def fit(x: csr_matrix, target: Array, ridge: float, *, exact: bool = True) -> Array:
    """Weights (features x columns) at the minimum; not `exact` spares the last digits."""
    problem = Problem(x, target, ridge)
    start = np.zeros(problem.shape[0] * problem.shape[1])
    flat = minimize(problem.loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
    for _step in range(_POLISH if exact else 0):
        flat = flat - problem.newton(flat)
    return np.asarray(flat.reshape(problem.shape))
