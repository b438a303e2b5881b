// What the catalogue tells: one database with the tables of the warehouse that the person may ask, in the schema `public` or in that which
// is before their name. Titles and descriptions of the data dictionary are their comments.
import type { TableWords } from '../../../warehouse/contract.ts';
import { usual } from '../session-settings.ts';
import { type WireType, wireTypeOf, wireTypes } from '../types.ts';

export const database = 'lamplight';
export const schema = 'public';

export const oids = {
  catalogue: 11,
  information: 13_000,
  schema: 2200,
  /** Of further schemas, in the order of their names. */
  firstSchema: 14_000,
  owner: 10,
  database: 5,
  heap: 2,
  classes: 1259,
  databases: 1262,
  namespaces: 2615,
  defaultCollation: 100,
};
const firstTable = 16_384;

export type Cell = string | number | boolean | null;
export type Rows = Readonly<Record<string, readonly Readonly<Record<string, Cell>>[]>>;

interface Placed {
  oid: number;
  /** Without the schema. */
  name: string;
  schema: string;
  table: TableWords;
  columns: { name: string; type: WireType; number: number; description: string }[];
}

const schemaOf = ({ name }: TableWords): string => (name.includes('.') ? name.slice(0, name.indexOf('.')) : schema);
const further = (tables: readonly TableWords[]): string[] => [...new Set(tables.map(schemaOf))].filter((one) => one !== schema).sort();

const places = (tables: readonly TableWords[]): Placed[] =>
  tables.map((table, at) => ({
    oid: firstTable + at,
    name: table.name.slice(table.name.indexOf('.') + 1),
    schema: schemaOf(table),
    table,
    columns: table.columns.map(({ name, type, description }, number) => ({
      name,
      type: wireTypeOf(type),
      number: number + 1,
      description,
    })),
  }));

const isText = ({ category }: WireType): boolean => category === 'S';

/** Of pg_catalog. */
export function catalogueRows(tables: readonly TableWords[], person: string): Rows {
  const placed = places(tables);
  const schemas = further(tables);
  const schemaOid = (name: string): number => (name === schema ? oids.schema : oids.firstSchema + schemas.indexOf(name));
  const role = {
    oid: oids.owner,
    rolname: person,
    rolsuper: false,
    rolinherit: true,
    rolcreaterole: false,
    rolcreatedb: false,
    rolcanlogin: true,
    rolreplication: false,
    rolconnlimit: -1,
    rolbypassrls: false,
  };
  return {
    pg_namespace: [
      { oid: oids.catalogue, nspname: 'pg_catalog', nspowner: oids.owner },
      { oid: oids.schema, nspname: schema, nspowner: oids.owner },
      ...schemas.map((name) => ({ oid: schemaOid(name), nspname: name, nspowner: oids.owner })),
      { oid: oids.information, nspname: 'information_schema', nspowner: oids.owner },
    ],
    pg_class: placed.map(({ oid, name, schema: own, columns }) => ({
      oid,
      relname: name,
      relnamespace: schemaOid(own),
      reltype: 0,
      reloftype: 0,
      relowner: oids.owner,
      relam: oids.heap,
      relfilenode: oid,
      reltablespace: 0,
      relpages: 1,
      reltuples: -1,
      relallvisible: 0,
      reltoastrelid: 0,
      relhasindex: false,
      relisshared: false,
      relpersistence: 'p',
      relkind: 'r',
      relnatts: columns.length,
      relchecks: 0,
      relhasrules: false,
      relhastriggers: false,
      relhassubclass: false,
      relrowsecurity: false,
      relforcerowsecurity: false,
      relispopulated: true,
      relreplident: 'd',
      relispartition: false,
      relrewrite: 0,
      relhasoids: false,
    })),
    pg_attribute: placed.flatMap(({ oid, columns }) =>
      columns.map(({ name, type, number }) => ({
        attrelid: oid,
        attname: name,
        atttypid: type.oid,
        attstattarget: -1,
        attlen: type.size,
        attnum: number,
        attndims: 0,
        attcacheoff: -1,
        atttypmod: -1,
        attbyval: type.size > 0,
        attalign: 'i',
        attstorage: type.size < 0 ? 'x' : 'p',
        attcompression: '',
        attnotnull: false,
        atthasdef: false,
        atthasmissing: false,
        attidentity: '',
        attgenerated: '',
        attisdropped: false,
        attislocal: true,
        attinhcount: 0,
        attcollation: isText(type) ? oids.defaultCollation : 0,
      })),
    ),
    pg_type: wireTypes.map((type) => ({
      oid: type.oid,
      typname: type.name,
      typnamespace: oids.catalogue,
      typowner: oids.owner,
      typlen: type.size,
      typbyval: type.size > 0 && type.size <= 8,
      typtype: 'b',
      typcategory: type.category,
      typispreferred: ['bool', 'text', 'float8', 'timestamptz', 'interval'].includes(type.name),
      typisdefined: true,
      typdelim: ',',
      typrelid: 0,
      typsubscript: 0,
      typelem: 0,
      typarray: 0,
      typinput: `${type.name}in`,
      typoutput: `${type.name}out`,
      typreceive: 0,
      typsend: 0,
      typnotnull: false,
      typbasetype: 0,
      typtypmod: -1,
      typndims: 0,
      typcollation: isText(type) ? oids.defaultCollation : 0,
    })),
    pg_description: placed.flatMap(({ oid, table, columns }) => [
      {
        objoid: oid,
        classoid: oids.classes,
        objsubid: 0,
        description: [table.title, table.description].filter((text) => text !== '').join('. '),
      },
      ...columns
        .filter(({ description }) => description !== '')
        .map(({ number, description }) => ({ objoid: oid, classoid: oids.classes, objsubid: number, description })),
    ]),
    pg_database: [
      {
        oid: oids.database,
        datname: database,
        datdba: oids.owner,
        encoding: 6,
        datlocprovider: 'c',
        datistemplate: false,
        datallowconn: true,
        datconnlimit: -1,
        dattablespace: 1663,
        datcollate: 'C.UTF-8',
        datctype: 'C.UTF-8',
      },
    ],
    pg_roles: [role],
    pg_authid: [role],
    pg_user: [{ usename: person, usesysid: oids.owner, usecreatedb: false, usesuper: false, userepl: false, usebypassrls: false }],
    pg_am: [{ oid: oids.heap, amname: 'heap', amhandler: 3, amtype: 't' }],
    pg_tables: placed.map(({ name, schema: own }) => ({
      schemaname: own,
      tablename: name,
      tableowner: person,
      hasindexes: false,
      hasrules: false,
      hastriggers: false,
      rowsecurity: false,
    })),
    pg_settings: Object.entries(usual).map(([name, setting]) => ({
      name,
      setting,
      category: '',
      short_desc: '',
      vartype: 'string',
      context: 'user',
      source: 'default',
      boot_val: setting,
      reset_val: setting,
    })),
    pg_collation: [
      {
        oid: oids.defaultCollation,
        collname: 'default',
        collnamespace: oids.catalogue,
        collowner: oids.owner,
        collprovider: 'd',
        collisdeterministic: true,
        collencoding: -1,
      },
    ],
    pg_tablespace: [{ oid: 1663, spcname: 'pg_default', spcowner: oids.owner }],
    pg_language: [],
    pg_timezone_names: [{ name: 'UTC', abbrev: 'UTC', utc_offset: '00:00:00', is_dst: false }],
  };
}

const precisions: Readonly<Record<string, number>> = { int2: 16, int4: 32, int8: 64, float4: 24, float8: 53 };

/** Of information_schema. */
export function informationRows(tables: readonly TableWords[], person: string): Rows {
  const placed = places(tables);
  const here = ({ name, schema: own }: Placed) => ({ table_catalog: database, table_schema: own, table_name: name });
  const privileges = placed.map((one) => ({
    grantor: person,
    grantee: person,
    ...here(one),
    privilege_type: 'SELECT',
    is_grantable: 'NO',
    with_hierarchy: 'YES',
  }));
  return {
    schemata: ['pg_catalog', schema, ...further(tables), 'information_schema'].map((schema_name) => ({
      catalog_name: database,
      schema_name,
      schema_owner: person,
    })),
    tables: placed.map((one) => ({ ...here(one), table_type: 'BASE TABLE', is_insertable_into: 'NO', is_typed: 'NO' })),
    columns: placed.flatMap((one) =>
      one.columns.map(({ name, type, number }) => ({
        ...here(one),
        column_name: name,
        ordinal_position: number,
        is_nullable: 'YES',
        data_type: type.title,
        numeric_precision: precisions[type.name] ?? null,
        numeric_precision_radix: Object.hasOwn(precisions, type.name) ? 2 : null,
        numeric_scale: type.name.startsWith('int') && type.name !== 'interval' ? 0 : null,
        datetime_precision: type.name.startsWith('timestamp') ? 6 : type.name === 'date' ? 0 : null,
        udt_catalog: database,
        udt_schema: 'pg_catalog',
        udt_name: type.name,
        dtd_identifier: String(number),
        is_self_referencing: 'NO',
        is_identity: 'NO',
        identity_cycle: 'NO',
        is_generated: 'NEVER',
        is_updatable: 'NO',
      })),
    ),
    table_privileges: privileges,
    role_table_grants: privileges,
    enabled_roles: [{ role_name: person }],
    applicable_roles: [],
    character_sets: [{ character_set_name: 'UTF8' }],
  };
}
