// Boundaries of the site's areas, as every map draws them (src/gateways/surveillance/boundaries-route.ts). They change with a start of the server alone.
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { ask } from '../../api/http.ts';

type Ring = [longitude: number, latitude: number][];
/** A feature of GeoJSON. */
export interface Boundary {
  properties: { code: string; name: string | null; population: number | null };
  geometry: { type: 'Polygon'; coordinates: Ring[] } | { type: 'MultiPolygon'; coordinates: Ring[][] };
}

export const useBoundaries = (): UseQueryResult<{ features: Boundary[] }> =>
  useQuery({
    queryKey: ['boundaries'],
    queryFn: () => ask<{ features: Boundary[] }>('/surveillance/boundaries'),
    staleTime: Number.POSITIVE_INFINITY,
  });
