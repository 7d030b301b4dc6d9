"""What the exercise on information asks, with its answers."""

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
from course_utils.information import entropy, huffman_code


def all_possible(rng):
    drawn = [rng.dirichlet(np.full(k, 3.0)) for k in (2, 3, 6)]
    return [(drawn[0],), (drawn[1].tolist(),), (drawn[2],)]


def some_impossible(rng):
    first, second = np.zeros(5), np.zeros(4)
    first[rng.permutation(5)[:3]] = rng.dirichlet(np.full(3, 3.0))
    second[rng.permutation(4)[:2]] = rng.dirichlet(np.full(2, 3.0))
    return [(first,), (second.tolist(),)]


def extreme(rng):
    return [(np.eye(4)[rng.integers(4)],), ([1.0, 0.0, 0.0],), (np.full(8, 1 / 8),)]


def contributions(p):
    p = np.asarray(p)
    return -p[p > 0] * np.log2(p[p > 0])


def in_nats(p):
    return contributions(p).sum() * np.log(2)


def without_minus(p):
    return -contributions(p).sum()


def zeros_and_all(p):
    return -np.sum(np.asarray(p) * np.log2(p))


def mean_contribution(p):
    return contributions(p).sum() / len(p)


def sum_of_surprisals(p):
    return -np.log2([x for x in p if x > 0]).sum()


def mean_of_surprisals(p):
    return -np.log2([x for x in p if x > 0]).mean()


def least_surprisal(p):
    return -np.log2(np.max(p))


def small_number_inside(small):
    def shifted(p):
        return -np.sum(np.asarray(p) * np.log2(np.asarray(p) + small))

    return Mistake(
        f"{small:g} inside the logarithm",
        shifted,
        f"You add {small:g} inside the logarithm. Then a certain class has a negative surprisal, "
        "and so has the entropy. An impossible class adds nothing: keep it out of the sum.",
    )


def powers_of_one_half(rng):
    return [
        (rng.permutation([1 / 2, 1 / 4, 1 / 8, 1 / 8]),),
        ([1 / 4, 1 / 4, 1 / 4, 1 / 4],),
    ]


def nearly_equal(rng):
    drawn = [rng.dirichlet(np.full(k, 300.0)) for k in (3, 5, 6)]
    return [(drawn[0],), (drawn[1].tolist(),), (drawn[2],)]


def far_ahead(rng):
    drawn = []
    for k in (5, 7):
        share = rng.uniform(0.8, 0.95)
        rest = (1 - share) * rng.dirichlet(np.full(k - 1, 300.0))
        drawn.append(rng.permutation([share, *rest]))
    return [(drawn[0],), (drawn[1].tolist(),)]


def mean_word(p):
    return float(np.dot(p, [len(word) for word in huffman_code(p)]))


def merged(p, which=slice(0, 2), last=1, again=True):
    """Sum the merged probabilities, taking the groups `which` of the sorted ones each time."""
    groups, total = sorted(p), 0.0
    while len(groups) > last:
        pair = groups[which]
        del groups[which]
        total += sum(pair)
        groups.insert(0, sum(pair))
        if again:
            groups.sort()
    return total


def two_most_frequent(p):
    return merged(p, slice(-2, None))


def sorted_once(p):
    return merged(p, again=False)


def last_merge_forgotten(p):
    return merged(p, last=2)


def rounded_up(p):
    return float(np.dot(p, np.ceil(-np.log2(p))))


def equal_lengths(p):
    return float(np.ceil(np.log2(len(p))))


def lengths_unweighted(p):
    return float(np.mean([len(word) for word in huffman_code(p)]))


def word_lengths(p, merged_first):
    """Return the lengths of Huffman's words; ties are merged with groups first, or last."""
    lengths = np.zeros(len(p), dtype=int)
    groups = [(round(float(weight), 12), merged_first, (k,)) for k, weight in enumerate(p)]
    while len(groups) > 1:
        first, second, *groups = sorted(groups)
        members = first[2] + second[2]
        lengths[list(members)] += 1
        groups.append((round(first[0] + second[0], 12), not merged_first, members))
    return lengths


def flaw_of_symbols(p):
    if not 2 <= p.size <= 20:
        return "Give the probabilities of two symbols or more, and not of more than twenty."
    p = p.astype(np.float64)
    if not ((p > 0).all() and np.isclose(p.sum(), 1)):
        return "The probabilities have to be positive and to sum to one."
    excess = -np.inf
    for first in (False, True):
        lengths = word_lengths(p, first)
        # A word of one bit is shorter, however nearly certain its symbol is.
        excess = max(excess, np.max(lengths + np.log2(p), where=lengths > 1, initial=-np.inf))
    if not excess > 1 - 1e-9:
        return (
            "In Huffman's code for these probabilities every word is less than a bit longer than "
            "the surprisal. Make a fairly frequent symbol suffer: it is merged early if all but "
            "one of the others are more frequent still."
        )
    return None


exercise = Exercise(
    slug="information",
    title="Bits, exactly",
    minutes=45,
    questions=(
        Choice(
            name="prediction_1",
            title="Predict: a rare event",
            points=1,
            correct="c",
            hints={
                "a": "This is the surprisal of one outcome, winning. The entropy is the mean: how "
                "often does that outcome come up?",
                "b": "Two outcomes have an entropy of one bit only if they are equally probable.",
            },
        ),
        Function(
            name="entropy_bits",
            title="Entropy in bits",
            reference=lambda p: entropy(p, base=2),
            atol32=1e-12,
            cases=(
                Cases("distributions without zeros, as arrays and as a list", 1, all_possible),
                Cases("classes that never occur", 1, some_impossible),
                Cases("one class is certain, or all are equally probable", 1, extreme),
            ),
            mistakes=(
                Mistake(
                    "nats",
                    in_nats,
                    "Your unit is the nat. A bit has log 2 nats.",
                ),
                Mistake(
                    "sign",
                    without_minus,
                    "The minus is missing: no logarithm of a probability is positive, and no "
                    "entropy is negative.",
                ),
                Mistake(
                    "zero times the logarithm of zero",
                    zeros_and_all,
                    "Zero times the logarithm of zero is nan in floating point. A class that never "
                    "occurs adds nothing.",
                ),
                Mistake(
                    "mean of the contributions",
                    mean_contribution,
                    "You divide by the number of classes. The weights of the mean are the "
                    "probabilities themselves, and they are in the sum already.",
                ),
                Mistake(
                    "sum of surprisals",
                    sum_of_surprisals,
                    "You sum the surprisals without weights. The entropy is their expectation.",
                ),
                Mistake(
                    "plain mean of surprisals",
                    mean_of_surprisals,
                    "You average the surprisals as if all classes were equally frequent. Weight "
                    "each with its probability.",
                ),
                Mistake(
                    "the least surprisal",
                    least_surprisal,
                    "This is the surprisal of the most probable class alone. The other classes "
                    "surprise at least as much.",
                ),
                small_number_inside(1e-9),
                small_number_inside(1e-10),
                small_number_inside(1e-8),
            ),
        ),
        Function(
            name="huffman_mean",
            title="Huffman's mean length",
            reference=mean_word,
            cases=(
                Cases("powers of one half", 1, powers_of_one_half),
                Cases("nearly equal probabilities", 1, nearly_equal),
                Cases("one symbol far ahead of the others", 1, far_ahead),
            ),
            mistakes=(
                Mistake(
                    "sorted once",
                    sorted_once,
                    "You keep adding to the group that you merged first. It may have become more "
                    "frequent than others: look for the two rarest anew before each merge.",
                ),
                Mistake(
                    "the two most frequent",
                    two_most_frequent,
                    "You merge the two most frequent. They get the longest words then: begin with "
                    "the two rarest.",
                ),
                Mistake(
                    "last merge forgotten",
                    last_merge_forgotten,
                    "You stop with two groups left. Merging these adds a bit to every word, and "
                    "their probabilities sum to one.",
                ),
                Mistake(
                    "rounded up",
                    rounded_up,
                    "These are the surprisals, rounded up, and averaged. They make a prefix code, "
                    "but Huffman's is often shorter.",
                ),
                Mistake(
                    "words of equal length",
                    equal_lengths,
                    "You give all symbols words of the same length. Frequent ones may have shorter "
                    "words.",
                ),
                Mistake(
                    "entropy",
                    lambda p: float(entropy(p, base=2)),
                    "This is the entropy. Huffman's code reaches it only where all probabilities "
                    "are powers of one half.",
                ),
                Mistake(
                    "lengths not weighted",
                    lengths_unweighted,
                    "You average the lengths as if all symbols were equally frequent.",
                ),
            ),
        ),
        Number(
            name="bits_per_toss",
            title="Below one bit",
            points=1,
            expected=158 / 192,
            mistakes=(
                Mistake(
                    "per block",
                    158 / 64,
                    "This is the mean length of a whole block. A block reports three tosses.",
                ),
                Mistake(
                    "toss by toss",
                    1.0,
                    "One bit per toss is what single tosses need, and what blocks would need that "
                    "are equally probable. These are not.",
                ),
                Mistake(
                    "entropy",
                    float(entropy([3 / 4, 1 / 4], base=2)),
                    "This is the entropy of a toss, the bound. The code for blocks of three does "
                    "not reach it.",
                ),
                Mistake(
                    "blocks of two",
                    27 / 32,
                    "These are blocks of two tosses. Take three: there are eight blocks.",
                ),
            ),
        ),
        Claim(
            name="claim_5",
            title="Judge: less than a bit too long",
            points=2,
            holds=False,
            example="counterexample_5",
            form=Array(1),
            flaw=flaw_of_symbols,
            wrong_verdict="The bound of one bit holds for the mean. A single word may pay for "
            "others: build codes for four symbols, one of them very rare, and compare word by "
            "word.",
        ),
    ),
)
