import fc from "fast-check";

/**
 * The seed of every property: the same in each run, so that a run that fails can be repeated and no
 * unrelated change is refused for a case that was not there the day before. To look for new ones:
 * `BUCKETSEAL_SEED=random npm run test:soak`; what fails prints its seed.
 */
const SEED = 20_261_128;
const given = process.env.BUCKETSEAL_SEED;

if (given !== "random") fc.configureGlobal({ seed: Number(given ?? SEED) });
