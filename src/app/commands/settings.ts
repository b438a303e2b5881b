// lamplight settings: the table of settings, for people, for programs and for docs/settings.md.
import { printProblem, printTable } from '../print.ts';
import { readSettings, type Settings } from '../settings.ts';
import { settingRows, shownValue } from '../shown-settings.ts';

export async function settingsCommand(options: { markdown?: boolean; json?: boolean }): Promise<number> {
  if (options.markdown === true) {
    process.stdout.write(settingsMarkdown());
    return 0;
  }
  const settings = readSettings();
  const values: Partial<Settings> = settings.ok ? settings.value : {};
  const valueNow = (name: string): string => shownValue(values, name);
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
