import { severities } from "#core/reason/severity";
import { byAge, type Fold, type FoldTime, type News } from "./fold.ts";

/** The folds with one more piece of news, which is told at once or counted. */
export function withNews(
  folds: readonly Fold[],
  news: News,
  time: FoldTime,
): { folds: readonly Fold[]; isTold: boolean } {
  const alive = folds.filter((each) => each.untold !== null || time.now - Date.parse(each.last) < MEMORY);
  const known = alive.find((each) => isSame(each, news));
  const others = alive.filter((each) => each !== known);
  const isTold = known === undefined || news.mustTell || !isRepeated(known, news, time);
  const next = isTold ? tell(known, news, time) : count(known, news, time);
  const giving = others.length > MOST ? (byAge(others)[0] as Fold) : null;
  // Nothing is forgotten untold: what has to give way is told with this first.
  const mustTell = giving !== null && giving.untold !== null;
  const kept = mustTell ? others : others.filter((each) => each !== giving);
  return { folds: [...kept, next], isTold: isTold || mustTell };
}

// --- internal ---

/** Milliseconds after which a repetition is a new incident: a week. */
const MEMORY = 7 * 86_400_000;
/** The most actors remembered, beside the newest. */
const MOST = 4;
/** What may stand for different reasons before it is only counted. */
const MOST_PRINTS = 3;
/** The most ids of changes kept: no policy allows more writes before the breaker opens. */
const MOST_CHANGES = 40;

function isSame(a: Fold, b: News): boolean {
  return a.actor === b.actor && a.rule === b.rule;
}

/**
 * Whether it repeats what was told by the same actor within the time, and is no worse: another
 * change of ours, another end, the very thing that stood, or the fourth thing that stands. What is
 * severe is told again after its end was told, so that nobody believes it is over.
 */
function isRepeated({ told }: Fold, news: News, { now, fightsUntil }: FoldTime): boolean {
  if (rank(news) > rank(told) || news.danger > told.danger) return false;
  const isFight = fightsUntil !== null && (news.kind !== "stands" || told.kinds.includes("stands"));
  if (isFight) return true;
  const hides = news.kind === "stands" && told.kinds.at(-1) === "over" && rank(news) >= SEVERE;
  const isKnown = news.print === null ? told.kinds.includes(news.kind) : isPrinted(told.prints, news.print);
  return now < Date.parse(told.until) && isKnown && !hides;
}

const rank = ({ severity }: Pick<News, "severity">) => severities.indexOf(severity);
const SEVERE = severities.indexOf("high");

function isPrinted(prints: readonly string[], print: string): boolean {
  return prints.includes(print) || prints.length >= MOST_PRINTS;
}

function tell(known: Fold | undefined, news: News, time: FoldTime): Fold {
  const isRunning = known !== undefined && time.now < Date.parse(known.told.until);
  const until = isRunning ? known.told.until : iso(time.now + time.seconds * 1000);
  const before = isRunning ? known.told : { severity: "info" as const, danger: 0, kinds: [], prints: [] as string[] };
  const kinds = [...before.kinds.filter((kind) => kind !== news.kind), news.kind];
  const { print } = news;
  const prints = print === null || before.prints.includes(print) ? before.prints : [...before.prints, print];
  const worst = rank(before) > rank(news) ? before.severity : news.severity;
  const told = {
    severity: worst,
    danger: Math.max(before.danger, news.danger),
    kinds,
    prints: prints.slice(-MOST_PRINTS),
    until,
  };
  // What was counted before is told with it.
  return { ...seen(known, news, time), told, untold: known?.untold ?? null };
}

function count(known: Fold, news: News, time: FoldTime): Fold {
  const { untold, told } = known;
  const at = iso(time.now);
  const changes = news.change === null ? [] : [news.change];
  const { before, after, trigger } = news;
  return {
    ...seen(known, news, time),
    told: { ...told, until: latest(told.until, time.fightsUntil) },
    untold: {
      count: (untold?.count ?? 0) + 1,
      from: untold?.from ?? at,
      to: at,
      changes: [...(untold?.changes ?? []), ...changes].slice(-MOST_CHANGES),
      // Shown is the last change of ours, where there is one.
      last:
        untold === null || changes.length > 0 || untold.changes.length === 0 ? { before, after, trigger } : untold.last,
    },
  };
}

/** The series with this piece of news. */
function seen(known: Fold | undefined, news: News, { now }: FoldTime): Omit<Fold, "told" | "untold"> {
  const at = iso(now);
  const { actor, rule, id } = news;
  const once = news.isOnceMore ? 1 : 0;
  // Whoever made the bucket has undone nothing yet.
  if (known === undefined || known.times === 0) return { actor, rule, incident: id, since: at, last: at, times: once };
  const { incident, since, times } = known;
  return { actor, rule, incident, since, last: at, times: times + once };
}

function latest(a: string, b: string | null): string {
  return b === null || Date.parse(a) >= Date.parse(b) ? a : b;
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
