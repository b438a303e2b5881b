// A table whose keys come from outside: without what every object inherits, so that `constructor` is a word like any other.
export function bare<Value>(table: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> {
  return Object.assign(Object.create(null) as Record<string, Value>, table);
}
