// Settings that belong together are refused one without the other, before anything is started with half of them.
import { expect, test } from 'vitest';
import { readSettings } from './settings.ts';
import { shownSettings } from './shown-settings.ts';

const words = (env: Record<string, string>): string => {
  const read = readSettings(env);
  return read.ok ? 'fine' : read.problem.message;
};
const mail = {
  LAMPLIGHT_MAIL_HOST: 'mail.example',
  LAMPLIGHT_MAIL_FROM: 'lamplight@example.org',
  LAMPLIGHT_PUBLIC_URL: 'https://lamplight.example',
};

test('a mail server needs a sender and an address for links, an account its password, and its password is never shown', () => {
  expect(words(mail)).toBe('fine');
  for (const name of ['LAMPLIGHT_MAIL_FROM', 'LAMPLIGHT_PUBLIC_URL']) expect(words({ ...mail, [name]: '' })).toContain('set all three');
  expect(words({ ...mail, LAMPLIGHT_MAIL_USER: 'lamp' })).toContain('belong together');
  for (const from of ['nobody', 'a@b\r\nBcc: c@d', 'a@b, c@d'])
    expect(words({ ...mail, LAMPLIGHT_MAIL_FROM: from })).toContain('takes an address');
  expect(words({ ...mail, LAMPLIGHT_MAIL_DOMAINS: 'example.org, *' })).toContain('takes domains');
  expect(words({ ...mail, LAMPLIGHT_MAIL_TLS: 'off' })).toContain('starttls or tls');
  const read = readSettings({
    ...mail,
    LAMPLIGHT_MAIL_USER: 'lamp',
    LAMPLIGHT_MAIL_PASSWORD: 'se-cret',
    LAMPLIGHT_MAIL_DOMAINS: 'Example.org',
  });
  if (!read.ok) throw new Error(read.problem.message);
  expect(read.value.mailDomains).toBe('example.org');
  expect(JSON.stringify(shownSettings(read.value))).not.toContain('se-cret');
});
