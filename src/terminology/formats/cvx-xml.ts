// CVX as the CDC publishes it in XML: <CVXInfo> with an element for each field. Names are compared without case, as they have changed.
import type { Pass } from '../load/plan.ts';
import type { ReleaseFile } from '../load/release-file.ts';
import { xmlPass } from '../load/xml-pass.ts';
import { saidOf, type Vaccine } from './cvx.ts';

const fields: Record<string, keyof Vaccine> = {
  cvxcode: 'code',
  shortdescription: 'short',
  fullvaccinename: 'full',
  notes: 'notes',
  status: 'status',
  vaccinestatus: 'status',
  nonvaccine: 'nonVaccine',
  lastupdated: 'updated',
};

const empty: Vaccine = { code: '', short: '', full: '', notes: '', status: '', nonVaccine: '', updated: '' };

export const cvxXml = (file: ReleaseFile): Pass =>
  xmlPass(file, () => {
    let vaccine = { ...empty };
    return {
      close(name, text) {
        const plain = name.toLowerCase();
        const field = Object.hasOwn(fields, plain) ? fields[plain] : undefined;
        if (field !== undefined) vaccine[field] = text;
        if (plain !== 'cvxinfo') return [];
        const said = saidOf(vaccine);
        vaccine = { ...empty };
        return said;
      },
    };
  });
