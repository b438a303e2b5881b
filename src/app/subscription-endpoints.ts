// Where notifications may go, as the site says it.
import type { Settings } from './settings.ts';

export const subscriptionEndpoints = ({ subscriptionEndpoints: given }: Pick<Settings, 'subscriptionEndpoints'>): string[] =>
  given?.split(',').map((place) => place.trim()) ?? [];
