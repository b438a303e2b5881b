import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Whole servers first: one that begins last keeps everybody waiting, and a worker idle. */
class WholeServersFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const whole = ({ moduleId }: TestSpecification): boolean => moduleId.includes('/test/');
    return [...sorted.filter(whole), ...sorted.filter((file) => !whole(file))];
  }
}

export default defineConfig({
  test: {
    include: ['{src,build,simulator,test,examples,knowledge,web/src}/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    isolate: false,
    maxWorkers: 2,
    sequence: { sequencer: WholeServersFirst },
  },
});
