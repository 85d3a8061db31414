/** The environment variable by which everything that a run starts is found again. */
export const MARKER_VARIABLE = 'SRDEPLOY_RUN';

export const markerEntry = (marker: string): string => `${MARKER_VARIABLE}=${marker}`;
