// Addresses to which messages of reports go. The form is narrower than RFC 5321 allows (no quotes, no comments, no letters beyond ASCII), so that nothing of
// an address can become a header, a second recipient or a command.
import { fail, ok, type Result } from '../../../fhir/result.ts';

export const recipientsMost = 20;

const local = /^[A-Za-z0-9!#$%&'*+/=?^_{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_{|}~-]+)*$/;
const label = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

export function isAddress(text: string): boolean {
  if (text.length > 254) return false;
  const [name = '', domain = '', ...more] = text.split('@');
  return more.length === 0 && name.length <= 64 && local.test(name) && isDomain(domain);
}

export const isDomain = (text: string): boolean => text.length <= 253 && text.split('.').every((part) => label.test(part));

export const domainOf = (address: string): string => address.slice(address.indexOf('@') + 1).toLowerCase();

/** `domains`: none, and every address is good; otherwise those that are named, and what is below them is not. */
export const mayGoTo = (address: string, domains: readonly string[]): boolean =>
  domains.length === 0 || domains.includes(domainOf(address));

export interface MailWish {
  to: string[];
  /** With the PDF, where its questions give counts and no persons. */
  attach: boolean;
}

export function readMailWish(value: unknown): Result<MailWish> {
  const no = (message: string): Result<MailWish> => fail('invalid', message, 'mail');
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return no('mail is { "to": ["anna@example.org"], "attach": false }');
  const { to, attach = false, ...others } = value as Record<string, unknown>;
  const stranger = Object.keys(others)[0];
  if (stranger !== undefined) return no(`"${stranger.slice(0, 40)}" is not understood: to and attach are`);
  if (typeof attach !== 'boolean') return no('attach is true or false');
  if (!Array.isArray(to) || to.length === 0 || to.length > recipientsMost)
    return no(`to is a list of 1 to ${recipientsMost} addresses of e-mail`);
  const list: string[] = [];
  for (const one of to as unknown[]) {
    if (typeof one !== 'string' || !isAddress(one))
      return no(`${JSON.stringify(String(one).slice(0, 60))} is no address of e-mail such as anna@example.org`);
    if (list.some((known) => known.toLowerCase() === one.toLowerCase())) return no(`${one} is named twice`);
    list.push(one);
  }
  return ok({ to: list, attach });
}
