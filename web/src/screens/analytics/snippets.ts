// The same question from elsewhere: as a program of Python or R, by curl or by psql, with the same SQL and the same parameters. The token
// comes from the environment and never stands in a program.
import type { Detail } from './api.ts';

export interface Snippet {
  name: string;
  text: string;
}

export interface Wanted {
  base: string;
  sql: string;
  detail: Detail;
  parameters: Readonly<Record<string, string | number>>;
  /** Where the server speaks PostgreSQL's protocol. */
  sqlPort?: number;
}

export function snippetsOf(wanted: Wanted): Snippet[] {
  const { base, sql, detail, parameters, sqlPort } = wanted;
  const body = JSON.stringify({ sql, detail, parameters });
  return [
    {
      name: 'Python',
      text: `import io, os, requests, pandas as pd

answer = requests.post(
    ${JSON.stringify(`${base}/analytics/query`)},
    headers={"Authorization": f"Bearer {os.environ['LAMPLIGHT_TOKEN']}", "Accept": "text/csv"},
    json={"sql": """${pythonText(sql)}""", "detail": ${JSON.stringify(detail)}, "parameters": ${pythonValue(parameters)}},
)
answer.raise_for_status()
data = pd.read_csv(io.StringIO(answer.text))`,
    },
    {
      name: 'R',
      text: `library(httr)

answer <- POST(
  ${JSON.stringify(`${base}/analytics/query`)},
  add_headers(Authorization = paste("Bearer", Sys.getenv("LAMPLIGHT_TOKEN")), Accept = "text/csv"),
  body = ${rText(body)},
  content_type_json()
)
stop_for_status(answer)
data <- read.csv(text = content(answer, "text", encoding = "UTF-8"))`,
    },
    {
      name: 'curl',
      text: `curl --fail-with-body ${shellText(`${base}/analytics/query`)} \\
  -H "Authorization: Bearer $LAMPLIGHT_TOKEN" -H 'Accept: text/csv' -H 'Content-Type: application/json' \\
  --data ${shellText(body)}`,
    },
    ...(sqlPort === undefined ? [] : [{ name: 'psql', text: psqlText(wanted, sqlPort) }]),
    {
      name: 'SQL',
      text: `${Object.entries(parameters)
        .map(([name, value]) => `-- $${name} = ${JSON.stringify(value)}\n`)
        .join('')}${sql}`,
    },
  ];
}

/** Values in the place of `$name`: psql has no named parameters. */
function psqlText({ base, sql, detail, parameters }: Wanted, port: number): string {
  const shown = sql.replaceAll(/\$([A-Za-z]\w*)/g, (whole, name: string) => {
    const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    return value === undefined ? whole : typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`;
  });
  const where = `host=${new URL(base).hostname} port=${port} user=token dbname=lamplight options='-c lamplight.detail=${detail}'`;
  return `PGPASSWORD="$LAMPLIGHT_TOKEN" psql ${shellText(where)} --csv -c ${shellText(shown)}`;
}

/** Inside three quotation marks. */
const pythonText = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
/** JSON is Python but for three words, which do not occur: values are texts and numbers. */
const pythonValue = (value: unknown): string => JSON.stringify(value);
/** A raw string of R 4, with as many dashes as the text does not hold. */
function rText(text: string): string {
  let dashes = '';
  while (text.includes(`)${dashes}"`)) dashes += '-';
  return `r"${dashes}(${text})${dashes}"`;
}
const shellText = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
