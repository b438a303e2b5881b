// All formats of release files, in the order in which a file is tried.
import type { ReleaseFormat } from '../load/plan.ts';
import { icd10cmOrder } from './icd-10-cm-order.ts';

export const releaseFormats: readonly ReleaseFormat[] = [icd10cmOrder];
