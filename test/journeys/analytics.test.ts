// Priya, analyst: from a dashboard to the rows behind a mark to a chart; SQL of her own with completion, a mistake, and a question that
// everybody sees. Joe, nurse in charge, sees counts and no rows (docs/walkthroughs/analytics.md).
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type Mailbox, openMailbox } from '../../src/gateways/reports/mail/testing.ts';
import { journey } from './journey.ts';
import { openStage, type Stage, type Visit } from './stage.ts';

journey('analytics', () => {
  let stage: Stage;
  let mailbox: Mailbox;
  let priya: Visit;
  let joe: Visit;

  beforeAll(async () => {
    mailbox = await openMailbox({
      onRcptTo: ({ address }, _, done) =>
        done(address.startsWith('nobody') ? Object.assign(new Error('No such user here'), { responseCode: 550 }) : null),
    });
    stage = await openStage({
      LAMPLIGHT_WAREHOUSE: 'on',
      LAMPLIGHT_MAIL_HOST: '127.0.0.1',
      LAMPLIGHT_MAIL_PORT: String(mailbox.port),
      LAMPLIGHT_MAIL_FROM: 'lamplight@hospital.example',
      LAMPLIGHT_PUBLIC_URL: 'https://lamplight.hospital.example',
    });
    const { call } = stage;
    const put = async (resource: { resourceType: string; id: string }) =>
      expect((await call('PUT', `/fhir/${resource.resourceType}/${resource.id}`, { body: resource })).status).toBe(201);
    await put({ resourceType: 'Patient', id: 'asked', name: [{ family: 'Asked' }] } as { resourceType: string; id: string });
    for (let i = 0; i < 12; i++) {
      const start = new Date(Date.now() - i * 43_200_000).toISOString();
      await put({
        resourceType: 'Encounter',
        id: `asked-${i}`,
        status: 'finished',
        class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'EMER' },
        subject: { reference: 'Patient/asked' },
        period: { start, end: new Date(Date.parse(start) + 7_200_000).toISOString() },
        reasonCode: [{ text: '<b>Chest pain</b>' }],
      } as { resourceType: string; id: string });
    }
    const seen = async (): Promise<number> => {
      const { status, text } = await call('POST', '/analytics/query', {
        headers: { 'content-type': 'application/json' },
        body: { sql: "select count(*) from encounters where id like 'asked-%'", detail: 'identified' },
      });
      return status === 200 ? Number((JSON.parse(text) as { rows: number[][] }).rows[0]?.[0]) : 0;
    };
    await vi.waitFor(async () => expect(await seen()).toBe(12), { timeout: 60_000, interval: 500 });
    // For the records office: a chart that was opened, and messages that came.
    await call('GET', '/fhir/Patient/asked');
    const said = 'MSH|^~\\&|HIS|WEST|LL|LL|20261123080000||ADT^A01|C-77|P|2.5\rPID|1||4711^^^WEST||Sent^Message\r';
    await call('POST', '/exchange/receive', { body: said, headers: { 'content-type': 'application/hl7-v2' } });
    await call('POST', '/exchange/receive', { body: 'MSH|^~\\&|LAB|WEST', headers: { 'content-type': 'application/hl7-v2' } });
    const opened = async (): Promise<string> =>
      (
        await call('POST', '/analytics/query', {
          headers: { 'content-type': 'application/json' },
          body: { sql: "select count(*) filter (where action = 'read') > 0 and (select count(*) > 1 from messages) from audit" },
        })
      ).text;
    await vi.waitFor(async () => expect(await opened()).toContain('[true]'), { timeout: 30_000, interval: 500 });
    priya = await stage.visit('analyst');
    joe = await stage.visit('nurse');
  }, 150_000);
  afterAll(async () => {
    await stage?.close();
    await mailbox?.close();
  });

  it('opens the dashboard of a role, with one parameter for all tiles in the address', async () => {
    const { page } = priya;
    await priya.open('analytics');
    await page.getByRole('link', { name: /Emergency department/ }).click();
    await page.getByRole('region', { name: 'ED arrivals by day' }).locator('svg').waitFor({ timeout: 20_000 });
    await page.getByLabel('Since').fill('-7d');
    await page.getByLabel('Since').press('Enter');
    await page.waitForURL(/p\.since=-7d/);
    await page.getByRole('region', { name: 'ED arrivals by day' }).locator('svg').waitFor({ timeout: 20_000 });
    await priya.look('analytics-dashboard');
  });

  it('leads from a mark to the rows behind it, and from a row to the chart', async () => {
    const { page } = priya;
    await priya.open('analytics?question=ed-arrivals-by-day&p.since=-7d');
    await page.getByRole('link', { name: 'Rows' }).last().click();
    await page.waitForURL(/question=ed-visits-of-day/);
    await page.getByRole('cell', { name: '<b>Chest pain</b>' }).first().waitFor({ timeout: 20_000 });
    await priya.look('analytics-rows');
    await page
      .getByRole('row', { name: /<b>Chest pain/ })
      .first()
      .getByRole('link', { name: 'Chart', exact: true })
      .click();
    await page.waitForURL('**/app/chart/asked');
  });

  it('runs SQL with completion, says what is wrong where it is, and keeps a question for everybody', async () => {
    const { page } = priya;
    await priya.open('analytics?sql=select%20count(*)%20as%20visits%2C%20class%20from%20encounters%20group%20by%20cla');
    await page.locator('.cm-content').click();
    await page.keyboard.press('Control+End');
    await page.keyboard.press('Control+Space');
    await page.locator('.cm-tooltip-autocomplete li', { hasText: 'class' }).first().waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+Enter');
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').textContent()).toMatch(/cla/);
    // The browser writes down every refusal; this one was meant.
    priya.complaints.length = 0;
    await page.locator('.cm-content').click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('ss');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+Enter');
    await page.getByRole('region', { name: 'Answer', exact: true }).locator('svg').first().waitFor({ timeout: 20_000 });
    await priya.look('analytics-sql');
    await page.getByText('Keep as a question for everybody').click();
    await page.getByLabel('Name of the file').fill('visits-by-kind');
    await page.getByLabel('Title').fill('Visits by kind');
    await page.getByRole('button', { name: 'Keep', exact: true }).click();
    await page.waitForURL(/question=visits-by-kind/);
    await priya.open('analytics?find=by%20kind');
    await page.getByRole('link', { name: 'Visits by kind', exact: true }).waitFor();
  });

  it('makes a report, which is due on Mondays, and takes its file', async () => {
    const { page } = priya;
    await priya.open('analytics?report=');
    await page.getByRole('link', { name: /Emergency department, weekly/ }).waitFor();
    await page.getByRole('link', { name: 'Make a report' }).click();
    await page.getByLabel('Name of the file').fill('arrivals-weekly');
    await page.getByLabel('Title').fill('Arrivals of the week');
    await page.getByLabel('Of', { exact: true }).selectOption('question ed-arrivals-by-day');
    await page.getByLabel('CSV, a file for each question').check();
    await page.getByLabel('Tell by e-mail').fill('ben@hospital.example, nobody@hospital.example');
    await page.getByLabel(/with the PDF attached/).check();
    await priya.look('analytics-report-form');
    await page.getByRole('button', { name: 'Keep for everybody' }).click();
    await page.getByText(/every Monday at 07:00/).waitFor();
    await page.getByRole('button', { name: 'Make it now' }).click();
    const link = page.getByRole('link', { name: /arrivals-weekly-.*\.pdf/ });
    await link.waitFor({ timeout: 20_000 });
    const [file] = await Promise.all([page.waitForEvent('download'), link.click()]);
    expect(file.suggestedFilename()).toMatch(/^arrivals-weekly-[\w-]+\.pdf$/);
    // Who was told, and who could not be, in the words of the mail server.
    const told = page.getByRole('list', { name: 'Told by e-mail' });
    await told.getByText('ben@hospital.example: ✓ told. Taken by the mail server').waitFor({ timeout: 20_000 });
    await told.getByText(/nobody@hospital.example: ▲ refused. .*No such user here/).waitFor({ timeout: 20_000 });
    expect(mailbox.messages.map(({ to, text }) => [...to, text.includes('application/pdf')])).toEqual([['ben@hospital.example', true]]);
    await priya.look('analytics-report');
    // Of one that nobody knows of a person says that it is to be sent again.
    await stage.database.query({
      text: "update report_mail set state = 'unknown', says = 'Not known whether it was sent' where state = 'sent'",
    });
    await page.reload();
    await told.getByText('ben@hospital.example: ? not known').waitFor({ timeout: 20_000 });
    await told.getByText('It may arrive twice.').waitFor();
    await priya.look('analytics-report-again');
    await told.getByRole('button', { name: 'Send again' }).click();
    await told.getByText('ben@hospital.example: ✓ told').waitFor({ timeout: 20_000 });
    expect(mailbox.messages.map(({ to }) => to[0])).toEqual(['ben@hospital.example', 'ben@hospital.example']);
    const { rows } = await stage.database.query<{ outcome: number }>({
      text: "select outcome from audit where action = 'report-mail-again'",
    });
    expect(rows).toEqual([{ outcome: 202 }]);
  });

  it('shows counts, and no rows of persons, to those who may search and not export', async () => {
    const { page } = joe;
    await joe.open('analytics?question=ed-arrivals-by-day&p.since=-7d');
    await page.locator('svg .series').first().waitFor({ timeout: 20_000 });
    await joe.open('analytics?question=ed-visits-of-day');
    await page.getByText('The role nurse may not ask the tables').waitFor({ timeout: 20_000 });
    joe.complaints.length = 0;
  });

  it('tells a records officer who opened charts and how messages fare, and offers it to nobody else', async () => {
    const rhea = await stage.visit('records-officer');
    const { page } = rhea;
    await rhea.open('analytics');
    await page.getByRole('link', { name: /Records office/ }).click();
    await page.getByRole('region', { name: 'Who opened most charts' }).locator('svg').first().waitFor({ timeout: 20_000 });
    await page.getByRole('region', { name: 'What left the record' }).getByRole('table').waitFor({ timeout: 20_000 });
    await rhea.look('analytics-records-office');
    await rhea.open('analytics?board=interfaces');
    await page.getByRole('region', { name: 'Messages by channel' }).locator('svg').first().waitFor({ timeout: 20_000 });
    await rhea.look('analytics-interfaces');
    await rhea.close();
    await joe.open('analytics');
    await joe.page
      .getByRole('link', { name: /Emergency department/ })
      .first()
      .waitFor();
    expect(await joe.page.getByRole('link', { name: /Records office/ }).count()).toBe(0);
    await joe.open('analytics?board=records-office');
    await joe.page.getByText('For those who may read the audit trail.').first().waitFor();
  });
});
