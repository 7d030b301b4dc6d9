"""What the exercise on likelihood asks, with its answers."""

import math

import numpy as np

from course_utils.grading.spec import (
    Array,
    Cases,
    Choice,
    Claim,
    Exercise,
    Function,
    Mistake,
    Number,
)
from course_utils.likelihood import bernoulli_log_likelihood


def falls(rng, size, heads):
    return rng.permutation(np.repeat([1, 0], [heads, size - heads]))


def few_tosses(rng):
    return [(falls(rng, n, h), rng.uniform(0.1, 0.4)) for n, h in [(6, 2), (9, 5), (5, 1)]]


def thousands_of_tosses(rng):
    return [(falls(rng, n, h), rng.uniform(0.2, 0.4)) for n, h in [(3000, 900), (5000, 1200)]]


def certain_coins(rng):
    none, all_ = np.zeros(7, dtype=int), np.ones(4, dtype=int)
    both = [(falls(rng, 6, 2), theta) for theta in (0.0, 1.0)]
    return [(none, 0.0), (all_, 1.0), *both]


def of_the_tosses(tosses, theta):
    return np.where(tosses == 1, theta, 1 - theta)


def log_of_product(tosses, theta):
    return np.log(np.prod(of_the_tosses(tosses, theta)))


def loss(tosses, theta):
    return -np.log(of_the_tosses(tosses, theta)).sum()


def mean_of_logs(tosses, theta):
    return np.log(of_the_tosses(tosses, theta)).mean()


def sides_exchanged(tosses, theta):
    return np.log(of_the_tosses(tosses, 1 - theta)).sum()


def by_counts(tosses, theta):
    heads = tosses.sum()
    return heads * np.log(np.float64(theta)) + (tosses.size - heads) * np.log1p(-theta)


def in_any_order(tosses, theta):
    orders = math.comb(tosses.size, int(tosses.sum()))
    return math.log(orders) + np.log(of_the_tosses(tosses, theta)).sum()


def in_bits(tosses, theta):
    return np.log2(of_the_tosses(tosses, theta)).sum()


def clipped(distance):
    return Mistake(
        f"kept {distance:g} away from the border",
        lambda tosses, theta: by_counts(tosses, np.clip(theta, distance, 1 - distance)),
        f"You keep θ at least {distance:g} away from 0 and 1, without a word. A coin that cannot "
        "show heads is a model too: it explains tails perfectly, and heads not at all.",
    )


def share_allowed(rng):
    return [
        (falls(rng, 10, 4), rng.uniform(0.05, 0.3), rng.uniform(0.7, 0.95)),
        (falls(rng, 7, 5), rng.uniform(0.05, 0.3), rng.uniform(0.8, 0.95)),
    ]


def share_not_allowed(rng):
    return [
        (falls(rng, 10, 2), rng.uniform(0.4, 0.5), rng.uniform(0.7, 0.9)),
        (falls(rng, 9, 7), rng.uniform(0.1, 0.3), rng.uniform(0.5, 0.6)),
    ]


def one_side_only(rng):
    none, all_ = np.zeros(8, dtype=int), np.ones(5, dtype=int)
    return [
        (none, 0.0, 1.0),
        (all_, 0.0, 1.0),
        (none, rng.uniform(0.1, 0.2), 0.9),
        (all_, 0.0, rng.uniform(0.6, 0.7)),
    ]


def nearest_allowed(tosses, low, high):
    """Return the largest of three candidates by likelihood: both limits and the share."""
    share = np.count_nonzero(tosses) / len(tosses)
    candidates = [low, high, share] if low <= share <= high else [low, high]
    return max(candidates, key=lambda theta: bernoulli_log_likelihood(tosses, theta))


def plain_share(tosses, low, high):
    return np.mean(tosses)


def share_of_tails(tosses, low, high):
    return np.clip(np.mean(1 - tosses), low, high)


def only_where_the_score_is_zero(tosses, low, high):
    share = np.mean(tosses)
    return share if low < share < high else np.nan


def one_toss_more_of_each(tosses, low, high):
    return np.clip((np.sum(tosses) + 1) / (len(tosses) + 2), low, high)


def wrong_limit(tosses, low, high):
    share = np.mean(tosses)
    return high if share < low else low if share > high else share


def shrunk_to_the_limits(tosses, low, high):
    return low + (high - low) * np.mean(tosses)


def on_a_grid(points):
    def best_of_grid(tosses, low, high):
        grid = np.linspace(low, high, points)
        return grid[np.argmax(bernoulli_log_likelihood(tosses, grid))]

    return Mistake(
        f"a grid of {points} points",
        best_of_grid,
        f"You take the best of {points} points. The estimate lies between them as a rule: use what "
        "is known about the place of the maximum.",
    )


A_FIFTH = np.repeat([1, 0], [20, 80])


def flaw_of_pair(pair):
    if pair.size != 2:
        return "Give two probabilities of heads: the nearer one, then the other."
    if not ((pair >= 0) & (pair <= 1)).all():
        return "A probability of heads lies between 0 and 1."
    nearer, farther = abs(pair.astype(np.float64) - 0.2)
    if not nearer < farther - 1e-9:
        return "The first model has to lie nearer to 0.2 than the second."
    of_nearer, of_farther = bernoulli_log_likelihood(A_FIFTH, pair.astype(np.float64))
    if not of_nearer < of_farther:
        return (
            "Here the nearer model also has the larger likelihood. Take one model on each side of "
            "0.2, and let the nearer one come close to the border."
        )
    return None


exercise = Exercise(
    slug="likelihood",
    title="Coins at the border",
    minutes=40,
    questions=(
        Choice(
            name="prediction_1",
            title="Predict: twice the data",
            points=1,
            correct="c",
            hints={
                "a": "The share of heads is the same, but there is more evidence: what does each "
                "additional toss do to the two likelihoods?",
                "b": "Likelihoods of independent tosses are multiplied, not added. It is the "
                "logarithm of the quotient that doubles.",
            },
        ),
        Function(
            name="log_likelihood",
            title="The log-likelihood of a coin",
            reference=bernoulli_log_likelihood,
            cases=(
                Cases("a few tosses", 1, few_tosses),
                Cases("thousands of tosses", 1, thousands_of_tosses),
                Cases("coins that always fall the same way", 1, certain_coins),
            ),
            mistakes=(
                Mistake(
                    "logarithm of the product",
                    log_of_product,
                    "The logarithm comes too late: a product of thousands of factors is zero in "
                    "floating point. Take the logarithm of each factor.",
                ),
                Mistake(
                    "sign",
                    loss,
                    "You return the loss. The log-likelihood of tosses is never positive, since no "
                    "probability exceeds one.",
                ),
                Mistake(
                    "mean for sum",
                    mean_of_logs,
                    "You average over the tosses. The log-likelihood of the whole sample is the "
                    "sum.",
                ),
                Mistake(
                    "heads and tails exchanged",
                    sides_exchanged,
                    "You give θ to tails. Here θ is the probability of heads, and heads is 1.",
                ),
                Mistake(
                    "zero times the logarithm of zero",
                    by_counts,
                    "A side that never came up contributes no factor at all. Your formula "
                    "multiplies its count, zero, by the logarithm of zero, and that is nan.",
                ),
                Mistake(
                    "any order",
                    in_any_order,
                    "You count the orders in which the heads can fall. The tosses are known one by "
                    "one: there is one order.",
                ),
                Mistake(
                    "bits",
                    in_bits,
                    "Your unit is the bit. This course takes the natural logarithm.",
                ),
                clipped(1e-15),
                clipped(1e-12),
                clipped(1e-9),
            ),
        ),
        Function(
            name="best_within",
            title="The best coin within limits",
            reference=nearest_allowed,
            rtol32=1e-6,
            atol32=1e-7,
            cases=(
                Cases("the share of heads lies within the limits", 1, share_allowed),
                Cases("the share of heads lies outside the limits", 1, share_not_allowed),
                Cases("heads alone, or tails alone", 1, one_side_only),
            ),
            mistakes=(
                Mistake(
                    "limits forgotten",
                    plain_share,
                    "You return the share of heads even where it is not allowed.",
                ),
                Mistake(
                    "share of tails",
                    share_of_tails,
                    "You take the share of tails. The parameter is the probability of heads.",
                ),
                Mistake(
                    "only where the slope is zero",
                    only_where_the_score_is_zero,
                    "No slope of zero within the limits does not mean that there is no largest "
                    "likelihood. It is then at a border: at which one?",
                ),
                Mistake(
                    "a toss more of each side",
                    one_toss_more_of_each,
                    "You count one more of each side than was seen. That may be wise, but it is "
                    "not the maximum of the likelihood.",
                ),
                Mistake(
                    "the other limit",
                    wrong_limit,
                    "Outside the limits you return the farther one. The log-likelihood falls on "
                    "both sides of the share: the nearer limit is better.",
                ),
                Mistake(
                    "squeezed between the limits",
                    shrunk_to_the_limits,
                    "You squeeze all shares into the limits. A share that is allowed is the "
                    "estimate as it is.",
                ),
                on_a_grid(101),
                on_a_grid(1001),
                on_a_grid(10001),
            ),
        ),
        Number(
            name="slope_at_best",
            title="The slope where it is largest",
            points=1,
            expected=-25.0,
            mistakes=(
                Mistake(
                    "zero",
                    0.0,
                    "The slope is zero at 0.3, and that is not allowed. At a border a maximum "
                    "needs no slope of zero: the curve may still rise beyond it.",
                ),
                Mistake(
                    "sign",
                    25.0,
                    "The sign is that of the loss. From the limit towards larger θ the "
                    "log-likelihood falls.",
                ),
                Mistake(
                    "per toss",
                    -1.25,
                    "This is the slope of the mean over the tosses. The log-likelihood is a sum.",
                ),
                Mistake(
                    "heads alone",
                    10.0,
                    "This is what the heads contribute. The tails pull the other way.",
                ),
                Mistake(
                    "sum of both sides",
                    45.0,
                    "A larger θ makes heads more probable and tails less: the two contributions "
                    "have opposite signs.",
                ),
            ),
        ),
        Claim(
            name="claim_5",
            title="Judge: does the nearer model win?",
            points=2,
            holds=False,
            example="counterexample_5",
            form=Array(1),
            flaw=flaw_of_pair,
            wrong_verdict="The log-likelihood is not symmetric about the share of heads. What "
            "does a model say that lies at the border itself?",
        ),
    ),
)
