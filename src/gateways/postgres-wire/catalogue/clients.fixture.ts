// What clients ask the catalogue when somebody connects, lists tables or looks at one: psql as its -E shows it, the others as their public
// sources word it. `rows`: how many there must be of the two tables `patients` (six columns) and `empty` (one), and of two in
// the schema `omop`.
export interface ClientQuery {
  client: string;
  sql: string;
  rows: number;
  /** In the first row, by column. */
  first?: Record<string, string | number | boolean | null>;
}

const tableTypes = "CASE c.relkind WHEN 'r' THEN 'TABLE' WHEN 'p' THEN 'PARTITIONED TABLE' WHEN 'v' THEN 'VIEW' ELSE NULL END";

export const clientQueries: readonly ClientQuery[] = [
  { client: 'anything', sql: 'select version()', rows: 1, first: { version: 'PostgreSQL 15.0 (Lamplight)' } },
  {
    client: 'anything',
    sql: 'SELECT current_schema(), current_database(), current_user, session_user',
    rows: 1,
    first: { current_schema: 'public', current_database: 'lamplight' },
  },
  { client: 'anything', sql: 'SELECT 1', rows: 1 },
  {
    client: 'psql \\d patients, the oid',
    sql: `SELECT c.oid, n.nspname, c.relname FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relname OPERATOR(pg_catalog.~) '^(patients)$' COLLATE pg_catalog.default AND pg_catalog.pg_table_is_visible(c.oid) ORDER BY 2, 3;`,
    rows: 1,
    first: { relname: 'patients', nspname: 'public' },
  },
  {
    client: 'psql \\d patients, the columns',
    sql: `SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
        (SELECT pg_catalog.pg_get_expr(d.adbin, d.adrelid, true) FROM pg_catalog.pg_attrdef d WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum AND a.atthasdef),
        a.attnotnull,
        (SELECT c.collname FROM pg_catalog.pg_collation c, pg_catalog.pg_type t WHERE c.oid = a.attcollation AND t.oid = a.atttypid AND a.attcollation <> t.typcollation) AS attcollation,
        a.attidentity, a.attgenerated, pg_catalog.col_description(a.attrelid, a.attnum)
      FROM pg_catalog.pg_attribute a WHERE a.attrelid = '16384' AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum;`,
    rows: 6,
    first: { attname: 'id', format_type: 'text', col_description: 'Whose it is' },
  },
  {
    client: 'psql \\d patients, publications',
    sql: `SELECT pubname, NULL, NULL FROM pg_catalog.pg_publication p JOIN pg_catalog.pg_publication_namespace pn ON p.oid = pn.pnpubid
        JOIN pg_catalog.pg_class pc ON pc.relnamespace = pn.pnnspid WHERE pc.oid ='16384' and pg_catalog.pg_relation_is_publishable('16384')
      UNION SELECT pubname, pg_get_expr(pr.prqual, c.oid), (CASE WHEN pr.prattrs IS NOT NULL THEN (SELECT string_agg(attname, ', ')
          FROM pg_catalog.generate_series(0, pg_catalog.array_upper(pr.prattrs::pg_catalog.int2[], 1)) s, pg_catalog.pg_attribute
          WHERE attrelid = pr.prrelid AND attnum = prattrs[s]) ELSE NULL END)
        FROM pg_catalog.pg_publication p JOIN pg_catalog.pg_publication_rel pr ON p.oid = pr.prpubid JOIN pg_catalog.pg_class c ON c.oid = pr.prrelid
        WHERE pr.prrelid = '16384' ORDER BY 1;`,
    rows: 0,
  },
  {
    client: 'RPostgreSQL dbListTables',
    sql: "select schemaname,tablename from pg_tables where schemaname !='information_schema' and schemaname !='pg_catalog'",
    rows: 4,
  },
  {
    client: 'RPostgres dbListTables',
    sql: `SELECT table_name FROM information_schema.tables WHERE TRUE AND (table_schema = ANY(current_schemas(true))) AND (table_schema <> 'pg_catalog') ORDER BY table_type, table_name`,
    rows: 2,
  },
  {
    client: 'RPostgres dbListFields',
    sql: `SELECT column_name FROM information_schema.columns WHERE table_name = 'patients' AND table_schema = (SELECT nspname FROM (SELECT nr, schemas[nr] AS nspname
      FROM (SELECT *, generate_subscripts(schemas, 1) AS nr FROM (SELECT current_schemas(true) AS schemas) t) tt WHERE schemas[nr] <> 'pg_catalog') ttt ORDER BY nr LIMIT 1) ORDER BY ordinal_position`,
    rows: 6,
    first: { column_name: 'id' },
  },
  { client: 'RPostgres, types', sql: 'SELECT oid, typname FROM pg_type', rows: 22 },
  {
    client: 'SQLAlchemy get_table_names',
    sql: `SELECT pg_catalog.pg_class.relname FROM pg_catalog.pg_class JOIN pg_catalog.pg_namespace ON pg_catalog.pg_namespace.oid = pg_catalog.pg_class.relnamespace
      WHERE pg_catalog.pg_class.relkind = ANY (ARRAY['r', 'p']) AND pg_catalog.pg_class.relpersistence != 't'
      AND pg_catalog.pg_table_is_visible(pg_catalog.pg_class.oid) AND pg_catalog.pg_namespace.nspname != 'pg_catalog'`,
    rows: 2,
  },
  {
    client: 'the JDBC driver (DBeaver, Metabase), schemas',
    sql: `SELECT nspname AS TABLE_SCHEM, current_database() AS TABLE_CATALOG FROM pg_catalog.pg_namespace WHERE nspname <> 'pg_toast'
      AND (nspname !~ '^pg_temp_' OR nspname = (pg_catalog.current_schemas(true))[1])
      AND (nspname !~ '^pg_toast_temp_' OR nspname = replace((pg_catalog.current_schemas(true))[1], 'pg_temp_', 'pg_toast_temp_')) ORDER BY TABLE_SCHEM`,
    rows: 4,
  },
  {
    client: 'the JDBC driver, tables',
    sql: `SELECT current_database() AS TABLE_CAT, n.nspname AS TABLE_SCHEM, c.relname AS TABLE_NAME,
        CASE n.nspname ~ '^pg_' OR n.nspname = 'information_schema' WHEN true THEN 'SYSTEM' WHEN false THEN ${tableTypes} ELSE NULL END AS TABLE_TYPE,
        d.description AS REMARKS, '' as TYPE_CAT, '' as SELF_REFERENCING_COL_NAME
      FROM pg_catalog.pg_namespace n, pg_catalog.pg_class c
      LEFT JOIN pg_catalog.pg_description d ON (c.oid = d.objoid AND d.objsubid = 0 and d.classoid = 'pg_class'::regclass)
      WHERE c.relnamespace = n.oid AND n.nspname LIKE 'public' AND c.relname LIKE 'patients'
        AND (false OR ( c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema')) ORDER BY TABLE_TYPE, TABLE_SCHEM, TABLE_NAME`,
    rows: 1,
    first: { TABLE_TYPE: 'TABLE', REMARKS: 'Patients. One row a patient.' },
  },
  {
    client: 'the JDBC driver, columns',
    sql: `SELECT * FROM (SELECT current_database() AS current_database, n.nspname, c.relname, a.attname, a.atttypid,
        a.attnotnull OR (t.typtype = 'd' AND t.typnotnull) AS attnotnull, a.atttypmod, a.attlen, t.typtypmod,
        row_number() OVER (PARTITION BY a.attrelid ORDER BY a.attnum) AS attnum, nullif(a.attidentity, '') as attidentity,
        nullif(a.attgenerated, '') as attgenerated, pg_catalog.pg_get_expr(def.adbin, def.adrelid) AS adsrc, dsc.description, t.typbasetype, t.typtype
      FROM pg_catalog.pg_namespace n JOIN pg_catalog.pg_class c ON (c.relnamespace = n.oid)
      JOIN pg_catalog.pg_attribute a ON (a.attrelid = c.oid) JOIN pg_catalog.pg_type t ON (a.atttypid = t.oid)
      LEFT JOIN pg_catalog.pg_attrdef def ON (a.attrelid = def.adrelid AND a.attnum = def.adnum)
      LEFT JOIN pg_catalog.pg_description dsc ON (c.oid = dsc.objoid AND a.attnum = dsc.objsubid)
      LEFT JOIN pg_catalog.pg_class dc ON (dc.oid = dsc.classoid AND dc.relname = 'pg_class')
      LEFT JOIN pg_catalog.pg_namespace dn ON (dc.relnamespace = dn.oid AND dn.nspname = 'pg_catalog')
      WHERE c.relkind in ('r','p','v','f','m') and a.attnum > 0 AND NOT a.attisdropped AND c.relname LIKE 'patients') c
      WHERE true ORDER BY nspname, c.relname, attnum`,
    rows: 6,
    first: { attname: 'id', description: 'Whose it is', current_database: 'lamplight' },
  },
  {
    client: 'the JDBC driver, primary keys',
    sql: `SELECT result.TABLE_CAT, result.TABLE_NAME, result.KEY_SEQ FROM (SELECT current_database() AS TABLE_CAT, ct.relname AS TABLE_NAME, a.attname AS COLUMN_NAME,
        (information_schema._pg_expandarray(i.indkey)).n AS KEY_SEQ, ci.relname AS PK_NAME, information_schema._pg_expandarray(i.indkey) AS KEYS, a.attnum AS A_ATTNUM
      FROM pg_catalog.pg_class ct JOIN pg_catalog.pg_attribute a ON (ct.oid = a.attrelid) JOIN pg_catalog.pg_namespace n ON (ct.relnamespace = n.oid)
      JOIN pg_catalog.pg_index i ON (a.attrelid = i.indrelid) JOIN pg_catalog.pg_class ci ON (ci.oid = i.indexrelid)
      WHERE true AND ct.relname = 'patients' AND i.indisprimary) result where result.A_ATTNUM = (result.KEYS).x ORDER BY result.table_name`,
    rows: 0,
  },
  {
    client: 'the JDBC driver, a type',
    sql: `SELECT typinput='pg_catalog.array_in'::regproc as is_array, typtype, typname, pg_type.oid FROM pg_catalog.pg_type
      LEFT JOIN (select ns.oid as nspoid, ns.nspname, r.r from pg_namespace as ns join ( select s.r, (current_schemas(false))[s.r] as nspname
        from generate_series(1, array_upper(current_schemas(false), 1)) as s(r) ) as r using ( nspname ) ) as sp ON sp.nspoid = typnamespace
      WHERE pg_catalog.pg_type.typname = 'int4' ORDER BY sp.r, pg_type.oid DESC`,
    rows: 1,
    first: { oid: 23, is_array: false },
  },
  {
    client: 'DBeaver, the databases and the roles',
    sql: 'SELECT db.oid, db.* FROM pg_catalog.pg_database db WHERE datallowconn AND NOT datistemplate ORDER BY db.datname',
    rows: 1,
  },
  {
    client: 'DBeaver, the tables of a schema',
    sql: `SELECT c.oid, c.*, d.description, pg_catalog.pg_get_expr(c.relpartbound, c.oid) as partition_expr, pg_catalog.pg_get_partkeydef(c.oid) as partition_key
      FROM pg_catalog.pg_class c LEFT OUTER JOIN pg_catalog.pg_description d ON d.objoid=c.oid AND d.objsubid=0 AND d.classoid='pg_class'::regclass
      WHERE c.relnamespace=2200 AND c.relkind not in ('i','I','c')`,
    rows: 2,
  },
  {
    client: 'DBeaver, the columns of a table',
    sql: `SELECT c.relname, a.*, pg_catalog.pg_get_expr(ad.adbin, ad.adrelid, true) as def_value, dsc.description, dep.objid FROM pg_catalog.pg_attribute a
      INNER JOIN pg_catalog.pg_class c ON (a.attrelid=c.oid) LEFT OUTER JOIN pg_catalog.pg_attrdef ad ON (a.attrelid=ad.adrelid AND a.attnum = ad.adnum)
      LEFT OUTER JOIN pg_catalog.pg_description dsc ON (c.oid=dsc.objoid AND a.attnum = dsc.objsubid)
      LEFT OUTER JOIN pg_depend dep on dep.refobjid = a.attrelid AND dep.deptype = 'i' and dep.refobjsubid = a.attnum and dep.classid = dep.refclassid
      WHERE NOT a.attisdropped AND c.oid=16384 ORDER BY a.attnum`,
    rows: 6,
  },
  {
    client: 'Metabase, what may be read',
    sql: `with table_privileges as (select NULL as role, t.schemaname as schema, t.objectname as table,
        pg_catalog.has_any_column_privilege(current_user, '"' || replace(t.schemaname, '"', '""') || '"' || '.' || '"' || replace(t.objectname, '"', '""') || '"', 'update') as update,
        pg_catalog.has_any_column_privilege(current_user, '"' || replace(t.schemaname, '"', '""') || '"' || '.' || '"' || replace(t.objectname, '"', '""') || '"', 'select') as select
      from (select schemaname, tablename as objectname from pg_catalog.pg_tables union select schemaname, viewname as objectname from pg_catalog.pg_views
        union select schemaname, matviewname as objectname from pg_catalog.pg_matviews) t
      where t.schemaname !~ '^pg_' and t.schemaname <> 'information_schema' and pg_catalog.has_schema_privilege(current_user, t.schemaname, 'usage'))
      select t.* from table_privileges t`,
    rows: 4,
    first: { update: false, select: true },
  },
  {
    client: 'Npgsql (Power BI), types',
    sql: `SELECT ns.nspname, t.oid, t.typname, t.typtype, t.typnotnull, t.elemtypoid FROM (SELECT typ.oid, typ.typnamespace, typ.typname, typ.typtype, typ.typrelid, typ.typnotnull, typ.relkind,
        elemtyp.oid AS elemtypoid, elemtyp.typname AS elemtypname FROM (SELECT typ.oid, typnamespace, typname, typrelid, typnotnull, relkind, typelem AS elemoid,
          CASE WHEN proc.proname='array_recv' THEN 'a' ELSE typ.typtype END AS typtype,
          CASE WHEN proc.proname='array_recv' THEN typ.typelem WHEN typ.typtype='r' THEN rngsubtype WHEN typ.typtype='d' THEN typ.typbasetype END AS elemtypoid
        FROM pg_type AS typ LEFT JOIN pg_class AS cls ON (cls.oid = typ.typrelid) LEFT JOIN pg_proc AS proc ON proc.oid = typ.typreceive
        LEFT JOIN pg_range ON (pg_range.rngtypid = typ.oid)) AS typ LEFT JOIN pg_type AS elemtyp ON elemtyp.oid = elemtypoid) AS t
      JOIN pg_namespace AS ns ON (ns.oid = typnamespace) WHERE typtype IN ('b', 'r', 'm', 'e', 'd')`,
    rows: 22,
  },
  {
    client: 'Power BI, the tables',
    sql: `select TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE from INFORMATION_SCHEMA.tables where TABLE_SCHEMA not in ('information_schema', 'pg_catalog') order by TABLE_SCHEMA, TABLE_NAME`,
    rows: 4,
  },
  {
    client: 'psql \\dn',
    sql: `SELECT n.nspname AS "Name", pg_catalog.pg_get_userbyid(n.nspowner) AS "Owner" FROM pg_catalog.pg_namespace n
      WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY 1;`,
    rows: 2,
    first: { Name: 'omop', Owner: 'ann' },
  },
  {
    client: 'psql \\dt omop.*',
    sql: `SELECT n.nspname as "Schema", c.relname as "Name", CASE c.relkind WHEN 'r' THEN 'table' WHEN 'v' THEN 'view' END as "Type", pg_catalog.pg_get_userbyid(c.relowner) as "Owner"
      FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_catalog.pg_am am ON am.oid = c.relam
      WHERE c.relkind IN ('r','p','t','s','') AND n.nspname OPERATOR(pg_catalog.~) '^(omop)$' COLLATE pg_catalog.default ORDER BY 1,2;`,
    rows: 2,
    first: { Schema: 'omop', Name: 'note', Type: 'table' },
  },
  {
    client: 'anything, by a name with its schema',
    sql: `select c.relname, n.nspname from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = 'omop.person'::regclass`,
    rows: 1,
    first: { relname: 'person', nspname: 'omop' },
  },
  {
    client: 'DatabaseConnector, the tables of a schema',
    sql: `SELECT table_name FROM information_schema.tables WHERE table_schema = 'omop' ORDER BY table_name`,
    rows: 2,
    first: { table_name: 'note' },
  },
];
