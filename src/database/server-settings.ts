// The embedded server's settings: durable first, then sized for the machine, then silent about values.
// https://www.postgresql.org/docs/current/runtime-config.html
import { totalmem } from 'node:os';

const mebibyte = 1024 * 1024;

export interface ServerFacts {
  major: number;
  /** Built with lz4, see knowsLz4 in cluster.ts. */
  lz4: boolean;
  memoryBytes: number;
  /** False for tests only: without fsync a power cut costs the database. */
  durable: boolean;
}

/** Of the machine or, where one is set, of the container. */
export function memoryBytes(): number {
  const limit = process.constrainedMemory();
  return limit > 0 && limit < totalmem() ? limit : totalmem();
}

/** A quarter of the memory, from 128 MB (less only on very small machines) to 1 GB. */
export function sharedBuffersMb(memory: number): number {
  const quarter = Math.floor(memory / mebibyte / 4);
  return Math.max(16, Math.min(1024, Math.max(Math.min(128, Math.floor(quarter * 1.5)), quarter)));
}

export function serverSettings(facts: ServerFacts): Record<string, string> {
  const memoryMb = Math.floor(facts.memoryBytes / mebibyte);
  const durable = facts.durable ? 'on' : 'off';
  return {
    // Only the Unix socket, only with a password.
    listen_addresses: '',
    unix_socket_permissions: '0700',
    password_encryption: 'scram-sha-256',
    max_connections: '50',

    fsync: durable,
    synchronous_commit: durable,
    // What was not waited for, the audit rows of reads, is on disk within three times this.
    wal_writer_delay: '20ms',
    full_page_writes: durable,
    wal_compression: facts.lz4 && facts.major >= 15 ? 'lz4' : 'on',
    max_wal_size: '2GB',
    checkpoint_timeout: '15min',

    shared_buffers: `${sharedBuffersMb(facts.memoryBytes)}MB`,
    effective_cache_size: `${Math.max(64, Math.floor(memoryMb / 2))}MB`,
    work_mem: '16MB',
    maintenance_work_mem: `${Math.max(32, Math.min(256, Math.floor(memoryMb / 16)))}MB`,
    autovacuum: 'on',

    // Requests are short and many: compiling or parallelising one of them costs the others.
    jit: 'off',
    max_parallel_workers_per_gather: '0',
    random_page_cost: '1.1',
    ...(facts.lz4 ? { default_toast_compression: 'lz4' } : {}),

    // A log of seven weekdays, each overwritten after a week. A failed statement's message can quote a value, so errors of
    // statements (level ERROR) stay out of it; whoever issued the statement gets the code.
    logging_collector: 'on',
    log_directory: 'log',
    log_filename: 'postgresql-%a.log',
    log_rotation_age: '1d',
    log_rotation_size: '0',
    log_truncate_on_rotation: 'on',
    log_file_mode: '0600',
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_statement: 'none',
    log_parameter_max_length: '0',
    log_parameter_max_length_on_error: '0',

    timezone: 'UTC',
    log_timezone: 'UTC',
    lc_messages: 'C',
  };
}

/** For lamplight.conf, which the cluster's postgresql.conf includes. `site.conf` beside it is for whoever runs the place, and has the last word. */
export function settingsFile(settings: Record<string, string>): string {
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'`);
  return `# Written by Lamplight at every start. Put your own settings into site.conf.\n${lines.join('\n')}\ninclude_if_exists = 'site.conf'\n`;
}
