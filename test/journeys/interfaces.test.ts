// A night with an interface, on the screen (docs/walkthroughs/interface-engineer.md): one channel stands still, a message is found by the
// patient's number, seen beside what it became, tried without writing, and all that failed is sent again.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { removeFolder, temporaryFolder } from '../running-server.ts';
import { journey } from './journey.ts';
import { openStage, type Stage, type Visit } from './stage.ts';

const result = (control: string, number: string, value = '5.10'): string =>
  [
    `MSH|^~\\&|LAB|NORTH|LAMPLIGHT|HOSP|20260701120000||ORU^R01^ORU_R01|${control}|P|2.5.1`,
    `PID|1||${number}^^^NORTH^MR~99${number}^^^NAT^NI||OKAFOR^ADA^B||19700102|F|||1 High St^^London^^N1 1AA||||en`,
    'PV1|1|I|W1^12^A',
    `OBR|1|O${control}|F${number}|24323-8^CMP^LN|||20260701110000|||||||||||||||20260701120000|||F`,
    `OBX|1|NM|2823-3^Potassium^LN||${value}|mmol/L|3.5-5.1|N|||F`,
    'NTE|1||Slightly haemolysed',
    `ZXX|1|own^<img src=x onerror="document.title='broken'">`,
  ].join('\r');

/** Nobody can know what it says. */
const broken = (control: string): string => `MSH|^~\\&|LAB|NORTH|||20260701|||${control}|P|2.5`;

journey('a night with an interface', () => {
  let stage: Stage;
  let tom: Visit;
  const folder = temporaryFolder('channels');

  beforeAll(async () => {
    mkdirSync(folder, { recursive: true });
    const nobody = { http: { url: 'http://127.0.0.1:9/in' } };
    for (const channel of [
      { name: 'lab-north', format: 'hl7v2', direction: 'in', source: { api: true }, routes: [{ to: 'gp-post' }] },
      { name: 'gp-post', format: 'hl7v2', direction: 'out', destination: nobody },
    ])
      writeFileSync(join(folder, `${channel.name}.json`), JSON.stringify(channel));
    stage = await openStage({ LAMPLIGHT_CHANNELS: folder });
    for (const message of [result('C1', '4711'), result('C2', '4712', '4.0'), broken('B1'), broken('B2')])
      await stage.call('POST', '/exchange/receive?channel=lab-north', {
        headers: { 'content-type': 'x-application/hl7-v2+er7' },
        body: message,
      });
    tom = await stage.visit();
  });
  afterAll(async () => {
    await tom?.close();
    await stage?.close();
    removeFolder(folder);
  });

  it('says which channel stands still, since when, and what the other side answered', async () => {
    await tom.open('interfaces');
    await tom.page.locator('text=Why it waits:').waitFor();
    const said = (await tom.page.locator('main').textContent()) ?? '';
    expect(said).toContain('cannot be reached');
    await tom.look('interfaces-channels');
  });

  it('says which subscription is in error, and why', async () => {
    const address = 'https://lamplight.dev/fhir/SubscriptionTopic/Patient';
    const channel = { type: 'rest-hook', endpoint: 'http://127.0.0.1:9/hook/secret', payload: 'application/fhir+json' };
    const made = await stage.call('POST', '/fhir/Subscription', {
      body: { resourceType: 'Subscription', status: 'requested', reason: 'The portal of the practice', criteria: address, channel },
    });
    expect(made.status).toBe(201);
    // The handshake is tried for a quarter of a minute.
    await expect
      .poll(async () => (await stage.call('GET', '/fhir/Subscription?status=error&_summary=count')).json?.['total'], { timeout: 40_000 })
      .toBe(1);
    await tom.open('interfaces');
    await tom.page.click('text=1 subscription in error');
    await tom.page.waitForSelector('text=refuses the connection');
    expect(await tom.page.locator('main').textContent()).not.toContain('secret');
    await tom.look('interfaces-subscriptions');
    await tom.page.click('nav >> text=Channels');
  }, 60_000);

  it('stops a channel and lets it go on', async () => {
    await tom.page.click('button[aria-label="Pause gp-post"]');
    await tom.page.click('button[aria-label="Resume gp-post"]');
    await tom.page.waitForSelector('button[aria-label="Pause gp-post"]');
  });

  it('reads the files of the channels again: what is wrong is told, and what would be otherwise is seen first', async () => {
    const { page } = tom;
    const file = (source: object): void =>
      writeFileSync(
        join(folder, 'clinic.json'),
        JSON.stringify({ name: 'clinic', format: 'hl7v2', direction: 'in', source, sender: 'CLINIC/WEST' }, null, 2),
      );
    file({ mllp: { prot: 2601 } });
    await page.click('text=Read the files again…');
    await page.waitForSelector('[role=dialog] [role=alert] >> text=clinic.json:7: source.mllp.prot is unknown here');
    await tom.look('interfaces-reload-wrong');
    file({ mllp: { port: 0 } });
    await page.click('[role=dialog] button:has-text("Look again")');
    await page.waitForSelector('[role=dialog] >> text=begins: channel clinic');
    await tom.look('interfaces-reload');
    await page.click('[role=dialog] button:has-text("Take 1 change")');
    await page.waitForSelector('[role=dialog] [role=status]');
    await page.click('[role=dialog] button:has-text("Close")');
    await page.waitForSelector('main table >> text=clinic');
  });

  it('finds a message by the number of the patient, and keeps the search in the address', async () => {
    await tom.open('interfaces?view=messages');
    await tom.page.getByLabel('Number in it').fill('4711');
    await tom.page.waitForURL('**key=4711**');
    await expect.poll(() => tom.page.locator('main table tbody tr').count(), { timeout: 10_000 }).toBe(2);
    await tom.look('interfaces-messages');
    await tom.page.locator('main table tbody tr', { hasText: '← lab-north' }).locator('a').first().click();
    await tom.page.waitForSelector('.bench');
  });

  it('marks the element that a leaf became, and the leaf that an element was, by pointing and by keys', async () => {
    const { page } = tom;
    await page.locator('[aria-label="In its leaves"] [data-place="PID-5.1"]').hover();
    await page.waitForSelector('[aria-label="In FHIR"] .lit:has-text("OKAFOR")');
    await page.waitForSelector('.pane-raw .lit:has-text("OKAFOR")');
    await page.locator('[aria-label="In FHIR"] .json-line:has-text("5.10")').first().hover();
    await page.waitForSelector('[aria-label="In its leaves"] [data-place="OBX-5"].lit');
    await page.locator('[aria-label="In its leaves"]').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.waitForSelector('[aria-label="In its leaves"] button.lit:focus');
    await page.locator('[aria-label="In its leaves"] [data-place="OBX-5"]').click();
    await page.waitForURL('**leaf=OBX-5**');
  });

  it('opens the same message with the same leaf from its address, with what has no home as text', async () => {
    await tom.page.reload();
    await tom.page.waitForSelector('.pane-raw .lit:has-text("5.10")');
    expect(await tom.page.locator('[aria-label="Not mapped"]').textContent()).toContain('<img src=x');
    expect(await tom.page.title()).toContain('Interfaces');
    await tom.look('interfaces-message');
  });

  it('says of a message that came in a batch which of them it is, and of one that came alone nothing', async () => {
    const body = `BHS|^~\\&|LAB|NORTH|||20260701||||T1\r${result('T1', '4713')}\r${result('T2', '4714')}\r${result('T3', '4715')}\rBTS|3`;
    const sent = await stage.call('POST', '/exchange/receive?channel=lab-north', {
      headers: { 'content-type': 'x-application/hl7-v2+er7' },
      body,
    });
    expect(sent.status, sent.text).toBeLessThan(300);
    const factsOf = async (control: string) => {
      const found = await stage.call('GET', `/exchange/messages?control-id=${control}&direction=in`);
      await tom.open(`interfaces?message=${String(found.json?.['messages']?.[0]?.['id'])}`);
      const facts = tom.page.getByRole('region', { name: 'How the message stands' });
      await facts.getByText(control, { exact: true }).waitFor();
      return facts.locator('dl > div', { hasText: 'In a batch' });
    };
    await (await factsOf('T2')).locator('dd', { hasText: /^2 of 3$/ }).waitFor();
    expect(await (await factsOf('C1')).count()).toBe(0);
  });

  it('tries it without writing, and says what would be otherwise', async () => {
    await tom.page.click('text=Try, without writing');
    await tom.page.waitForSelector('[aria-label="What it would do"] >> text=would stay as it is');
    await tom.look('interfaces-try');
  });

  it('asks for a reason before one is left out', async () => {
    const { page } = tom;
    await tom.open('interfaces?view=messages&state=failed');
    await page.locator('main table tbody a').first().click();
    await page.click('text=Leave out…');
    expect(await page.locator('[role=dialog] button:has-text("Leave it out")').isDisabled()).toBe(true);
    await page.getByLabel('Why', { exact: true }).fill('a test of theirs');
    await page.click('[role=dialog] button:has-text("Leave it out")');
    await page.waitForSelector('.facts-dropped >> text=a test of theirs');
  });

  it('counts what failed before it is sent again', async () => {
    const { page } = tom;
    await tom.open('interfaces?view=messages&state=failed');
    await page.click('text=Resend all that failed…');
    await page.waitForSelector('[role=dialog] >> text=1 message');
    await tom.look('interfaces-resend');
    await page.click('[role=dialog] button:has-text("Resend 1")');
    await page.waitForSelector('[role=dialog] >> text=1 are being done again');
  });

  it('counts what a sender says without a home', async () => {
    await tom.open('interfaces?view=unmapped&sender=LAB/NORTH');
    await tom.page.waitForSelector('main table >> text=ZXX-2');
    await tom.look('interfaces-unmapped');
  });

  it('puts a number that came with two patients before a person, both charts beside each other', async () => {
    const order = (control: string, number: string): string =>
      [
        `MSH|^~\\&|CPOE|NORTH|||20260701120000||RDE^O11^RDE_O11|${control}|P|2.5.1`,
        `PID|1||${number}^^^NORTH^MR||NAME${number}^JO||19800101|F`,
        'ORC|NW|P77^CPOE',
        'RXE||197361^Amlodipine 5 MG^RXNORM|5||MG',
      ].join('\r');
    for (const message of [order('N1', '8811'), order('N2', '8822')])
      await stage.call('POST', '/exchange/receive?channel=lab-north', {
        headers: { 'content-type': 'x-application/hl7-v2+er7' },
        body: message,
      });
    const open = 'Task?code=urn:lamplight:task|number-of-two-patients&status=requested&_summary=count';
    const count = async () => (await stage.call('GET', `/fhir/${open}`)).json?.['total'];
    await expect.poll(count, { timeout: 10_000 }).toBe(1);
    const { page } = tom;
    await tom.open('interfaces');
    await page.click('nav[aria-label="Views of the interfaces"] >> text=Identity');
    const question = page.locator('main tbody', { hasText: 'The number P77' });
    await question.waitFor();
    await question.locator('a', { hasText: 'NAME8811' }).waitFor();
    await question.locator('a', { hasText: 'NAME8822' }).waitFor();
    await tom.look('interfaces-identity');
    await question.locator('a', { hasText: 'NAME8822' }).click();
    await page.waitForURL('**/app/chart/**');
    await page.goBack();
    await question.locator('button', { hasText: 'Settled' }).waitFor();
    expect(await count()).toBe(1);
  });

  it('lets a records officer read, settle whose something is, and decide nothing about messages', async () => {
    const officer = await stage.visit('records-officer');
    const { page } = officer;
    await officer.open('interfaces');
    await page.waitForSelector('text=You may read messages');
    expect(await page.locator('button:has-text("Pause")').count()).toBe(0);
    await page.click('nav[aria-label="Views of the interfaces"] >> text=Identity');
    const question = page.locator('main tbody', { hasText: 'The number P77' });
    await question.locator('button', { hasText: 'Settled' }).click();
    await question.waitFor({ state: 'detached' });
    const settled = await stage.call('GET', '/fhir/Task?code=urn:lamplight:task|number-of-two-patients&status=completed&_summary=count');
    expect(settled.json?.['total']).toBe(1);
    await officer.close();
  });
});
