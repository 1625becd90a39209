/** Requests that are on their way at a time where a command reads many small things. */
export const REQUESTS_AT_ONCE = 16;
