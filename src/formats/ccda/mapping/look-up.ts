// What a table says of a key that came from outside: nothing of what every object has (`constructor`) counts.

export const lookUp = <T>(table: Readonly<Record<string, T>>, key: string | undefined): T | undefined =>
  key !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
