/* The mathematics of the moving pictures, in nats: pure functions of numbers and arrays of numbers.
   The tests hold each of them to its namesake in course_utils. */
const numerics = (() => {
  const sum = (terms) => terms.reduce((total, term) => total + term, 0);

  /* log Σ exp z, without overflow. */
  const logsumexp = (logits) => {
    const top = Math.max(...logits);
    if (top === -Infinity) return top;
    return top + Math.log(sum(logits.map((z) => Math.exp(z - top))));
  };

  const softmax = (logits, temperature = 1) => {
    const top = Math.max(...logits);
    const weights = logits.map((z) => Math.exp((z - top) / temperature));
    const total = sum(weights);
    return weights.map((weight) => weight / total);
  };

  /* All on the largest logit, on the first of several. */
  const hardmax = (logits) => {
    const first = logits.indexOf(Math.max(...logits));
    return logits.map((_, place) => (place === first ? 1 : 0));
  };

  /* The point of the simplex that is nearest to the logits. */
  const sparsemax = (logits) => {
    const falling = [...logits].sort((a, b) => b - a);
    let total = 0;
    let threshold = 0;
    falling.forEach((z, place) => {
      total += z;
      const candidate = (total - 1) / (place + 1);
      if (z > candidate) threshold = candidate;
    });
    return logits.map((z) => Math.max(z - threshold, 0));
  };

  /* x log y, which is 0 where x is, whatever y is. */
  const xlogy = (x, y) => (x === 0 ? 0 : x * Math.log(y));

  const crossEntropy = (p, q) => 0 - sum(p.map((share, place) => xlogy(share, q[place])));
  const entropy = (p) => crossEntropy(p, p);
  const klDivergence = (p, q) =>
    sum(p.map((share, place) => (share === 0 ? 0 : share * Math.log(share / q[place]))));

  const softplus = (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  const sigmoid = (x) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)));
  const odds = (p) => p / (1 - p);
  const logit = (p) => Math.log(p) - Math.log1p(-p);

  /* −log of the density of a Gaussian. */
  const gaussianNll = (value, mean, scale) =>
    ((value - mean) / scale) ** 2 / 2 + Math.log(scale) + Math.log(2 * Math.PI) / 2;

  /* Of one sequence of tosses with so many heads, at a probability of heads. */
  const bernoulliLogLikelihood = (heads, tosses, probability) =>
    xlogy(heads, probability) + xlogy(tosses - heads, 1 - probability);

  /* Where a function that changes its sign between two places is 0 (the Illinois method). */
  const root = (of, low, high) => {
    let [left, right] = [of(low), of(high)];
    if (left === 0) return low;
    for (let turn = 0, side = 0; turn < 100 && high - low > 1e-14; turn += 1) {
      const middle = (left * high - right * low) / (left - right);
      const value = of(middle);
      if (value === 0) return middle;
      if (value > 0 === right > 0) {
        [high, right] = [middle, value];
        if (side === 1) left /= 2;
        side = 1;
      } else {
        [low, left] = [middle, value];
        if (side === -1) right /= 2;
        side = -1;
      }
    }
    return (low + high) / 2;
  };

  /* The mean of a function of a standard Gaussian, by a fine sum, which is very exact if the
     function is smooth. */
  const WEIGHTS = Float64Array.from({ length: 801 }, (_, place) => {
    const z = (place - 400) / 50;
    return Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI) / 50;
  });
  const gaussianMean = (of) => {
    let total = 0;
    for (let place = 0; place <= 800; place += 1) total += WEIGHTS[place] * of((place - 400) / 50);
    return total;
  };

  /* Random numbers between 0 and 1, the same for the same seed, wherever they are drawn (mulberry32). */
  const generator = (seed) => {
    let state = seed;
    return () => {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
  };

  return {
    sum, logsumexp, softmax, hardmax, sparsemax, xlogy, crossEntropy, entropy, klDivergence,
    softplus, sigmoid, odds, logit, gaussianNll, bernoulliLogLikelihood,
    root, gaussianMean, generator,
  };
})();
