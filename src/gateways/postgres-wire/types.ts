// Types of DuckDB as those of PostgreSQL, by the numbers that every PostgreSQL gives its own (pg_type.dat). What PostgreSQL has no like
// of is told as text, lists and structs as JSON, whole numbers of more than eight bytes as numeric.

export interface WireType {
  oid: number;
  name: string;
  /** As format_type() words it. */
  title: string;
  /** Bytes in binary form, -1 where they vary. */
  size: number;
  /** DuckDB's type that a value of it is cast to. */
  duck: string;
  /** pg_type.typcategory. */
  category: string;
}

const type = (oid: number, name: string, title: string, size: number, duck: string, category: string): WireType => ({
  oid,
  name,
  title,
  size,
  duck,
  category,
});

export const wireTypes: readonly WireType[] = [
  type(16, 'bool', 'boolean', 1, 'BOOLEAN', 'B'),
  type(17, 'bytea', 'bytea', -1, 'BLOB', 'U'),
  type(18, 'char', '"char"', 1, 'VARCHAR', 'Z'),
  type(19, 'name', 'name', 64, 'VARCHAR', 'S'),
  type(20, 'int8', 'bigint', 8, 'BIGINT', 'N'),
  type(21, 'int2', 'smallint', 2, 'SMALLINT', 'N'),
  type(23, 'int4', 'integer', 4, 'INTEGER', 'N'),
  type(25, 'text', 'text', -1, 'VARCHAR', 'S'),
  type(26, 'oid', 'oid', 4, 'BIGINT', 'N'),
  type(114, 'json', 'json', -1, 'JSON', 'U'),
  type(700, 'float4', 'real', 4, 'FLOAT', 'N'),
  type(701, 'float8', 'double precision', 8, 'DOUBLE', 'N'),
  type(1042, 'bpchar', 'character', -1, 'VARCHAR', 'S'),
  type(1043, 'varchar', 'character varying', -1, 'VARCHAR', 'S'),
  type(1082, 'date', 'date', 4, 'DATE', 'D'),
  type(1083, 'time', 'time without time zone', 8, 'TIME', 'D'),
  type(1114, 'timestamp', 'timestamp without time zone', 8, 'TIMESTAMP', 'D'),
  type(1184, 'timestamptz', 'timestamp with time zone', 8, 'TIMESTAMPTZ', 'D'),
  type(1186, 'interval', 'interval', 16, 'INTERVAL', 'T'),
  type(1700, 'numeric', 'numeric', -1, 'DECIMAL(38,10)', 'N'),
  type(2950, 'uuid', 'uuid', 16, 'UUID', 'U'),
  type(3802, 'jsonb', 'jsonb', -1, 'JSON', 'U'),
];

const byOid = new Map(wireTypes.map((one) => [one.oid, one]));
const byName = new Map(wireTypes.map((one) => [one.name, one]));
const textType = byName.get('text')!;

const ofDuck: readonly [RegExp, string][] = [
  [/\[\d*\]$|^(STRUCT|MAP|UNION|VARIANT|JSON)/, 'json'],
  [/^BOOLEAN$/, 'bool'],
  [/^U?TINYINT$|^SMALLINT$/, 'int2'],
  [/^INTEGER$|^USMALLINT$/, 'int4'],
  [/^BIGINT$|^UINTEGER$/, 'int8'],
  [/^U?HUGEINT$|^UBIGINT$|^DECIMAL|^BIGNUM$/, 'numeric'],
  [/^FLOAT$/, 'float4'],
  [/^DOUBLE$/, 'float8'],
  [/^DATE$/, 'date'],
  [/^TIME$/, 'time'],
  [/^TIMESTAMP WITH TIME ZONE$|^TIMESTAMPTZ$/, 'timestamptz'],
  [/^TIMESTAMP(_\w+)?$/, 'timestamp'],
  [/^INTERVAL$/, 'interval'],
  [/^BLOB$/, 'bytea'],
  [/^UUID$/, 'uuid'],
];

export const wireTypeOf = (duck: string): WireType => byName.get(ofDuck.find(([form]) => form.test(duck))?.[1] ?? 'text') ?? textType;
/** undefined: not known here. 0 and 705 are PostgreSQL's words for open. */
export const wireTypeOfOid = (oid: number): WireType | undefined => byOid.get(oid);
export const isOpen = (oid: number): boolean => oid === 0 || oid === 705;
