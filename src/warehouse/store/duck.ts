// A DuckDB of our own for writing: in memory, two threads, bounded, spilling into the warehouse's folder. Its work is done on
// its own threads, so that the event loop goes on.
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

export interface Duck {
  connection: DuckDBConnection;
  close(): void;
}

export async function openDuck(spill: string, memoryMegabytes: number): Promise<Duck> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '2',
    memory_limit: `${memoryMegabytes}MB`,
    temp_directory: spill,
    preserve_insertion_order: 'false',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  await connection.run("set TimeZone = 'UTC'");
  return {
    connection,
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
