"""Ridge logistic regression with the spread of its coefficients: small, exact, without luck."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Logistic:
    """The coefficients at the greatest posterior, and their covariance there (Laplace's approximation)."""

    coefficients: Array
    covariance: Array

    def chance(self, features: Array) -> Array:
        """The chance of each row."""
        return sigmoid(features @ self.coefficients)

    def draws(
        self, features: Array, n: int, rng: np.random.Generator, *, shift: Array | float = 0.0
    ) -> Array:
        """`n` times the chance of each row (n × rows), each with coefficients as they might be as well.

        `shift` is added to the log odds: a number, or one for each draw (n × 1).
        """
        width = np.linalg.cholesky(self.covariance + 1e-10 * np.eye(len(self.coefficients)))
        drawn = self.coefficients + rng.standard_normal((n, len(self.coefficients))) @ width.T
        return sigmoid(drawn @ features.T + shift)


def sigmoid(x: Array) -> Array:
    """1 / (1 + exp(-x)), without overflow."""
    found: Array = 0.5 * (1 + np.tanh(0.5 * x))
    return found


def fit(
    features: Array, outcome: Array, penalty: Array, *, weights: Array | None = None, repeats: float = 1.0
) -> Logistic:
    """Fit by Newton's method. `penalty` is each coefficient's ridge (0: free), one over its prior variance.

    `weights` is how much each row counts. `repeats` is how often one case stands in the rows on average: the
    spread is that of rows / `repeats` cases. Where every outcome is the same the ridge alone keeps the
    coefficients finite: give the intercept a small one too.
    """
    beta = np.zeros(features.shape[1])
    ridge = np.diag(penalty)
    counts = np.ones(len(outcome)) if weights is None else weights
    for _ in range(60):
        chance = sigmoid(features @ beta)
        weight = np.maximum(chance * (1 - chance), 1e-9) * counts
        slope = features.T @ (counts * (outcome - chance)) - penalty * beta
        step = np.linalg.solve((features.T * weight) @ features + ridge, slope)
        # Half a step where a whole one would leap: separated data begin far from their end.
        beta = beta + step * min(1.0, 4.0 / max(float(np.abs(step).max()), 1e-12))
        if float(np.abs(step).max()) < 1e-9:
            break
    chance = sigmoid(features @ beta)
    weight = np.maximum(chance * (1 - chance), 1e-9) * counts / repeats
    return Logistic(beta, np.linalg.inv((features.T * weight) @ features + ridge))
