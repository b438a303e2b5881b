// Beside the map: what its colours, hatching and outlines mean.
export interface KeyEntry {
  /** A class of the stylesheet: a colour of areas, `key-kept`, `key-none` or an outline. */
  look: string;
  mark?: string;
  words: string;
}

export const MapKey = ({ entries }: { entries: readonly KeyEntry[] }) => (
  <ul className="map-key" aria-label="What the map’s colours mean">
    {entries.map(({ look, mark, words }) => (
      <li key={look}>
        <i className={look} aria-hidden="true">
          {mark}
        </i>{' '}
        {words}
      </li>
    ))}
  </ul>
);
