// Names, codes and quantities in words.
import type { Address, CodeableConcept, HumanName, Identifier, Patient, Quantity } from '../../../src/fhir/generated/types.ts';
import { digitsOf } from '../api/http.ts';

/** FAMILY, Given: as the NHS banner has it. Usual and official names before others. */
export function nameOf(names: readonly HumanName[] | undefined): string {
  const order = ['usual', 'official'];
  const name = [...(names ?? [])].sort((a, b) => place(order, a.use) - place(order, b.use))[0];
  if (name === undefined) return 'No name recorded';
  const given = [...(name.given ?? []), ...(name.suffix ?? [])].join(' ');
  const prefix = (name.prefix ?? []).join(' ');
  const text = [name.family?.toLocaleUpperCase(), given === '' ? undefined : given].filter((one) => one !== undefined).join(', ');
  return text === '' ? (name.text ?? 'No name recorded') : prefix === '' ? text : `${text} (${prefix})`;
}

const place = (order: readonly string[], use: string | undefined): number => {
  const at = order.indexOf(use ?? '');
  return at === -1 ? order.length : at;
};

/** What a person would read of a code: its text, else a display, else the code itself. */
export const conceptOf = (concept: CodeableConcept | undefined): string =>
  concept?.text ?? concept?.coding?.find(({ display }) => display !== undefined)?.display ?? concept?.coding?.[0]?.code ?? '';

/** With the digits that were recorded: 1.10 is not 1.1. */
export function quantityOf(quantity: Quantity | undefined): string {
  if (quantity?.value === undefined) return '';
  const unit = quantity.unit ?? quantity.code ?? '';
  return `${quantity.comparator ?? ''}${digitsOf(quantity, 'value') ?? ''}${unit === '' ? '' : `\u00a0${unit}`}`;
}

export const sexOf = (patient: Patient): string =>
  ({ male: 'Male', female: 'Female', other: 'Other' })[patient.gender ?? ''] ?? 'Not known';

/** The medical record number, or the first that there is. */
export function numberOf(identifiers: readonly Identifier[] | undefined): Identifier | undefined {
  const current = (identifiers ?? []).filter(({ use }) => use !== 'old');
  return current.find(({ type }) => type?.coding?.some(({ code }) => code === 'MR')) ?? current[0];
}

export const addressOf = (address: Address | undefined): string =>
  address?.text ??
  [...(address?.line ?? []), address?.postalCode, address?.city].filter((one) => one !== undefined && one !== '').join(', ');
