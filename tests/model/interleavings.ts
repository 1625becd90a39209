/**
 * Every order in which concurrent pieces of work can make their calls. Each call waits at a gate until it is its turn; what one
 * does between two calls nobody else can see. Orders are enumerated by playing them from the start, each time with another
 * choice at the last place that has one left.
 */

/** How one piece of work meets trouble: at its call of that number, from 1. */
export type Trouble =
  /** It ends there, before or after the call's effect. */
  | { readonly kind: "crash"; readonly call: number; readonly when: "before" | "after" }
  /** The call has its effect, and the client makes it again because it heard nothing. */
  | { readonly kind: "lost"; readonly call: number };

/** A piece of work. `turn` stands before each of its calls. */
export interface Work<T> {
  readonly name: string;
  readonly trouble?: Trouble;
  /** @param gate a client's calls go through it */
  run(gate: Gate): Promise<T>;
}

/** Makes a call when it is its turn. */
export type Gate = <T>(call: () => Promise<T>) => Promise<T>;

/** How a piece of work ended. */
export type Ended<T> =
  | { readonly name: string; readonly answer: T }
  | { readonly name: string; readonly error: Error }
  | { readonly name: string; readonly crashed: true };

/** Chooses one of `width` pieces of work that wait for their turn. */
export type Choose = (width: number) => number;

class Player<T> {
  /** Resolves when it is waiting at its gate again, or over. */
  arrived: Promise<void>;
  ended: Ended<T> | undefined;
  private arrive: () => void = () => undefined;
  private proceed: () => void = () => undefined;
  private calls = 0;
  /** The call before. */
  private before: Promise<void> = Promise.resolve();

  constructor(private readonly work: Work<T>) {
    this.arrived = this.next();
    work
      .run((call) => this.pass(call))
      .then(
        (answer) => this.end({ name: work.name, answer }),
        (error: unknown) => this.end({ name: work.name, error: error as Error }),
      );
  }

  /** Lets it make its call and go on to the next. */
  async step(): Promise<void> {
    const { proceed } = this;
    this.arrived = this.next();
    proceed();
    await this.arrived;
  }

  /** Calls that a piece of work makes at the same time wait for one another: each order of the pieces is still played. */
  private pass<R>(call: () => Promise<R>): Promise<R> {
    const turn = this.before.then(() => this.passAlone(call));
    this.before = turn.then(
      () => undefined,
      () => undefined,
    );
    return turn;
  }

  private async passAlone<R>(call: () => Promise<R>): Promise<R> {
    this.arrive();
    await new Promise<void>((resolve) => (this.proceed = resolve));
    this.calls += 1;
    const { trouble } = this.work;
    if (trouble?.call !== this.calls) return call();
    if (trouble.kind === "lost") {
      await call().catch(() => undefined);
      return call();
    }
    if (trouble.when === "after") await call().catch(() => undefined);
    this.end({ name: this.work.name, crashed: true });
    return new Promise(() => undefined);
  }

  private end(ended: Ended<T>): void {
    this.ended = ended;
    this.arrive();
  }

  private next(): Promise<void> {
    return new Promise((resolve) => (this.arrive = resolve));
  }
}

/** Plays pieces of work in one order; `look` sees what each call did. */
export async function interleave<T>(
  works: readonly Work<T>[],
  choose: Choose,
  look: () => void = () => undefined,
): Promise<Ended<T>[]> {
  const players = works.map((work) => new Player(work));
  await Promise.all(players.map(({ arrived }) => arrived));
  for (;;) {
    const waiting = players.filter(({ ended }) => ended === undefined);
    if (waiting.length === 0) return players.flatMap(({ ended }) => ended ?? []);
    await waiting[choose(waiting.length)].step();
    look();
  }
}

/**
 * Plays every order, or the first `limit` of them.
 *
 * @param play plays one order, with the choices that it is given
 * @returns how many orders there were
 */
export async function everyOrder(play: (choose: Choose) => Promise<void>, limit = Infinity): Promise<number> {
  let path: { choice: number; width: number }[] = [];
  for (let count = 1; ; count++) {
    let depth = 0;
    const choose = (width: number): number => {
      if (depth === path.length) path.push({ choice: 0, width });
      return path[depth++].choice;
    };
    try {
      await play(choose);
    } catch (error) {
      const order = path.map(({ choice }) => choice).join(" ");
      throw Object.assign(error as Error, { message: `Order ${order}: ${(error as Error).message}` });
    }
    while (path.length > 0 && path[path.length - 1].choice + 1 === path[path.length - 1].width)
      path = path.slice(0, -1);
    if (path.length === 0 || count >= limit) return count;
    path[path.length - 1].choice += 1;
  }
}

/** Choices from a list of numbers, e.g. one that a generator made up; the first waiting one when it has ended. */
export function choicesOf(numbers: readonly number[]): Choose {
  let at = 0;
  return (width) => (at < numbers.length ? numbers[at++] % width : 0);
}
