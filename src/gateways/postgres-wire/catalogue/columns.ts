// Which tables and columns of PostgreSQL's catalogue (https://www.postgresql.org/docs/15/catalogs.html) and of the information schema are
// here: those that clients ask for. A column is `name`, or `name:i` (whole number), `:b` (boolean), `:d` (double), `:l` and `:il` (lists).

export const catalogueColumns: Readonly<Record<string, string>> = {
  pg_namespace: 'oid:i nspname nspowner:i nspacl:l',
  pg_class:
    'oid:i relname relnamespace:i reltype:i reloftype:i relowner:i relam:i relfilenode:i reltablespace:i relpages:i reltuples:d relallvisible:i reltoastrelid:i relhasindex:b relisshared:b relpersistence relkind relnatts:i relchecks:i relhasrules:b relhastriggers:b relhassubclass:b relrowsecurity:b relforcerowsecurity:b relispopulated:b relreplident relispartition:b relrewrite:i relfrozenxid:i relminmxid:i relacl:l reloptions:l relpartbound relhasoids:b',
  pg_attribute:
    'attrelid:i attname atttypid:i attstattarget:i attlen:i attnum:i attndims:i attcacheoff:i atttypmod:i attbyval:b attalign attstorage attcompression attnotnull:b atthasdef:b atthasmissing:b attidentity attgenerated attisdropped:b attislocal:b attinhcount:i attcollation:i attacl:l attoptions:l attfdwoptions:l attmissingval:l',
  pg_type:
    'oid:i typname typnamespace:i typowner:i typlen:i typbyval:b typtype typcategory typispreferred:b typisdefined:b typdelim typrelid:i typsubscript:i typelem:i typarray:i typinput typoutput typreceive:i typsend:i typmodin:i typmodout:i typanalyze:i typalign typstorage typnotnull:b typbasetype:i typtypmod:i typndims:i typcollation:i typdefaultbin typdefault typacl:l',
  pg_description: 'objoid:i classoid:i objsubid:i description',
  pg_shdescription: 'objoid:i classoid:i description',
  pg_database:
    'oid:i datname datdba:i encoding:i datlocprovider datistemplate:b datallowconn:b datconnlimit:i datfrozenxid:i datminmxid:i dattablespace:i datcollate datctype daticulocale datcollversion datacl:l',
  pg_roles:
    'oid:i rolname rolsuper:b rolinherit:b rolcreaterole:b rolcreatedb:b rolcanlogin:b rolreplication:b rolconnlimit:i rolpassword rolvaliduntil rolbypassrls:b rolconfig:l',
  pg_authid: 'oid:i rolname rolsuper:b rolcanlogin:b',
  pg_auth_members: 'roleid:i member:i grantor:i admin_option:b',
  pg_user: 'usename usesysid:i usecreatedb:b usesuper:b userepl:b usebypassrls:b passwd valuntil useconfig:l',
  pg_group: 'groname grosysid:i grolist:il',
  pg_am: 'oid:i amname amhandler:i amtype',
  pg_tables: 'schemaname tablename tableowner tablespace hasindexes:b hasrules:b hastriggers:b rowsecurity:b',
  pg_views: 'schemaname viewname viewowner definition',
  pg_matviews: 'schemaname matviewname matviewowner tablespace hasindexes:b ispopulated:b definition',
  pg_indexes: 'schemaname tablename indexname tablespace indexdef',
  pg_sequences: 'schemaname sequencename sequenceowner data_type',
  pg_settings: 'name setting unit category short_desc vartype context source boot_val reset_val',
  pg_index:
    'indexrelid:i indrelid:i indnatts:i indnkeyatts:i indisunique:b indnullsnotdistinct:b indisprimary:b indisexclusion:b indimmediate:b indisclustered:b indisvalid:b indcheckxmin:b indisready:b indislive:b indisreplident:b indkey:il indcollation:il indclass:il indoption:il indexprs indpred',
  pg_constraint:
    'oid:i conname connamespace:i contype condeferrable:b condeferred:b convalidated:b conrelid:i contypid:i conindid:i conparentid:i confrelid:i confupdtype confdeltype confmatchtype conislocal:b coninhcount:i connoinherit:b conkey:il confkey:il conpfeqop:il conexclop:il conbin consrc',
  pg_attrdef: 'oid:i adrelid:i adnum:i adbin',
  pg_proc:
    'oid:i proname pronamespace:i proowner:i prolang:i procost:d prorows:d provariadic:i prokind prosecdef:b proleakproof:b proisstrict:b proretset:b provolatile proparallel pronargs:i pronargdefaults:i prorettype:i proargtypes:il proallargtypes:il proargmodes:l proargnames:l prosrc probin proacl:l proconfig:l',
  pg_inherits: 'inhrelid:i inhparent:i inhseqno:i inhdetachpending:b',
  pg_collation: 'oid:i collname collnamespace:i collowner:i collprovider collisdeterministic:b collencoding:i collcollate collctype',
  pg_enum: 'oid:i enumtypid:i enumsortorder:d enumlabel',
  pg_range: 'rngtypid:i rngsubtype:i rngmultitypid:i rngcollation:i rngsubopc:i',
  pg_trigger:
    'oid:i tgrelid:i tgparentid:i tgname tgfoid:i tgtype:i tgenabled tgisinternal:b tgconstraint:i tgdeferrable:b tginitdeferred:b tgnewtable tgoldtable',
  pg_rewrite: 'oid:i rulename ev_class:i ev_type ev_enabled is_instead:b',
  pg_depend: 'classid:i objid:i objsubid:i refclassid:i refobjid:i refobjsubid:i deptype',
  pg_policy: 'oid:i polname polrelid:i polcmd polpermissive:b polroles:il polqual polwithcheck',
  pg_policies: 'schemaname tablename policyname permissive roles:l cmd qual with_check',
  pg_statistic_ext: 'oid:i stxrelid:i stxname stxnamespace:i stxowner:i stxstattarget:i stxkeys:il stxkind:l stxexprs',
  pg_publication: 'oid:i pubname pubowner:i puballtables:b pubinsert:b pubupdate:b pubdelete:b pubtruncate:b pubviaroot:b',
  pg_publication_rel: 'oid:i prpubid:i prrelid:i prqual prattrs:il',
  pg_publication_namespace: 'oid:i pnpubid:i pnnspid:i',
  pg_foreign_table: 'ftrelid:i ftserver:i ftoptions:l',
  pg_foreign_server: 'oid:i srvname srvowner:i srvfdw:i srvtype srvversion srvoptions:l',
  pg_foreign_data_wrapper: 'oid:i fdwname fdwowner:i',
  pg_extension: 'oid:i extname extowner:i extnamespace:i extrelocatable:b extversion',
  pg_language: 'oid:i lanname lanowner:i lanispl:b lanpltrusted:b',
  pg_sequence: 'seqrelid:i seqtypid:i seqstart:i seqincrement:i seqmax:i seqmin:i seqcache:i seqcycle:b',
  pg_tablespace: 'oid:i spcname spcowner:i spcacl:l spcoptions:l',
  pg_partitioned_table: 'partrelid:i partstrat partnatts:i partdefid:i partattrs:il partclass:il partcollation:il partexprs',
  pg_event_trigger: 'oid:i evtname evtevent evtowner:i evtfoid:i evtenabled evttags:l',
  pg_cast: 'oid:i castsource:i casttarget:i castfunc:i castcontext castmethod',
  pg_operator: 'oid:i oprname oprnamespace:i oprowner:i oprkind oprleft:i oprright:i oprresult:i oprcode:i',
  pg_opclass: 'oid:i opcmethod:i opcname opcnamespace:i opcowner:i opcfamily:i opcintype:i opcdefault:b opckeytype:i',
  pg_opfamily: 'oid:i opfmethod:i opfname opfnamespace:i opfowner:i',
  pg_amop: 'oid:i amopfamily:i amoplefttype:i amoprighttype:i amopstrategy:i amopopr:i',
  pg_ts_dict: 'oid:i dictname dictnamespace:i',
  pg_ts_parser: 'oid:i prsname prsnamespace:i',
  pg_ts_template: 'oid:i tmplname tmplnamespace:i',
  pg_transform: 'oid:i trftype:i trflang:i',
  pg_subscription: 'oid:i subdbid:i subname subowner:i',
  pg_largeobject_metadata: 'oid:i lomowner:i',
  pg_aggregate: 'aggfnoid:i aggkind aggnumdirectargs:i',
  pg_conversion: 'oid:i conname connamespace:i conowner:i conforencoding:i contoencoding:i conproc:i condefault:b',
  pg_ts_config: 'oid:i cfgname cfgnamespace:i cfgowner:i',
  pg_stat_activity: 'datid:i datname pid:i usesysid:i usename application_name client_addr backend_start state query backend_type',
  pg_stat_user_tables: 'relid:i schemaname relname seq_scan:i n_live_tup:i n_dead_tup:i last_vacuum last_analyze',
  pg_stat_all_tables: 'relid:i schemaname relname seq_scan:i n_live_tup:i n_dead_tup:i last_vacuum last_analyze',
  pg_statio_user_tables: 'relid:i schemaname relname heap_blks_read:i',
  pg_stat_database: 'datid:i datname numbackends:i',
  pg_locks: 'locktype database:i relation:i pid:i mode granted:b',
  pg_timezone_names: 'name abbrev utc_offset is_dst:b',
  pg_prepared_xacts: 'transaction:i gid prepared owner database',
  pg_db_role_setting: 'setdatabase:i setrole:i setconfig:l',
  pg_seclabels: 'objoid:i classoid:i objsubid:i objtype objnamespace:i objname provider label',
  pg_user_mappings: 'umid:i srvid:i srvname umuser:i usename umoptions:l',
  pg_default_acl: 'oid:i defaclrole:i defaclnamespace:i defaclobjtype defaclacl:l',
};

export const informationColumns: Readonly<Record<string, string>> = {
  schemata:
    'catalog_name schema_name schema_owner default_character_set_catalog default_character_set_schema default_character_set_name sql_path',
  tables:
    'table_catalog table_schema table_name table_type self_referencing_column_name reference_generation user_defined_type_catalog user_defined_type_schema user_defined_type_name is_insertable_into is_typed commit_action',
  columns:
    'table_catalog table_schema table_name column_name ordinal_position:i column_default is_nullable data_type character_maximum_length:i character_octet_length:i numeric_precision:i numeric_precision_radix:i numeric_scale:i datetime_precision:i interval_type interval_precision:i character_set_catalog character_set_schema character_set_name collation_catalog collation_schema collation_name domain_catalog domain_schema domain_name udt_catalog udt_schema udt_name scope_catalog scope_schema scope_name maximum_cardinality:i dtd_identifier is_self_referencing is_identity identity_generation identity_start identity_increment identity_maximum identity_minimum identity_cycle is_generated generation_expression is_updatable',
  views: 'table_catalog table_schema table_name view_definition check_option is_updatable is_insertable_into',
  table_constraints:
    'constraint_catalog constraint_schema constraint_name table_catalog table_schema table_name constraint_type is_deferrable initially_deferred enforced',
  key_column_usage:
    'constraint_catalog constraint_schema constraint_name table_catalog table_schema table_name column_name ordinal_position:i position_in_unique_constraint:i',
  referential_constraints:
    'constraint_catalog constraint_schema constraint_name unique_constraint_catalog unique_constraint_schema unique_constraint_name match_option update_rule delete_rule',
  constraint_column_usage: 'table_catalog table_schema table_name column_name constraint_catalog constraint_schema constraint_name',
  constraint_table_usage: 'table_catalog table_schema table_name constraint_catalog constraint_schema constraint_name',
  check_constraints: 'constraint_catalog constraint_schema constraint_name check_clause',
  table_privileges: 'grantor grantee table_catalog table_schema table_name privilege_type is_grantable with_hierarchy',
  role_table_grants: 'grantor grantee table_catalog table_schema table_name privilege_type is_grantable with_hierarchy',
  column_privileges: 'grantor grantee table_catalog table_schema table_name column_name privilege_type is_grantable',
  routines:
    'specific_catalog specific_schema specific_name routine_catalog routine_schema routine_name routine_type data_type external_language routine_definition',
  parameters: 'specific_catalog specific_schema specific_name ordinal_position:i parameter_mode parameter_name data_type',
  sequences: 'sequence_catalog sequence_schema sequence_name data_type',
  triggers: 'trigger_catalog trigger_schema trigger_name event_manipulation event_object_catalog event_object_schema event_object_table',
  enabled_roles: 'role_name',
  applicable_roles: 'grantee role_name is_grantable',
  character_sets: 'character_set_catalog character_set_schema character_set_name',
  collations: 'collation_catalog collation_schema collation_name pad_attribute',
  domains: 'domain_catalog domain_schema domain_name data_type',
};
