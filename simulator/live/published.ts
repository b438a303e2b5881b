// Published figures that a simulated year is held against, each with where it stands. Nobody with knowledge of the field has reviewed the
// choice: `simulate report` says so. English figures of arrivals stand beside American ones of everything else, because those are published
// by hour and weekday.

export interface Published {
  what: string;
  unit: string;
  /** The published value, or the span of several years. */
  from: number;
  to: number;
  said: string;
  source: string;
}

const nhamcs = 'CDC/NCHS, National Hospital Ambulatory Medical Care Survey, emergency department summary tables';

export const published = {
  visits: {
    what: 'emergency visits per 100 people and year',
    unit: '',
    from: 43,
    to: 43,
    said: '43',
    source: 'CDC/NCHS, Data Brief 478, August 2023, figure 1 (NHAMCS 2021); arrivals are drawn at this rate',
  },
  admitted: {
    what: 'emergency visits that end in admission',
    unit: '%',
    from: 11.9,
    to: 13.1,
    said: '11.9 % (2011) and 13.1 % (2021)',
    source: `${nhamcs} 2011 (tables 1, 4, 14, 24) and 2021, as CDC FastStats "Emergency Department Visits" gives them`,
  },
  admittedFrom60: {
    what: 'the same from the age of 60',
    unit: '%',
    from: 23,
    to: 25,
    said: 'nearly one quarter',
    source: 'CDC/NCHS, Data Brief 367, June 2020, key findings (NHAMCS 2014–2017)',
  },
  stay: {
    what: 'mean length of stay',
    unit: 'days',
    from: 4.5,
    to: 4.8,
    said: '4.5 (2012) and 4.8 days (2010)',
    source: 'AHRQ, HCUP Statistical Brief 180, October 2014, table 1; CDC/NCHS, Data Brief 118, March 2013, key findings',
  },
  deaths: {
    what: 'stays that end in death',
    unit: '%',
    from: 2.0,
    to: 2.04,
    said: '2.0 % (715,000 of 35.1 million, 2010)',
    source: 'CDC/NCHS, Data Brief 118, March 2013, key findings and figure 1 (National Hospital Discharge Survey)',
  },
  lastStay: {
    what: 'mean length of stay of those who die',
    unit: 'days',
    from: 7.9,
    to: 7.9,
    said: '7.9 days (2010)',
    source: 'CDC/NCHS, Data Brief 118, March 2013, key findings',
  },
  daytime: {
    what: 'arrivals from 9 to 18 o’clock',
    unit: '%',
    from: 58,
    to: 60,
    said: 'close to 60 %',
    source: 'Health and Social Care Information Centre, A&E attendances in England, March 2012 to February 2013',
  },
  mondays: {
    what: 'arrivals on Mondays',
    unit: '%',
    from: 16,
    to: 16,
    said: '16 %',
    source: 'NHS Digital, Hospital Accident & Emergency Activity 2019/20, September 2020',
  },
} satisfies Record<string, Published>;

/** By how much a town may be apart from a nation; what chance adds to it is counted beside. */
export const tolerance = 0.2;

export const rangeDefinition =
  'CLSI EP28-A3c, 2010: a reference range holds the middle 95 % of the healthy, and who is ill leaves it more often; rounding adds to it';
