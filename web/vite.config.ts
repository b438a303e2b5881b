// Builds the workbench into dist/web, where src/gateways/web serves it. Nothing is inlined: the Content-Security-Policy allows files
// of our own only. Files are compressed here once, not for each browser.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const folder = join(import.meta.dirname, '..', 'dist', 'web');

const compressed: Plugin = {
  name: 'compressed',
  closeBundle() {
    const assets = join(folder, 'assets');
    for (const name of readdirSync(assets)) {
      if (!/\.(js|css)$/.test(name)) continue;
      const bytes = readFileSync(join(assets, name));
      writeFileSync(join(assets, `${name}.gz`), gzipSync(bytes, { level: 9 }));
      writeFileSync(join(assets, `${name}.br`), brotliCompressSync(bytes));
    }
  },
};

export default defineConfig({
  plugins: [react(), compressed],
  build: { outDir: folder, emptyOutDir: true, assetsInlineLimit: 0, target: 'es2022', chunkSizeWarningLimit: 900 },
  server: { proxy: Object.fromEntries(['/fhir', '/auth', '/feed', '/audit', '/exchange'].map((path) => [path, 'http://127.0.0.1:8080'])) },
});
