// lamplight settings: the table of settings, for people, for programs and for docs/settings.md.
import { printProblem, printTable } from '../print.ts';
import { readSettings, type Setting, settingTable } from '../settings.ts';

interface Row {
  name: string;
  env: string;
  takes: string;
  usual: string;
  says: string;
}

/** Never shown: who reads over a shoulder, or a log, should not learn them. */
const isSecret = (name: string): boolean => /password|passphrase|(database|replica|mqtt)Url|token/i.test(name);

const shownValue = (value: unknown): string =>
  value === undefined ? '' : typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value);

export const settingRows = (): Row[] =>
  Object.entries<Setting<unknown>>(settingTable).map(([name, { env, takes, usual, says }]) => ({
    name,
    env,
    takes,
    usual: shownValue(usual),
    says,
  }));

export async function settingsCommand(options: { markdown?: boolean; json?: boolean }): Promise<number> {
  if (options.markdown === true) {
    process.stdout.write(settingsMarkdown());
    return 0;
  }
  const settings = readSettings();
  const values: Partial<Record<string, unknown>> = settings.ok ? settings.value : {};
  const valueNow = (name: string): string => (isSecret(name) && values[name] !== undefined ? '(set)' : shownValue(values[name]));
  if (options.json === true) {
    for (const row of settingRows()) console.log(JSON.stringify({ ...row, value: settings.ok ? valueNow(row.name) : null }));
  } else {
    printTable(
      ['environment', 'in the file', 'value', 'default', 'meaning'],
      settingRows().map((row) => [row.env, row.name, settings.ok ? valueNow(row.name) : '?', row.usual, row.says]),
    );
  }
  return settings.ok ? 0 : printProblem(settings.problem);
}

export function settingsMarkdown(): string {
  const escaped = (text: string): string => text.replaceAll('|', '\\|');
  const rows = settingRows().map(
    ({ env, name, usual, takes, says }) =>
      `| \`${env}\` | \`${name}\` | ${usual === '' ? '–' : `\`${usual}\``} | ${escaped(takes)} | ${escaped(says)} |`,
  );
  return `# Settings

Every setting comes from the environment, otherwise from the file \`lamplight.config.json\` in the folder where Lamplight is started (or the file that \`LAMPLIGHT_CONFIG\` names), otherwise from its default. The file is one JSON object, for example \`{"port": 9000, "demo": "off"}\`. \`lamplight settings\` shows what holds now. This page is made by \`lamplight settings --markdown > docs/settings.md\`.

| environment | in the file | default | takes | meaning |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}
