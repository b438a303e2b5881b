import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{src,build,simulator,test,examples,knowledge,web/src}/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    isolate: false,
    maxWorkers: 2,
  },
});
