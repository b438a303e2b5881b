// Functions of PostgreSQL that clients ask the catalogue with (https://www.postgresql.org/docs/15/functions-info.html), as macros of
// DuckDB. Each stands under its own name behind a prefix, because DuckDB keeps some of these names for itself.

import { literal } from '../../../warehouse/view/sql-text.ts';
import { usual } from '../session-settings.ts';
import { wireTypes } from '../types.ts';
import { database, oids, schema } from './rows.ts';

/** Before each name of a table of pg_catalog and each function. */
export const prefix = 'c_';
/** Before each name of a table of information_schema. */
export const informationPrefix = 'i_';

const titles = `map {${wireTypes.map(({ oid, title }) => `${oid}: ${literal(title)}`).join(', ')}}`;
/** The tables by whose numbers comments are told apart. */
const own = `map {'pg_class': ${oids.classes}, 'pg_namespace': ${oids.namespaces}, 'pg_database': ${oids.databases}}`;
const plain = `replace(replace(replace(name, '"', ''), '${schema}.', ''), 'pg_catalog.', '')`;
/** Under names that no query has: what a macro is called with is put in as it is written. */
const named = `(select t.oid as own_oid, t.relname as own_name, s.nspname as own_schema from ${prefix}pg_class t join ${prefix}pg_namespace s on s.oid = t.relnamespace)`;
const oidOf = `coalesce(${own}[${plain}], (select max(own_oid) from ${named} where ${plain} in (own_name, own_schema || '.' || own_name)))`;
/** Whether its schema is on the search path; what is no table always is. */
const visible = (path: string): string => `coalesce((select list_contains(${path}, own_schema) from ${named} where own_oid = id), true)`;
const comment = (number: string): string =>
  `(select max(description) from ${prefix}pg_description where objoid = id and objsubid = ${number})`;
const may = "priv ilike '%select%' or priv ilike '%usage%' or priv ilike '%connect%'";

/** Parameters and body, one for each number of parameters. */
const bodies = (person: string, path: string): Readonly<Record<string, readonly [string, string][]>> => ({
  version: [['', literal('PostgreSQL 15.0 (Lamplight)')]],
  current_database: [['', literal(database)]],
  current_catalog: [['', literal(database)]],
  current_schema: [['', `${path}[1]`]],
  current_schemas: [['implicit', `case when implicit then list_concat(['pg_catalog'], ${path}) else ${path} end`]],
  current_user: [['', literal(person)]],
  session_user: [['', literal(person)]],
  current_role: [['', literal(person)]],
  pg_backend_pid: [['', '0']],
  pg_is_in_recovery: [['', 'false']],
  pg_is_wal_replay_paused: [['', 'false']],
  pg_postmaster_start_time: [['', 'null::TIMESTAMPTZ']],
  pg_conf_load_time: [['', 'null::TIMESTAMPTZ']],
  pg_my_temp_schema: [['', '0']],
  pg_is_other_temp_schema: [['id', 'false']],
  txid_current: [['', '0']],
  inet_server_addr: [['', 'null::VARCHAR']],
  inet_server_port: [['', 'null::INTEGER']],
  inet_client_addr: [['', 'null::VARCHAR']],
  inet_client_port: [['', 'null::INTEGER']],
  current_setting: [
    [
      'name',
      `map {${Object.entries(usual)
        .map(([name, value]) => `${literal(name)}: ${literal(value)}`)
        .join(', ')}}[lower(name)]`,
    ],
    [
      'name, missing',
      `map {${Object.entries(usual)
        .map(([name, value]) => `${literal(name)}: ${literal(value)}`)
        .join(', ')}}[lower(name)]`,
    ],
  ],
  set_config: [['name, value, is_local', 'value']],
  format_type: [['id, modifier', `case when id is null then null else coalesce(${titles}[id], '???') end`]],
  obj_description: [
    ['id', comment('0')],
    ['id, catalogue', comment('0')],
  ],
  col_description: [['id, number', comment('number')]],
  shobj_description: [['id, catalogue', 'null::VARCHAR']],
  to_regclass: [['name', oidOf]],
  to_regnamespace: [['name', `(select max(oid) from ${prefix}pg_namespace where nspname = name)`]],
  to_regtype: [['name', `(select max(oid) from ${prefix}pg_type where typname = name)`]],
  pg_get_userbyid: [['id', literal(person)]],
  pg_encoding_to_char: [['encoding', "'UTF8'"]],
  pg_char_to_encoding: [['encoding', '6']],
  pg_client_encoding: [['', "'UTF8'"]],
  getdatabaseencoding: [['', "'UTF8'"]],
  pg_typeof: [['value', 'lower(typeof(value))']],
  quote_ident: [
    ['name', `case when regexp_full_match(name, '[a-z_][a-z0-9_]*') then name else '"' || replace(name, '"', '""') || '"' end`],
  ],
  quote_literal: [['value', `'''' || replace(value, '''', '''''') || ''''`]],
  array_upper: [['list, dimension', 'case when len(list) > 0 then len(list) end']],
  array_lower: [['list, dimension', 'case when len(list) > 0 then 1 end']],
  pg_size_pretty: [['bytes', "bytes || ' bytes'"]],
  has_any_column_privilege: [
    ['thing, priv', may],
    ['role, thing, priv', may],
  ],
  has_column_privilege: [
    ['thing, col, priv', may],
    ['role, thing, col, priv', may],
  ],
  ...Object.fromEntries(
    ['table', 'schema', 'database', 'sequence', 'function', 'type', 'tablespace', 'foreign_data_wrapper', 'server', 'language'].map(
      (of): [string, [string, string][]] => [
        `has_${of}_privilege`,
        [
          ['thing, priv', may],
          ['role, thing, priv', may],
        ],
      ],
    ),
  ),
  pg_has_role: [
    ['role, priv', 'true'],
    ['who, role, priv', 'true'],
  ],
  pg_table_is_visible: [['id', visible(path)]],
  ...Object.fromEntries(
    ['type', 'function', 'operator', 'opclass', 'collation', 'conversion', 'statistics_obj', 'ts_config', 'ts_dict'].map(
      (of): [string, [string, string][]] => [`pg_${of}_is_visible`, [['id', 'true']]],
    ),
  ),
  ...Object.fromEntries(
    ['pg_relation_size', 'pg_total_relation_size', 'pg_table_size', 'pg_indexes_size', 'pg_database_size', 'pg_tablespace_size'].map(
      (name): [string, [string, string][]] => [
        name,
        [
          ['id', '0'],
          ['id, fork', '0'],
        ],
      ],
    ),
  ),
  pg_get_expr: [
    ['tree, id', 'null::VARCHAR'],
    ['tree, id, pretty', 'null::VARCHAR'],
  ],
  ...Object.fromEntries(
    [
      'pg_get_viewdef',
      'pg_get_constraintdef',
      'pg_get_ruledef',
      'pg_get_triggerdef',
      'pg_get_functiondef',
      'pg_get_function_result',
      'pg_get_function_arguments',
      'pg_get_function_identity_arguments',
      'pg_get_partkeydef',
      'pg_get_statisticsobjdef',
      'pg_get_statisticsobjdef_columns',
      'pg_tablespace_location',
      'pg_relation_filepath',
    ].map((name): [string, [string, string][]] => [
      name,
      [
        ['id', 'null::VARCHAR'],
        ['id, pretty', 'null::VARCHAR'],
      ],
    ]),
  ),
  pg_get_indexdef: [
    ['id', 'null::VARCHAR'],
    ['id, number, pretty', 'null::VARCHAR'],
  ],
  pg_get_serial_sequence: [['tab, col', 'null::VARCHAR']],
  pg_get_keywords: [['', 'null::VARCHAR']],
  pg_relation_is_publishable: [['id', 'false']],
  pg_relation_is_updatable: [['id, cascaded', '0']],
  pg_column_is_updatable: [['id, number, cascaded', 'false']],
  pg_stat_get_numscans: [['id', '0']],
  pg_lock_status: [['', 'null::VARCHAR']],
});

/** Of information_schema. */
const expandArray = `create macro ${informationPrefix}_pg_expandarray(list) as {'x': list[1], 'n': 1}`;

export const functionNames: ReadonlySet<string> = new Set(Object.keys(bodies('', '[]')));

export const macros = (person: string, searchPath: readonly string[]): string[] => [
  expandArray,
  ...Object.entries(bodies(person, `([${searchPath.map(literal).join(', ')}]::VARCHAR[])`)).map(
    ([name, forms]) => `create macro ${prefix}${name}${forms.map(([parameters, body]) => `(${parameters}) as (${body})`).join(', ')}`,
  ),
];
