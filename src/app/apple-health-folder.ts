// Exports of Apple Health in a watched folder: the patient's number is the name of the file.
import { readAppleHealth } from '../formats/devices/apple-health.ts';
import type { Unpacked } from '../gateways/folder/source.ts';
import { openRelease } from '../terminology/load/release-file.ts';

/** `system`: whose numbers the names are; absent: a file is taken as any. */
export function unpackExports(system: string | undefined): ((file: string, name: string) => Unpacked | undefined) | undefined {
  if (system === undefined) return undefined;
  return (file, name) => {
    const value = /^(.+)\.(zip|xml)$/i.exec(name)?.[1];
    // The same sender as by the command line: an export that comes by both is one.
    return value === undefined ? undefined : { sender: 'apple-health', messages: exportMessages(file, { system, value }) };
  };
}

async function* exportMessages(path: string, patient: { system: string; value: string }): AsyncGenerator<Uint8Array> {
  const release = await openRelease(path);
  if (!release.ok) throw new Error(release.problem.message);
  try {
    const file = release.value.files.find(({ base }) => base === 'export.xml') ?? release.value.files[0];
    if (file === undefined) throw new Error('the export holds no export.xml');
    yield* readAppleHealth(file.open(), { patient });
  } finally {
    release.value.close();
  }
}
