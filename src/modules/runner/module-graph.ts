// Which module reacts to what which other module concludes: one emits what another watches. It must have no circle, or two
// modules could answer each other for ever. A module may watch what it emits itself: its own conclusions are not handed to
// it (see runner.ts), so for it there is no circle.
import type { Module } from '../contract.ts';

type Shape = Pick<Module, 'name' | 'question' | 'watches' | 'emits'>;

/** `text`: one line a module, then who wakes whom. `circle`: names along a circle, the first one again at the end. */
export function moduleGraph(modules: readonly Shape[]): { text: string; circle?: string[] } {
  const wakes = new Map(
    modules.map((one) => [one.name, modules.filter((other) => other !== one && shared(one, other).length > 0)] as const),
  );
  const lines = modules.flatMap((one) => [
    `${one.name}: ${one.watches.join(', ') || 'nothing'} → ${one.emits.join(', ') || 'nothing'}   ${one.question}`,
    ...(one.watches.some((type) => one.emits.includes(type)) ? ['  watches its own kind and passes over its own conclusions'] : []),
    ...wakes.get(one.name)!.map((other) => `  wakes ${other.name} by ${shared(one, other).join(', ')}`),
  ]);
  const circle = circleIn(modules, wakes);
  return { text: lines.join('\n'), ...(circle === undefined ? {} : { circle }) };
}

/** The runner adds Provenance to what any module concludes. */
const shared = (emitter: Shape, watcher: Shape): string[] =>
  watcher.watches.filter((type) => [...emitter.emits, 'Provenance'].includes(type));

function circleIn(modules: readonly Shape[], wakes: ReadonlyMap<string, readonly Shape[]>): string[] | undefined {
  const done = new Set<string>();
  const walk = (name: string, path: string[]): string[] | undefined => {
    const at = path.indexOf(name);
    if (at >= 0) return [...path.slice(at), name];
    if (done.has(name)) return undefined;
    for (const next of wakes.get(name) ?? []) {
      const found = walk(next.name, [...path, name]);
      if (found !== undefined) return found;
    }
    done.add(name);
    return undefined;
  };
  for (const { name } of modules) {
    const found = walk(name, []);
    if (found !== undefined) return found;
  }
  return undefined;
}
