// The program's version, as package.json says it.
import { readFileSync } from 'node:fs';

// The same file from src/ in a checkout and from dist/src/ once built.
const near = ['../../package.json', '../../../package.json'].map((path) => new URL(path, import.meta.url));

function read(): string {
  for (const url of near) {
    try {
      const found = JSON.parse(readFileSync(url, 'utf8')) as { name?: string; version?: string };
      if (found.name === 'lamplight' && found.version !== undefined) return found.version;
    } catch {
      // Not this one.
    }
  }
  return '0.0.0';
}

export const version = read();
