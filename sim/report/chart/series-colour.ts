/** Colours of series: variables of the style sheet, which has a set for light and one for dark. */

/** How many the style sheet has. */
export const SERIES_COLOURS = 8

/** The colour of a series by its place. */
export const seriesColour = (index: number): string => `var(--series-${index % SERIES_COLOURS})`
