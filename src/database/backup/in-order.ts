// Work on several pieces at once whose results keep their order: compression has threads of its own.

/** At most `ahead` results wait; an error comes out in its turn. */
export async function* inOrder<In, Out>(source: AsyncIterable<In>, work: (one: In) => Promise<Out>, ahead: number): AsyncGenerator<Out> {
  const under: Promise<Out>[] = [];
  for await (const one of source) {
    const result = work(one);
    // Looked at when its turn comes.
    result.catch(() => {});
    under.push(result);
    if (under.length > ahead) yield await under.shift()!;
  }
  for (const result of under) yield await result;
}
