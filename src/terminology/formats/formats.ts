// All formats of release files, in the order in which a file is tried. FHIR's own (load/fhir-content.ts) come after them.
import type { ReleaseFormat } from '../load/plan.ts';
import { cvx } from './cvx.ts';
import { hcpcs } from './hcpcs.ts';
import { icd10cmOrder } from './icd-10-cm-order.ts';
import { icd10cmTabular } from './icd-10-cm-tabular.ts';
import { loinc } from './loinc.ts';
import { ndc } from './ndc.ts';
import { rxnorm } from './rxnorm.ts';
import { snomedCt } from './snomed-ct.ts';
import { ucum } from './ucum.ts';

export const releaseFormats: readonly ReleaseFormat[] = [snomedCt, rxnorm, loinc, ndc, icd10cmOrder, icd10cmTabular, cvx, ucum, hcpcs];
