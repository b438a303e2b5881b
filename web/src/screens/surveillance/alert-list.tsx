// Alerts, the rarest first: what, where, how many beside how many expected, how rare by chance, and what became of it.
import { Go, useAsked } from '../../app/go.tsx';
import { Empty } from '../../parts/states.tsx';
import type { Alerts } from './api.ts';
import { askedOf } from './asked.ts';
import { countWords, facetWords, rarity, shortDay, stateMarks, stateNames } from './words.ts';

const partsMost = 3;

export function AlertList({ alerts, chosen }: { alerts: Alerts; chosen: string | undefined }) {
  const [asked] = useAsked();
  const closed = alerts.alerts.filter(({ state }) => state === 'explained' || state === 'dismissed').length;
  return (
    <>
      <h2>
        Alerts <span className="count">{alerts.alerts.length}</span>
      </h2>
      {alerts.alerts.length === 0 ? (
        <Empty title="Nothing unusual">
          {alerts.series.toLocaleString('en')} series of the last {alerts.days} days were looked at; none had a run of days that chance
          brings less than once in {alerts.least} days.
        </Empty>
      ) : (
        <ol className="alerts">
          {alerts.alerts.map((alert) => (
            <li key={alert.id} className={`alert-row state-${alert.state}`}>
              <Go
                to="/app/surveillance"
                asked={{ ...asked, ...askedOf(alert) }}
                aria-current={alert.id === chosen ? 'true' : undefined}
                className="alert-link"
              >
                <span className="alert-title">
                  <span aria-hidden="true">{stateMarks[alert.state]}</span> {alert.title}
                </span>
                <span className="alert-where" dir="auto">
                  {facetWords(alert)}
                </span>
                <span>
                  {alert.first === alert.last ? shortDay(alert.first) : `${shortDay(alert.first)} to ${shortDay(alert.last)}`}
                  {alert.open ? ', goes on' : ''}: <b>{countWords(alert.observed)}</b>
                  {alert.expected === null ? '' : `, expected ${alert.expected.toFixed(1)}`}
                </span>
                <span>{rarity(alert.recurrenceDays)} by chance</span>
                {alert.parts.length > 0 && (
                  <span className="soft">
                    high in {alert.parts.slice(0, partsMost).map(facetWords).join(', ')}
                    {alert.parts.length > partsMost ? ` and ${alert.parts.length - partsMost} more` : ''}
                  </span>
                )}
                <span className="alert-state">
                  {stateNames[alert.state]}
                  {alert.notes[0] === undefined ? '' : `, ${alert.notes[0].by.name}`}
                </span>
              </Go>
            </li>
          ))}
        </ol>
      )}
      <p className="soft watch-said">
        {alerts.series.toLocaleString('en')} series, {alerts.days} days, {alerts.method} by {alerts.step}
        {alerts.share ? ', of all visits' : ''}
        {closed === 0 ? '' : `; ${closed} closed`}. {alerts.instead}
      </p>
    </>
  );
}
